"""Explaining a clock: every stretch of time since it started, counted or not, and why. Pure.

The counted stretches add up exactly to what the ledger says is used up, and all of them together
to the time since the start, so that nobody has to take a deadline on trust.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from queues.working_time import Calendar

LONGEST_LIST = 5  # closed days named in one reason


class What(StrEnum):
    """What can happen to a clock."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESTARTED = "restarted"  # what was counted until then no longer counts
    STOPPED = "stopped"


class Mark(NamedTuple):
    """Something that happened to the clock, with the words to show for a pause."""

    at: datetime
    what: What
    reason: str = ""


class Stretch(NamedTuple):
    """Time that counted or did not, and why."""

    begins_at: datetime
    ends_at: datetime
    is_counted: bool
    reason: str

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.begins_at


def explain(marks: Sequence[Mark], calendar: Calendar, now: datetime) -> list[Stretch]:
    """The stretches from the first mark to the stop, or to `now`. Marks come in order of time."""
    if not marks:
        return []
    ended = () if marks[-1].what is What.STOPPED else (Mark(max(now, marks[-1].at), What.STOPPED),)
    counts_from = max((mark.at for mark in marks if mark.what is What.RESTARTED), default=None)
    found: list[Stretch] = []
    is_running, pause_reason = False, ""
    for mark, following in pairwise((*marks, *ended)):
        if mark.what in (What.STARTED, What.RESUMED):
            is_running = True
        elif mark.what in (What.PAUSED, What.STOPPED):
            is_running, pause_reason = False, mark.reason
        if mark.at == following.at:
            continue
        if not is_running:
            reason = f"paused: {pause_reason}" if pause_reason else "paused"
            found.append(Stretch(mark.at, following.at, is_counted=False, reason=reason))
            continue
        is_void = counts_from is not None and mark.at < counts_from
        found.extend(_running(mark.at, following.at, calendar, is_void=is_void))
    return found


def counted(stretches: Sequence[Stretch]) -> timedelta:
    """What the counted stretches add up to."""
    return sum((part.length for part in stretches if part.is_counted), timedelta())


def _running(
    begins: datetime, ends: datetime, calendar: Calendar, *, is_void: bool
) -> Iterator[Stretch]:
    reached = begins
    worked = "counted before the clock was restarted" if is_void else "working time"
    for opens, closes in calendar.intervals(begins, ends):
        if reached < opens:
            yield Stretch(
                reached, opens, is_counted=False, reason=_closed(reached, opens, calendar)
            )
        yield Stretch(opens, closes, is_counted=not is_void, reason=worked)
        reached = closes
    if reached < ends:
        yield Stretch(reached, ends, is_counted=False, reason=_closed(reached, ends, calendar))


def _closed(begins: datetime, ends: datetime, calendar: Calendar) -> str:
    """Outside office hours, naming the days that would have been open in a usual week."""
    day, last = calendar.local(begins).date(), calendar.local(ends).date()
    names: list[str] = []
    while day <= last and len(names) < LONGEST_LIST:
        name = calendar.closed_for(day)
        if name and calendar.weekly[day.weekday()]:
            names.append(f"{name} on {day}")
        day += timedelta(days=1)
    return ", ".join(["outside office hours", *names])
