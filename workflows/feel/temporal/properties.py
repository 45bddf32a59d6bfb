"""Properties of temporal values, as `value.name` reads them (DMN 1.5, tables 65 and 66)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from workflows.feel.errors import Unanswerable
from workflows.feel.temporal import days, zones
from workflows.feel.temporal.kinds import (
    SECOND,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Temporal,
    Time,
)
from workflows.feel.temporal.moments import day_number, offset_in
from workflows.feel.values import ARITHMETIC

_Getters = Mapping[str, Callable[[Any], Any]]


class NoSuchProperty(Unanswerable):
    """A kind of value has no property of this name; says which it has."""


def prop(value: Temporal, name: str) -> Any:
    """A property; null where the value has none (a time offset of a local time).

    Numbers are decimals; the parts of a negative duration are negative. Raises NoSuchProperty
    when the kind of value has none of this name.
    """
    getters = _PROPERTIES[type(value)]
    getter = getters.get(name)
    if getter is None:
        raise NoSuchProperty(
            f"There is no property `{name[:40]}` here. There is {', '.join(getters)}."
        )
    return getter(value)


def weekday(date: Date) -> int:
    """1 for Monday to 7 for Sunday."""
    return days.weekday(day_number(date))


def _second(time: Time) -> Decimal:
    if not time.nanosecond:
        return Decimal(time.second)
    return _decimal_seconds(time.second * SECOND + time.nanosecond)


def _decimal_seconds(nanoseconds: int) -> Decimal:
    return ARITHMETIC.divide(Decimal(nanoseconds), Decimal(SECOND))


def _time_offset_of_time(time: Time) -> DaysDuration | None:
    zone = zones.fixed_offset(time.zone) if isinstance(time.zone, str) else time.zone
    return None if zone is None else DaysDuration(zone * SECOND)


def _time_offset(value: DateTime) -> DaysDuration | None:
    zone = value.time.zone
    return None if zone is None else DaysDuration(offset_in(value, zone) * SECOND)


def _timezone(time: Time) -> str | None:
    return time.zone if isinstance(time.zone, str) else None


def _share(amount: int, unit: int, of: int) -> int:
    """How many whole units an amount has beyond the next larger ones, with its sign."""
    share = abs(amount) // unit % of
    return -share if amount < 0 else share


def _whole(amount: int, unit: int) -> int:
    whole = abs(amount) // unit
    return -whole if amount < 0 else whole


_DATE: Final[_Getters] = {
    "year": lambda date: Decimal(date.year),
    "month": lambda date: Decimal(date.month),
    "day": lambda date: Decimal(date.day),
    "weekday": lambda date: Decimal(weekday(date)),
}
_WALL: Final[_Getters] = {
    "hour": lambda time: Decimal(time.hour),
    "minute": lambda time: Decimal(time.minute),
    "second": _second,
    "timezone": _timezone,
}


def _of_date(getter: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: getter(value.date)


def _of_time(getter: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: getter(value.time)


_PROPERTIES: Final[Mapping[type, _Getters]] = {
    Date: _DATE,
    Time: {**_WALL, "time offset": _time_offset_of_time},
    DateTime: {
        **{name: _of_date(getter) for name, getter in _DATE.items()},
        **{name: _of_time(getter) for name, getter in _WALL.items()},
        "time offset": _time_offset,
    },
    MonthsDuration: {
        "years": lambda value: Decimal(_whole(value.months, 12)),
        "months": lambda value: Decimal(_share(value.months, 1, 12)),
    },
    DaysDuration: {
        "days": lambda value: Decimal(_whole(value.nanoseconds, 86_400 * SECOND)),
        "hours": lambda value: Decimal(_share(value.nanoseconds, 3_600 * SECOND, 24)),
        "minutes": lambda value: Decimal(_share(value.nanoseconds, 60 * SECOND, 60)),
        "seconds": lambda value: _decimal_seconds(_share(value.nanoseconds, 1, 60 * SECOND)),
    },
}
