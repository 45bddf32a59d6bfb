"""Microseconds per calendar operation, against a plain walk from day to day in the same run.

    python -m bench.calendar

The walk is what one writes first: for each date its windows, each edge turned into UTC. Both
give the same answers, which is checked before anything is timed.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from queues.working_time import Calendar, from_spec

OFFICE = from_spec(
    {
        "zone": "Europe/Berlin",
        "weekly": {
            day: [["09:00", "12:30"], ["13:15", "17:00"]]
            for day in ("mon", "tue", "wed", "thu", "fri")
        },
        "public_holidays": {"country": "DE", "subdivision": "BE"},
    }
)
SPANS = {
    "1 h": timedelta(hours=1),
    "5 working days": timedelta(hours=5 * 7.25),
    "1 working year": timedelta(hours=250 * 7.25),
}
START = datetime(2024, 1, 1, tzinfo=UTC)
SAMPLES = 60
ROUNDS = 5


def walk(calendar: Calendar, start: datetime):
    """The open intervals from a start on, day after day."""
    zone = ZoneInfo(calendar.zone)
    day = start.astimezone(zone).date()
    while True:
        for opens, closes in calendar.windows_on(day):
            edges = (instant(day, opens, zone), instant(day, closes, zone))
            if edges[1] > start:
                yield max(edges[0], start), edges[1]
        day += timedelta(days=1)


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    local = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    return local.astimezone(UTC)


def walked_add(calendar: Calendar, start: datetime, span: timedelta) -> datetime:
    for opens, closes in walk(calendar, start):
        if closes - opens >= span:
            return opens + span
        span -= closes - opens
    raise AssertionError


def walked_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    total = timedelta()
    for opens, closes in walk(calendar, start):
        if opens >= end:
            return total
        total += min(closes, end) - opens
    raise AssertionError


def microseconds(operation: Callable[[], object]) -> float:
    begun = time.perf_counter()
    operation()
    return (time.perf_counter() - begun) / SAMPLES * 1e6


def main() -> None:
    chance = random.Random(1)
    starts = [START + timedelta(seconds=chance.randrange(86_400 * 700)) for _ in range(SAMPLES)]
    print(f"{'':>16}{'':>9}{'ours µs':>10}{'walk µs':>10}{'ratio':>8}")
    for name, span in SPANS.items():
        pairs = [(start, OFFICE.add(start, span)) for start in starts]
        assert all(walked_add(OFFICE, start, span) == end for start, end in pairs)
        assert all(walked_between(OFFICE, start, end) == span for start, end in pairs)
        contests = {
            "add": (
                lambda span=span: [OFFICE.add(start, span) for start in starts],
                lambda span=span: [walked_add(OFFICE, start, span) for start in starts],
            ),
            "between": (
                lambda pairs=pairs: [OFFICE.between(*pair) for pair in pairs],
                lambda pairs=pairs: [walked_between(OFFICE, *pair) for pair in pairs],
            ),
        }
        for operation, (ours, theirs) in contests.items():
            times = [(microseconds(ours), microseconds(theirs)) for _ in range(ROUNDS)]
            fast, slow = (statistics.median(column) for column in zip(*times, strict=True))
            print(f"{name:>16}{operation:>9}{fast:>10.1f}{slow:>10.1f}{slow / fast:>8.0f}")
    cold = Calendar(zone=OFFICE.zone, weekly=OFFICE.weekly)
    begun = time.perf_counter()
    cold.add(START, SPANS["1 working year"])
    print(f"first use of a calendar, 1 working year: {(time.perf_counter() - begun) * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
