"""Free ports on this machine."""

import socket
from itertools import islice

from config.servers.processes import CannotStart

LOOPBACK = "127.0.0.1"
TRIES = 50


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            return False
    return True


def any_free() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def next_free(port: int) -> int:
    """`port`, or the first free one after it."""
    candidates = islice(range(port, 65536), TRIES)
    found = next((candidate for candidate in candidates if is_free(candidate)), None)
    if found is None:
        raise CannotStart(
            f"No port from {port} to {port + TRIES - 1} is free. Choose one with --port."
        )
    return found
