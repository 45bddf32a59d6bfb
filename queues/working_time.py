"""Working time between two instants, and the instant when so much of it has passed. Pure.

Edges of a window are local times. One inside the gap of a clock change moves forward by the gap;
one that happens twice means its first occurrence (PEP 495, fold=0). Durations are absolute time.
An amount that ends exactly on a closing time ends at that closing time, not at the next opening.

Calendars are laid out in blocks of days: sorted arrays of UTC microseconds with running totals,
built when first needed and kept in a bounded cache that threads may share.
"""

import json
import threading
import zoneinfo
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from queues import calendar_spec
from queues.opening_hours import (
    MINUTES_PER_DAY,
    WEEKDAYS,
    InvalidCalendar,
    OpeningHours,
    PublicHolidays,
    Window,
)
from workflows.refusals import Refusal

__all__ = [
    "ALWAYS_OPEN",
    "Calendar",
    "InvalidCalendar",
    "NoWorkingTime",
    "PublicHolidays",
    "Window",
    "from_spec",
]

DAYS_PER_BLOCK = 128
BLOCKS_SEARCHED = 100 * 366 // DAYS_PER_BLOCK  # a hundred years
BLOCKS_KEPT = 48
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
FIRST_BLOCK = (date(2, 1, 1).toordinal() - EPOCH_DAY) // DAYS_PER_BLOCK
LAST_BLOCK = (date(9998, 1, 1).toordinal() - EPOCH_DAY) // DAYS_PER_BLOCK
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
DAY = MINUTES_PER_DAY * MINUTE


class NoWorkingTime(Refusal):
    """The calendar does not hold that much working time within a hundred years."""


@dataclass(frozen=True, slots=True)
class Block:
    """The open intervals of some days: when each starts and ends, and the total up to its end."""

    begins: int
    ends: int
    opens: Sequence[int]
    closes: Sequence[int]
    totals: Sequence[int]

    @property
    def total(self) -> int:
        return self.totals[-1] if self.totals else 0

    def before(self, at: int) -> int:
        """Open time of this block before `at`."""
        index = bisect_right(self.opens, at) - 1
        return self.totals[index] - max(0, self.closes[index] - at) if index >= 0 else 0


@dataclass(frozen=True, kw_only=True)
class Calendar(OpeningHours):
    """Opening hours that can be calculated with. Takes aware datetimes, answers in UTC."""

    _blocks: OrderedDict[int, Block] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )
    _lock: threading.Lock = field(
        default_factory=threading.Lock, init=False, repr=False, compare=False
    )

    def to_spec(self) -> dict[str, Any]:
        """The JSON form that `from_spec` reads."""
        return calendar_spec.write(self)

    def is_open(self, at: datetime) -> bool:
        """Is work done at this instant? A closing time is closed, an opening time is open."""
        moment = _micros(at)
        block = self._block(self._index_of(moment))
        index = bisect_right(block.opens, moment) - 1
        return index >= 0 and moment < block.closes[index]

    def next_opening(self, at: datetime) -> datetime:
        """The first open instant at or after `at`."""
        return self.add(at, timedelta())

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first instant, open or closing, that has `duration` of working time since `start`."""
        amount, moment = duration // MICROSECOND, _micros(start)
        if amount < 0:
            return self.subtract(start, -duration)
        if amount == 0:
            return _datetime(self._opening_from(moment))
        first = self._index_of(moment)
        amount += self._block(first).before(moment)
        for index in range(first, first + BLOCKS_SEARCHED):
            block = self._block(index)
            if amount <= block.total:
                found = bisect_left(block.totals, amount)
                return _datetime(block.closes[found] - block.totals[found] + amount)
            amount -= block.total
        raise _not_found(start)

    def subtract(self, end: datetime, duration: timedelta) -> datetime:
        """The last instant, open or opening, from which `duration` is worked until `end`.

        A duration of zero gives the last open or closing instant at or before `end`.
        """
        amount, moment = duration // MICROSECOND, _micros(end)
        if amount < 0:
            return self.add(end, -duration)
        if amount == 0:
            return _datetime(self._closing_until(moment))
        last = self._index_of(moment)
        left = self._block(last).before(moment) - amount
        for index in range(last, last - BLOCKS_SEARCHED, -1):
            if left >= 0:
                block = self._block(index)
                found = bisect_right(block.totals, left)
                return _datetime(block.closes[found] - block.totals[found] + left)
            left += self._block(index - 1).total
        raise _not_found(end)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from start to end; negative when the end comes first."""
        if end < start:
            return -self.between(end, start)
        since, until = _micros(start), _micros(end)
        first, last = self._index_of(since), self._index_of(until)
        worked = self._block(last).before(until) - self._block(first).before(since)
        worked += sum(self._block(index).total for index in range(first, last))
        return timedelta(microseconds=worked)

    def intervals(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open intervals between start and end, cut to them, touching ones joined."""
        since, until = _micros(start), _micros(end)
        opened = closed = since
        for opens, closes in self._pieces(since, until):
            if opens > closed:
                if closed > opened:
                    yield _datetime(opened), _datetime(closed)
                opened = opens
            closed = closes
        if closed > opened:
            yield _datetime(opened), _datetime(closed)

    def local(self, at: datetime) -> datetime:
        """The same instant as the calendar's place reads it."""
        return at.astimezone(zoneinfo.ZoneInfo(self.zone))

    def _opening_from(self, moment: int) -> int:
        first = self._index_of(moment)
        for index in range(first, first + BLOCKS_SEARCHED):
            block = self._block(index)
            found = bisect_right(block.closes, moment)
            if found < len(block.closes):
                return max(moment, block.opens[found])
        raise _not_found(_datetime(moment))

    def _closing_until(self, moment: int) -> int:
        last = self._index_of(moment)
        for index in range(last, last - BLOCKS_SEARCHED, -1):
            block = self._block(index)
            found = bisect_left(block.opens, moment) - 1
            if found >= 0:
                return min(moment, block.closes[found])
        raise _not_found(_datetime(moment))

    def _pieces(self, since: int, until: int) -> Iterator[tuple[int, int]]:
        for index in range(self._index_of(since), self._index_of(until) + 1):
            block = self._block(index)
            for opens, closes in zip(block.opens, block.closes, strict=True):
                if opens < until and closes > since:
                    yield max(opens, since), min(closes, until)

    def _index_of(self, moment: int) -> int:
        """The block an instant lies in: its UTC day's, or a neighbour where the zone says so."""
        index = moment // DAY // DAYS_PER_BLOCK
        block = self._block(index)
        return index + (moment >= block.ends) - (moment < block.begins)

    def _block(self, index: int) -> Block:
        with self._lock:
            if block := self._blocks.get(index):
                self._blocks.move_to_end(index)
                return block
        block = self._lay_out(index)
        with self._lock:
            self._blocks[index] = block
            if len(self._blocks) > BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        return block

    def _lay_out(self, index: int) -> Block:
        """One day more on either side: a clock change may push a window past midnight."""
        if not FIRST_BLOCK <= index <= LAST_BLOCK:
            raise NoWorkingTime("Calendars reach from the year 2 to 9997. Use a nearer time.")
        zone = zoneinfo.ZoneInfo(self.zone)
        first = EPOCH_DAY + index * DAYS_PER_BLOCK
        begins = _instant(date.fromordinal(first), 0, zone)
        ends = _instant(date.fromordinal(first + DAYS_PER_BLOCK), 0, zone)
        opens, closes, totals = array("q"), array("q"), array("q")
        total = 0
        for opened, closed in _joined(self._edges(first - 1, first + DAYS_PER_BLOCK + 1, zone)):
            since, until = max(opened, begins), min(closed, ends)
            if since < until:
                total += until - since
                opens.append(since)
                closes.append(until)
                totals.append(total)
        return Block(begins, ends, opens, closes, totals)

    def _edges(self, first: int, last: int, zone: zoneinfo.ZoneInfo) -> Iterator[tuple[int, int]]:
        for ordinal in range(first, last):
            day = date.fromordinal(ordinal)
            if _instant(day, 0, zone) == _instant(day, MINUTES_PER_DAY, zone):
                continue  # a date the place skipped, as Samoa did on 30 December 2011
            for window in self.windows_on(day):
                yield _instant(day, window.opens, zone), _instant(day, window.closes, zone)


def _joined(edges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """In order of time, without the empty, and with those that touch or overlap made one."""
    opened = closed = None
    for opens, closes in sorted(edge for edge in edges if edge[0] < edge[1]):
        if closed is not None and opens <= closed:
            closed = max(closed, closes)
            continue
        if opened is not None and closed is not None:
            yield opened, closed
        opened, closed = opens, closes
    if opened is not None and closed is not None:
        yield opened, closed


def _instant(day: date, minute: int, zone: zoneinfo.ZoneInfo) -> int:
    """UTC microseconds since 1970 of a local time; 1440 is the next day's midnight."""
    extra, minute = divmod(minute, MINUTES_PER_DAY)
    ordinal = day.toordinal() + extra
    day = date.fromordinal(ordinal)
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    offset = local.utcoffset() or timedelta()
    return (ordinal - EPOCH_DAY) * DAY + minute * MINUTE - offset // MICROSECOND


def _micros(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone. Pass an aware datetime.")
    return (at - EPOCH) // MICROSECOND


def _datetime(moment: int) -> datetime:
    return EPOCH + timedelta(microseconds=moment)


def _not_found(at: datetime) -> NoWorkingTime:
    return NoWorkingTime(
        f"A hundred years around {at:%Y-%m-%d} do not hold that much working time. "
        "Open the calendar more, or use a shorter duration."
    )


def from_spec(spec: Mapping[str, Any]) -> Calendar:
    """The calendar of a JSON form; equal forms share one, with what it has laid out already.

    Raises InvalidCalendar with the sentence to show.
    """
    try:
        written = json.dumps(spec, sort_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidCalendar("A calendar is written in JSON; this one is not.") from error
    return _built(written)


@lru_cache(maxsize=128)
def _built(spec: str) -> Calendar:
    return Calendar(**calendar_spec.read(json.loads(spec)))


ALWAYS_OPEN = Calendar(zone="UTC", weekly=((Window(0, MINUTES_PER_DAY),),) * len(WEEKDAYS))
