"""Calculating with temporal values (DMN 1.5, tables 56 to 59 and 62).

What a table does not list has no answer. A month that is too short for the day takes its last
day (31 January and a month is the end of February). Durations of days move a date and time along
the timeline, also across changes of clocks. Both ends of a difference have a zone, or neither; a
date stands for midnight UTC there.
"""

from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from workflows.feel.errors import Unanswerable
from workflows.feel.temporal import days, zones
from workflows.feel.temporal.kinds import (
    DAY,
    SECOND,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Temporal,
    Time,
    Zone,
    date_of,
    days_duration,
    months_duration,
)
from workflows.feel.temporal.moments import (
    MIDNIGHT_UTC,
    date_of_day,
    day_number,
    from_instant,
    from_wall,
    instant,
    nanoseconds_of,
    settled,
    time_of_day,
    wall,
)
from workflows.feel.values import ARITHMETIC

Duration = DaysDuration | MonthsDuration
_Table = Mapping[tuple[type, type], Callable[[Any, Any], Temporal]]
_TITLES: Final[Mapping[type, str]] = {
    Decimal: "a number",
    Date: "a date",
    Time: "a time",
    DateTime: "a date and time",
    DaysDuration: "a days and time duration",
    MonthsDuration: "a years and months duration",
}


def add(a: Any, b: Any) -> Temporal:
    """`a + b`; Unanswerable when there is no such sum."""
    operation = _SUMS.get((type(a), type(b)))
    if operation is None:
        raise Unanswerable(f"There is no sum of {_title(a)} and {_title(b)}.")
    return operation(a, b)


def subtract(a: Any, b: Any) -> Temporal:
    """`a - b`; Unanswerable when there is no such difference."""
    operation = _DIFFERENCES.get((type(a), type(b)))
    if operation is None:
        raise Unanswerable(f"There is no way to take {_title(b)} from {_title(a)}.")
    return operation(a, b)


def multiply(a: Any, b: Any) -> Duration:
    """A duration times a number, or the reverse; Unanswerable for others.

    Nanoseconds are rounded to the even neighbour; parts of a month are cut off.
    """
    if isinstance(a, Decimal):
        a, b = b, a
    if type(a) not in _DURATIONS or not isinstance(b, Decimal):
        raise Unanswerable(f"There is no product of {_title(a)} and {_title(b)}.")
    return _duration_like(a, ARITHMETIC.multiply(_amount(a), b))


def divide(a: Any, b: Any) -> Duration | Decimal:
    """A duration by a number (a duration) or by one of its kind (a number); else Unanswerable."""
    if type(a) not in _DURATIONS or type(b) not in (Decimal, type(a)):
        raise Unanswerable(f"There is no way to divide {_title(a)} by {_title(b)}.")
    divisor = b if isinstance(b, Decimal) else _amount(b)
    if not divisor:
        raise Unanswerable("Nothing can be divided by zero.")
    quotient = ARITHMETIC.divide(_amount(a), divisor)
    return _duration_like(a, quotient) if isinstance(b, Decimal) else quotient


def negate(a: Any) -> Duration:
    """A duration backwards; Unanswerable for others."""
    if type(a) is DaysDuration:
        return DaysDuration(-a.nanoseconds)
    if type(a) is MonthsDuration:
        return MonthsDuration(-a.months)
    raise Unanswerable(f"There is no negative of {_title(a)}.")


def months_later(date: Date, months: int) -> Date:
    """The same day so many months later, or the last of that month when it is shorter."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return date_of(year, month + 1, min(date.day, days.in_month(year, month + 1)))


def _title(value: Any) -> str:
    return _TITLES.get(type(value), "a value of another kind")


def _amount(duration: Duration) -> Decimal:
    if isinstance(duration, DaysDuration):
        return Decimal(duration.nanoseconds)
    return Decimal(duration.months)


def _duration_like(duration: Duration, amount: Decimal) -> Duration:
    """A duration of the same kind, of this amount."""
    if amount.adjusted() > 30:  # before an int of thousands of digits is made of it
        raise Unanswerable("The duration is too long.")
    if type(duration) is DaysDuration:
        return days_duration(int(amount.to_integral_value(ROUND_HALF_EVEN)))
    return months_duration(int(amount.to_integral_value(ROUND_DOWN)))


def _date_plus_days(date: Date, duration: DaysDuration) -> Date:
    return date_of_day((day_number(date) * DAY + duration.nanoseconds) // DAY)


def _date_plus_months(date: Date, duration: MonthsDuration) -> Date:
    return months_later(date, duration.months)


def _time_plus_days(time: Time, duration: DaysDuration) -> Time:
    return time_of_day(nanoseconds_of(time) + duration.nanoseconds, time.zone)


def _date_time_plus_days(value: DateTime, duration: DaysDuration) -> DateTime:
    zone = value.time.zone
    if type(zone) is str:
        return from_instant(instant(value) + duration.nanoseconds, zone)
    return from_wall(wall(value) + duration.nanoseconds, zone)


def _date_time_plus_months(value: DateTime, duration: MonthsDuration) -> DateTime:
    return settled(months_later(value.date, duration.months), value.time)


def _sum_of_days(a: DaysDuration, b: DaysDuration) -> DaysDuration:
    return days_duration(a.nanoseconds + b.nanoseconds)


def _sum_of_months(a: MonthsDuration, b: MonthsDuration) -> MonthsDuration:
    return months_duration(a.months + b.months)


def _between_date_times(a: Date | DateTime, b: Date | DateTime) -> DaysDuration:
    end, start = _at_midnight(a), _at_midnight(b)
    _same_form(end.time.zone, start.time.zone)
    return days_duration(instant(end) - instant(start))


def _between_times(a: Time, b: Time) -> DaysDuration:
    difference = nanoseconds_of(a) - nanoseconds_of(b)
    if a.zone != b.zone:
        _same_form(a.zone, b.zone)
        difference -= (_offset(a.zone) - _offset(b.zone)) * SECOND
    return DaysDuration(difference)


def _at_midnight(value: Date | DateTime) -> DateTime:
    return DateTime(value, MIDNIGHT_UTC) if isinstance(value, Date) else value


def _same_form(zone: Zone, other: Zone) -> None:
    if (zone is None) is not (other is None):
        raise Unanswerable(
            "One of the two has a time zone and the other has none. Give both a zone, or neither."
        )


def _offset(zone: Zone) -> int:
    offset = zones.fixed_offset(zone) if isinstance(zone, str) else zone
    if offset is None:
        raise Unanswerable(f"The offset of {zone} is not known without a date.")
    return offset


def _backwards(
    operation: Callable[[Any, Any], Temporal],
) -> Callable[[Any, Any], Temporal]:
    return lambda value, duration: operation(value, negate(duration))


def _swapped(operation: Callable[[Any, Any], Temporal]) -> Callable[[Any, Any], Temporal]:
    return lambda duration, value: operation(value, duration)


_DURATIONS: Final = (DaysDuration, MonthsDuration)
_MOVES: Final[_Table] = {
    (Date, DaysDuration): _date_plus_days,
    (Date, MonthsDuration): _date_plus_months,
    (Time, DaysDuration): _time_plus_days,
    (DateTime, DaysDuration): _date_time_plus_days,
    (DateTime, MonthsDuration): _date_time_plus_months,
}
_DURATION_SUMS: Final[_Table] = {
    (DaysDuration, DaysDuration): _sum_of_days,
    (MonthsDuration, MonthsDuration): _sum_of_months,
}
_SUMS: Final[_Table] = {
    **_MOVES,
    **{(b, a): _swapped(operation) for (a, b), operation in _MOVES.items()},
    **_DURATION_SUMS,
}
_DIFFERENCES: Final[_Table] = {
    **{kinds: _backwards(operation) for kinds, operation in _MOVES.items()},
    **{kinds: _backwards(operation) for kinds, operation in _DURATION_SUMS.items()},
    (Time, Time): _between_times,
    **{(a, b): _between_date_times for a in (Date, DateTime) for b in (Date, DateTime)},
}
