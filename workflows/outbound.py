"""Calls that leave the house: only to places on the operator's list, and never for long.

`settings.OUTBOUND_ALLOWED` names them as host or host:port. Everything else is refused when an
address is saved and again when it is called. Redirects are not followed, proxies from the
environment are not used, and what comes back is read up to a limit.
"""

import asyncio
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from workflows.refusals import NotValid

AT_MOST = 15.0  # seconds for the whole call, however slowly the other side talks
LARGEST_ANSWER = 64 * 1024  # bytes
LONGEST_URL = 500
PORTS = {"http": 80, "https": 443}


class NotCallable(NotValid):
    """An address that this installation does not call."""

    slug = "address-not-allowed"


class Unreachable(Exception):
    """The other side did not answer, or not in time; the message says what happened."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int

    @property
    def is_success(self) -> bool:
        """Whether the other side took it (RFC 9110, section 15.3)."""
        return 200 <= self.status < 300


def check(url: str) -> None:
    """Refuse every address that is not on the list, or that could mean another place."""
    parts = _split(url)
    host, port = _place(parts)
    if parts.username is not None or parts.password is not None:
        raise NotCallable("The address carries a user name. Leave it out.")
    if not {host, f"{host}:{port}"} & {entry.lower() for entry in settings.OUTBOUND_ALLOWED}:
        raise NotCallable(
            f"{host}:{port} is not on the list of places that may be called. "
            "An operator adds it to COUNTERSIGN_OUTBOUND_ALLOWED."
        )


def post(url: str, *, body: bytes, headers: Mapping[str, str], within: float = AT_MOST) -> Answer:
    """Send once. Raises `NotCallable`, or `Unreachable` when no answer came `within` seconds."""
    import httpx  # a quarter of a start's imports, for the few processes that call out

    check(url)

    def call() -> Answer:
        return asyncio.run(_post(url, body=body, headers=headers, within=within))

    try:
        # A thread of its own: whoever calls may have an event loop running.
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(call).result()
    except TimeoutError as error:
        raise Unreachable(f"No complete answer within {within:g} seconds.") from error
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:500]) from error


async def _post(url: str, *, body: bytes, headers: Mapping[str, str], within: float) -> Answer:
    import httpx

    async with (
        asyncio.timeout(within),
        httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=within) as client,
        client.stream("POST", url, content=body, headers=dict(headers)) as response,
    ):
        read = 0
        async for chunk in response.aiter_raw():
            read += len(chunk)
            if read > LARGEST_ANSWER:
                break
        return Answer(status=response.status_code)


def _split(url: str) -> SplitResult:
    plain = url.isascii() and url.isprintable() and not set(url) & set(' \\"<>')
    if len(url) > LONGEST_URL or not plain:
        raise NotCallable(f"An address is at most {LONGEST_URL} plain characters without spaces.")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise NotCallable("This is not an address that can be called.") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise NotCallable("An address begins with https:// and names a host.")
    return parts


def _place(parts: SplitResult) -> tuple[str, int]:
    host = (parts.hostname or "").lower().rstrip(".")
    return host, parts.port or PORTS[parts.scheme]
