"""Whether the example's past is still being written: a note that its writer keeps and pages read.

The past comes in one transaction, behind the first page: until it is there, nobody sees any of it.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from config.servers.places import run_dir, write_note

NAME = "PAST"
USUALLY = timedelta(seconds=20)  # how long it takes, before anything is known
FORGOTTEN_AFTER = timedelta(minutes=2)  # whoever was to write it is gone
LEAST_SHARE = 0.2  # from here on the pace tells when it is done


def note(var: Path) -> Path:
    """The file that is there while the past is wanted or being written."""
    return var / "run" / NAME


def announce(*, until: datetime) -> None:
    """Tell pages that the past is on its way, and when it will be there."""
    write_note(run_dir(settings.VAR_DIR) / NAME, until.isoformat())


def forget() -> None:
    """It is there, or nobody writes it."""
    note(settings.VAR_DIR).unlink(missing_ok=True)


@contextmanager
def being_written() -> Iterator["Pace"]:
    """Around the writing of it; tell the pace how much of it is done."""
    began = timezone.now()
    announce(until=began + USUALLY)
    try:
        yield Pace(began)
    finally:
        forget()


class Pace:
    """How far the writer is, and so when it will be done."""

    def __init__(self, began: datetime) -> None:
        self.began = began

    def reached(self, share: float) -> None:
        """This share of the past is written, from 0 to 1."""
        if share >= LEAST_SHARE:
            announce(until=self.began + (timezone.now() - self.began) / min(share, 1.0))


def sentence(now: datetime) -> str:
    """What pages say of it; empty when there is nothing to say."""
    until = _until()
    if until is None or now > until + FORGOTTEN_AFTER:
        return ""
    left = math.ceil((until - now).total_seconds() / 5) * 5
    when = f"in about {left} seconds" if left > 0 else "in a moment"
    return f"The example's past is still being written; it will be here {when}."


def shown(_request: HttpRequest) -> dict[str, Any]:
    """Context of every page of the demo."""
    return {"past": sentence(timezone.now())} if settings.DEMO else {}


def _until() -> datetime | None:
    with suppress(OSError, ValueError):
        return datetime.fromisoformat(note(settings.VAR_DIR).read_text())
    return None
