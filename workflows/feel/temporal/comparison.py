"""Equality and order of temporal values (DMN 1.5, tables 53 and 54).

Values of different kinds are not comparable. Times, and dates with times, that carry zones
compare by instant. For `<` and `>` a value without a zone takes that of the other; equality of
the two has no answer, since the standard knows the number of a date and time only with a zone.

Equality looks at whole seconds, which the compatibility kit calls the resolution of a value;
order looks at nanoseconds; `<=` is `<` or `=`, as the standard defines it.

The offset of a zone with changing clocks is unknown without a date. A time of day in it compares
only with times of the same zone and with times without one.
"""

from collections.abc import Hashable
from typing import Any

from workflows.feel.temporal import zones
from workflows.feel.temporal.kinds import (
    SECOND,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Temporal,
    Time,
    Zone,
)
from workflows.feel.temporal.moments import (
    instant,
    instant_in,
    nanoseconds_of,
    offset_in,
    seconds_of,
    wall_seconds,
)


def equal(a: Temporal, b: Temporal) -> bool | None:
    """Whether both are the same value for FEEL; None when they are not comparable."""
    kind = type(a)
    if kind is not type(b):
        return None
    if kind is DateTime or kind is Time:
        return _same_moment(a, b)
    return a == b


def compared(operator: str, a: Temporal, b: Temporal) -> bool | None:
    """`a < b`, `a <= b`, `a > b` or `a >= b`; None when they are not comparable."""
    pair = _numbers(a, b)
    if pair is None:
        return None
    left, right = pair
    if operator == "<":
        return bool(left < right)
    if operator == ">":
        return bool(left > right)
    if operator == "<=":
        return bool(left <= right) or equal(a, b) is True
    return bool(left >= right) or equal(a, b) is True


def index_key(value: Temporal) -> Hashable:
    """One key for all values that `equal` finds equal, and for no others.

    Python's own hash knows nothing of zones, so an index of constants uses this.
    """
    if type(value) is DateTime:
        return _date_time_key(value)
    if type(value) is Time:
        return _time_key(value)
    return value


def _same_moment(a: Any, b: Any) -> bool | None:
    one, other = (a, b) if type(a) is Time else (a.time, b.time)
    if one.zone is None and other.zone is None:  # most are local: no need to calculate
        return (one is a or a.date == b.date) and seconds_of(one) == seconds_of(other)
    left, right = index_key(a), index_key(b)
    if left[0] != right[0]:  # type: ignore[index]
        return None
    return left == right


def _date_time_key(value: DateTime) -> tuple[str, int]:
    zone = value.time.zone
    if zone is None:
        return "local date and time", wall_seconds(value)
    return "date and time", wall_seconds(value) - offset_in(value, zone)


def _time_key(value: Time) -> tuple[str, int]:
    zone = _offset_or_name(value.zone)
    seconds = seconds_of(value)
    if zone is None:
        return "local time", seconds
    if isinstance(zone, str):
        return f"time@{zone}", seconds
    return "time", seconds - zone


def _offset_or_name(zone: Zone) -> Zone:
    """The zone of a time; as an offset where that is known without a date."""
    if isinstance(zone, str):
        offset = zones.fixed_offset(zone)
        return zone if offset is None else offset
    return zone


def _numbers(a: Any, b: Any) -> tuple[Any, Any] | None:
    """Two values that are ordered as `a` and `b` are."""
    kind = type(a)
    if kind is not type(b):
        return None
    if kind is Date:
        return (a.year, a.month, a.day), (b.year, b.month, b.day)
    if kind is DaysDuration:
        return a.nanoseconds, b.nanoseconds
    if kind is MonthsDuration:
        return a.months, b.months
    return _instants(a, b) if kind is DateTime else _times(a, b)


def _instants(a: DateTime, b: DateTime) -> tuple[Any, Any]:
    zone, other = a.time.zone, b.time.zone
    if zone is None or zone == other or other is None:
        zone = other if zone is None else zone
        if type(zone) is not str:  # one offset, or none: what clocks show decides
            return _parts(a), _parts(b)
        return instant_in(a, zone), instant_in(b, zone)
    return instant(a), instant(b)


def _parts(value: DateTime) -> tuple[int, ...]:
    date, time = value.date, value.time
    return (
        date.year,
        date.month,
        date.day,
        time.hour,
        time.minute,
        time.second,
        time.nanosecond,
    )


def _times(a: Time, b: Time) -> tuple[int, int] | None:
    left, right = nanoseconds_of(a), nanoseconds_of(b)
    zone, other = _offset_or_name(a.zone), _offset_or_name(b.zone)
    if zone is None or other is None or zone == other:
        return left, right
    if isinstance(zone, str) or isinstance(other, str):
        return None
    return left - zone * SECOND, right - other * SECOND
