"""Between temporal values and numbers on the timeline, in nanoseconds (DMN 1.5, 10.3.2.3.6).

A wall number is what clocks show, counted from 1970-01-01T00:00:00 as shown there; an instant is
counted from that moment in UTC.
"""

from workflows.feel.errors import Unanswerable
from workflows.feel.temporal import days, zones
from workflows.feel.temporal.kinds import (
    DAY,
    DAY_SECONDS,
    FARTHEST_YEAR,
    SECOND,
    Date,
    DateTime,
    Time,
    Zone,
)

MIDNIGHT = Time(0, 0, 0)
MIDNIGHT_UTC = Time(0, 0, 0, 0, 0)


def day_number(date: Date) -> int:
    """Days since 1970-01-01."""
    return days.number(date.year, date.month, date.day)


def date_of_day(number: int) -> Date:
    """The date of a day number; Unanswerable beyond the years that FEEL has."""
    year, month, day = days.parts(number)
    if not -FARTHEST_YEAR <= year <= FARTHEST_YEAR:
        raise Unanswerable(f"The result lies in the year {year}, which is out of range.")
    return Date(year, month, day)


def seconds_of(time: Time) -> int:
    """Whole seconds since midnight, as clocks show."""
    return time.hour * 3_600 + time.minute * 60 + time.second


def nanoseconds_of(time: Time) -> int:
    """Nanoseconds since midnight, as clocks show."""
    return seconds_of(time) * SECOND + time.nanosecond


def time_of_day(nanoseconds: int, zone: Zone = None) -> Time:
    """The time so long after midnight; whole days are ignored."""
    seconds, nanosecond = divmod(nanoseconds % DAY, SECOND)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return Time(hour, minute, second, nanosecond, zone)


def wall_seconds(value: DateTime) -> int:
    """What clocks show, in whole seconds."""
    return day_number(value.date) * DAY_SECONDS + seconds_of(value.time)


def wall(value: DateTime) -> int:
    """What clocks show."""
    return wall_seconds(value) * SECOND + value.time.nanosecond


def offset_in(value: DateTime, zone: Zone) -> int:
    """Seconds east of UTC at this wall time in a zone; 0 for a local time."""
    if type(zone) is str:
        return zones.offset_of_wall(zone, wall_seconds(value), later=value.later)
    return zone or 0  # type: ignore[return-value]  # an int or None here


def instant_in(value: DateTime, zone: Zone) -> int:
    """The instant at which clocks of the zone show this."""
    return wall(value) - offset_in(value, zone) * SECOND


def instant(value: DateTime) -> int:
    """The instant of a date and time with a zone; the wall number of one without."""
    return instant_in(value, value.time.zone)


def from_wall(nanoseconds: int, zone: Zone = None, *, later: bool = False) -> DateTime:
    """The date and time that clocks show; Unanswerable beyond the years that FEEL has."""
    number, rest = divmod(nanoseconds, DAY)
    return DateTime(date_of_day(number), time_of_day(rest, zone), later)


def from_instant(nanoseconds: int, zone: Zone) -> DateTime:
    """The date and time in a zone at an instant; Unanswerable beyond the years of FEEL."""
    if type(zone) is not str:
        return from_wall(nanoseconds + (zone or 0) * SECOND, zone)  # type: ignore[operator]
    seconds, rest = divmod(nanoseconds, SECOND)
    shown, later = zones.wall_of_instant(zone, seconds)
    return from_wall(shown * SECOND + rest, zone, later=later)


def settled(date: Date, time: Time) -> DateTime:
    """A date and time; a wall time that clocks of its zone skip is moved forward by the gap."""
    value = DateTime(date, time)
    if type(time.zone) is not str:
        return value
    gap = zones.gap_at(time.zone, wall_seconds(value))
    return from_wall(wall(value) + gap * SECOND, time.zone) if gap else value
