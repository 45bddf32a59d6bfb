"""Temporal values from and to Python's own types."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from workflows.feel.errors import Unanswerable
from workflows.feel.temporal import zones
from workflows.feel.temporal.kinds import (
    LARGEST_OFFSET,
    SECOND,
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Temporal,
    Time,
    Zone,
)
from workflows.feel.temporal.moments import from_instant, settled, wall

_MICROSECOND = 1_000  # in nanoseconds


def from_python(value: Any) -> Temporal:
    """The FEEL value of a Python date, time, datetime or timedelta; else Unanswerable.

    A ZoneInfo becomes the name of its zone, any other tzinfo its offset.
    """
    if isinstance(value, dt.datetime):
        return from_datetime(value)
    if isinstance(value, dt.date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, dt.time):
        return _from_time(value, _zone(value.tzinfo, value.utcoffset()))
    if isinstance(value, dt.timedelta):
        return DaysDuration(value // dt.timedelta(microseconds=1) * _MICROSECOND)
    raise Unanswerable("Only dates, times and durations of Python have a temporal value.")


def to_python(
    value: Temporal,
) -> dt.date | dt.time | dt.datetime | dt.timedelta | None:
    """Python's value, or None where Python has none.

    It has none for years beyond 1 to 9999, for nanoseconds that are not whole microseconds, for
    durations of months and for durations of days beyond its own.
    """
    try:
        if isinstance(value, Date):
            return dt.date(value.year, value.month, value.day)
        if isinstance(value, Time):
            return _to_time(value)
        if isinstance(value, DateTime):
            day = dt.date(value.date.year, value.date.month, value.date.day)
            time = _to_time(value.time)
            return time and dt.datetime.combine(day, time).replace(fold=value.later)
        return _to_timedelta(value)
    except (ValueError, OverflowError):
        return None


def from_datetime(value: dt.datetime) -> DateTime:
    """The date and time; Unanswerable for an offset that FEEL cannot hold."""
    offset = value.utcoffset()
    zone = _zone(value.tzinfo, offset)
    date, time = Date(value.year, value.month, value.day), _from_time(value, zone)
    if value.fold and isinstance(zone, str) and offset is not None:
        shown = wall(DateTime(date, time))
        return from_instant(shown - int(offset.total_seconds()) * SECOND, zone)
    return settled(date, time)


def _from_time(value: dt.time | dt.datetime, zone: Zone) -> Time:
    nanosecond = value.microsecond * _MICROSECOND
    return Time(value.hour, value.minute, value.second, nanosecond, zone)


def _zone(tzinfo: dt.tzinfo | None, offset: dt.timedelta | None) -> Zone:
    if tzinfo is None:
        return None
    if isinstance(tzinfo, ZoneInfo) and tzinfo.key and zones.is_known(tzinfo.key):
        return tzinfo.key
    if offset is None:
        raise Unanswerable("The offset of this time is not known without a date.")
    seconds = offset.total_seconds()
    if seconds != int(seconds) or abs(seconds) > LARGEST_OFFSET:
        raise Unanswerable("Offsets are whole seconds and go from -14:00 to +14:00.")
    return int(seconds)


def _to_time(value: Time) -> dt.time | None:
    if value.nanosecond % _MICROSECOND:
        return None
    return dt.time(
        value.hour,
        value.minute,
        value.second,
        value.nanosecond // _MICROSECOND,
        tzinfo=_tzinfo(value.zone),
    )


def _tzinfo(zone: Zone) -> dt.tzinfo | None:
    if zone is None:
        return None
    if isinstance(zone, str):
        return ZoneInfo(zone)
    return dt.timezone(dt.timedelta(seconds=zone)) if zone else dt.UTC


def _to_timedelta(value: DaysDuration | MonthsDuration) -> dt.timedelta | None:
    if isinstance(value, MonthsDuration) or value.nanoseconds % _MICROSECOND:
        return None
    days, rest = divmod(value.nanoseconds, 86_400 * SECOND)
    return dt.timedelta(days=days, microseconds=rest // _MICROSECOND)
