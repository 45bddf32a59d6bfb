"""The temporal values of FEEL (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8) and their checked makers.

The classes hold what they are given, because they are made on hot paths; whoever has parts from
outside uses `date_of`, `time_of` and the functions of `workflows.feel.temporal.moments`.

`==` and `hash` compare the parts as written. FEEL's own equality (two zones, one instant) is
`workflows.feel.temporal.equal`; values that it finds equal have one `index_key`.
"""

from dataclasses import dataclass
from typing import Final

from workflows.feel.errors import Unanswerable
from workflows.feel.temporal import days

FARTHEST_YEAR: Final = 999_999_999
LARGEST_OFFSET: Final = 14 * 3_600  # seconds; XML Schema Part 2, as DMN 1.5, table 66 asks
SECOND: Final = 1_000_000_000  # in nanoseconds
DAY_SECONDS: Final = 86_400
DAY: Final = DAY_SECONDS * SECOND
LONGEST_SECONDS: Final = 2**63 - 1  # of a days and time duration
LONGEST_MONTHS: Final = 2**63 - 1  # of a years and months duration

Zone = int | str | None  # seconds east of UTC, a name of the IANA database, or a local time


@dataclass(frozen=True, slots=True)
class Date:
    """A day of the proleptic Gregorian calendar; the year 0 is 1 BC."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, from midnight until just before the next."""

    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    zone: Zone = None


@dataclass(frozen=True, slots=True)
class DateTime:
    """A day with a time of day.

    `later` tells the second of two equal wall times apart, when clocks of a zone go back.
    """

    date: Date
    time: Time
    later: bool = False


@dataclass(frozen=True, slots=True)
class DaysDuration:
    """A days and time duration, of exact length."""

    nanoseconds: int


@dataclass(frozen=True, slots=True)
class MonthsDuration:
    """A years and months duration."""

    months: int


Temporal = Date | Time | DateTime | DaysDuration | MonthsDuration


def date_of(year: int, month: int, day: int) -> Date:
    """The date with these parts; Unanswerable when the calendar has no such day."""
    if not -FARTHEST_YEAR <= year <= FARTHEST_YEAR:
        raise Unanswerable(
            f"The year {year} is out of range. Years go from -{FARTHEST_YEAR} to {FARTHEST_YEAR}."
        )
    if not 1 <= month <= 12:
        raise Unanswerable(f"There is no month {month}. Months go from 1 to 12.")
    last = days.in_month(year, month)
    if not 1 <= day <= last:
        raise Unanswerable(
            f"There is no day {day} in month {month} of the year {year}. It has {last} days."
        )
    return Date(year, month, day)


def time_of(hour: int, minute: int, second: int, nanosecond: int = 0, zone: Zone = None) -> Time:
    """The time of day with these parts; Unanswerable when one is out of range.

    24:00:00 is not a time of day here; texts may use it for the end of a day.
    """
    if not 0 <= hour <= 23:
        raise Unanswerable(f"There is no hour {hour}. Hours go from 0 to 23.")
    if not 0 <= minute <= 59:
        raise Unanswerable(f"There is no minute {minute}. Minutes go from 0 to 59.")
    if not 0 <= second <= 59:
        raise Unanswerable(
            f"There is no second {second}. Seconds go from 0 to 59; leap seconds do not exist."
        )
    if isinstance(zone, int) and abs(zone) > LARGEST_OFFSET:
        raise Unanswerable("The offset is too large. Offsets go from -14:00 to +14:00.")
    return Time(hour, minute, second, nanosecond, zone)


def days_duration(nanoseconds: int) -> DaysDuration:
    """The duration of this length; Unanswerable when it is too long."""
    if abs(nanoseconds) > LONGEST_SECONDS * SECOND:
        raise Unanswerable("The duration is too long. Use at most 2^63 - 1 seconds.")
    return DaysDuration(nanoseconds)


def months_duration(months: int) -> MonthsDuration:
    """The duration of this length; Unanswerable when it is too long."""
    if abs(months) > LONGEST_MONTHS:
        raise Unanswerable("The duration is too long. Use at most 2^63 - 1 months.")
    return MonthsDuration(months)
