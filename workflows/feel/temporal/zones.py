"""Time zones of the IANA database: which exist, and how far from UTC they are when.

Where clocks go forward, the skipped wall times do not exist: one of them means the wall time
that is later by the gap (02:30 in Berlin on that night is 03:30). Where clocks go back, a wall
time exists twice and means the first, unless it is said to be the later one.

Python's zones know the years 1 to 9999. The calendar and the rules of a zone repeat after 400
years, so moments beyond are moved by whole such cycles, looked up and moved back.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from workflows.feel.errors import Unanswerable
from workflows.feel.temporal import days

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,29}(?:/[A-Za-z0-9_+-]{1,30}){0,2}")
_NOT_PLACES: Final = frozenset({"Factory", "localtime"})  # of the machine, not of the world
_CYCLE: Final = days.CYCLE * 86_400
_EARLIEST: Final = -62_000_000_000  # seconds; in the year 5
_LATEST: Final = 253_000_000_000  # in the year 9987
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall time, whatever the zone
_EPOCH_UTC: Final = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones()) - _NOT_PLACES


def is_known(name: str) -> bool:
    """Whether the IANA database has a zone of exactly this name."""
    return _NAME.fullmatch(name) is not None and name in _names()


def known(name: str) -> str:
    """The name; Unanswerable when there is no such zone."""
    if not is_known(name):
        raise Unanswerable(f"There is no time zone {name[:40]!r}. Use a name such as Europe/Paris.")
    return name


@lru_cache(maxsize=4_096)
def offset_of_wall(name: str, wall: int, *, later: bool) -> int:
    """Seconds east of UTC when clocks there show `wall`, in seconds since 1970 as shown.

    In a gap this is the offset before it, so the wall time minus the offset is the instant that
    the wall time later by the gap denotes.
    """
    moment = _EPOCH + timedelta(seconds=wall - _moved(wall))
    offset = moment.replace(tzinfo=ZoneInfo(name), fold=later).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def gap_at(name: str, wall: int) -> int:
    """How many seconds clocks skip around this wall time; 0 where it exists."""
    return max(0, offset_of_wall(name, wall, later=True) - offset_of_wall(name, wall, later=False))


def wall_of_instant(name: str, instant: int) -> tuple[int, bool]:
    """What clocks there show at an instant (seconds since 1970, UTC), and whether again."""
    moved = _moved(instant)
    moment = (_EPOCH_UTC + timedelta(seconds=instant - moved)).astimezone(ZoneInfo(name))
    shown = moment.replace(tzinfo=None, fold=0) - _EPOCH
    return int(shown.total_seconds()) + moved, bool(moment.fold)


@cache
def fixed_offset(name: str) -> int | None:
    """The offset of a zone that has never had another, such as Etc/UTC; else None."""
    offset = ZoneInfo(name).utcoffset(None)
    return None if offset is None else int(offset.total_seconds())


def _moved(seconds: int) -> int:
    """By how many seconds a moment is moved to be within Python's years."""
    if seconds > _LATEST:
        return ((seconds - _LATEST) // _CYCLE + 1) * _CYCLE
    if seconds < _EARLIEST:
        return -((_EARLIEST - seconds) // _CYCLE + 1) * _CYCLE
    return 0
