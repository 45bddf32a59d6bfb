"""Built-in functions that make dates, times and durations and ask about them.

DMN 1.5, tables 72 (conversion), 77 (is), 79 (temporal) and 82 (now, today). The clock is that of
the run, so that every expression of one evaluation sees the same moment.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from workflows.feel import temporal
from workflows.feel.errors import Unanswerable
from workflows.feel.functions.kinds import (
    ANY,
    DATE,
    DATE_AND_TIME,
    DAYS_DURATION,
    DURATION,
    NUMBER,
    STRING,
    TIME,
)
from workflows.feel.functions.signature import Body, Parameter, builtin
from workflows.feel.run import Run
from workflows.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time, Zone, days
from workflows.feel.temporal.kinds import SECOND
from workflows.feel.temporal.moments import from_instant, instant, settled
from workflows.feel.temporal.properties import weekday
from workflows.feel.temporal.python import from_datetime
from workflows.feel.temporal.zones import known
from workflows.feel.values import ARITHMETIC

CAMUNDA: Final = "camunda"
WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAY: Final = Parameter("date", DATE | DATE_AND_TIME)
_PARTS_OF_DATE: Final = tuple(Parameter(name, NUMBER) for name in ("year", "month", "day"))
_PARTS_OF_TIME: Final = tuple(Parameter(name, NUMBER) for name in ("hour", "minute", "second"))
_OFFSET: Final = Parameter("offset", DAYS_DURATION, optional=True, nullable=True)


def _in_both_dialects(parameters: Sequence[Parameter]) -> Callable[[Body], Body]:
    """Declare a way to call `date and time`; that of Camunda replaces the standard's as a whole."""

    def declared(body: Body) -> Body:
        builtin("date and time", parameters, dialect=CAMUNDA)(body)
        return builtin("date and time", parameters)(body)

    return declared


@builtin("date", [Parameter("from", STRING | DATE | DATE_AND_TIME)])
def date(_run: Run, value: str | Date | DateTime) -> Date:
    """A date from its text, or the day of a date and time."""
    return temporal.parse_date(value) if isinstance(value, str) else _day(value)


@builtin("date", _PARTS_OF_DATE)
def date_from_parts(_run: Run, year: Decimal, month: Decimal, day: Decimal) -> Date:
    """A date from whole numbers."""
    return temporal.date_of(_whole(year, "year"), _whole(month, "month"), _whole(day, "day"))


@builtin("time", [Parameter("from", STRING | TIME | DATE_AND_TIME)])
def time(_run: Run, value: str | Time | DateTime) -> Time:
    """A time from its text, or the time of day of a date and time; of a date, midnight UTC."""
    if isinstance(value, str):
        return temporal.parse_time(value)
    return value.time if isinstance(value, DateTime) else value


@builtin("time", [*_PARTS_OF_TIME, _OFFSET])
def time_from_parts(
    _run: Run,
    hour: Decimal,
    minute: Decimal,
    second: Decimal,
    offset: DaysDuration | None = None,
) -> Time:
    """A time from numbers, local or at an offset from UTC; the second may have a fraction."""
    return _time(hour, minute, second, _seconds(offset))


@_in_both_dialects([Parameter("from", STRING)])
def date_and_time(_run: Run, text: str) -> DateTime:
    """A date and time from its text; from that of a date, midnight."""
    return temporal.parse_date_time(text)


@_in_both_dialects([_DAY, Parameter("time", TIME)])
def date_and_time_of_both(_run: Run, value: Date | DateTime, time_of_day: Time) -> DateTime:
    """The day of the first with the time, and its zone, of the second."""
    return settled(_day(value), time_of_day)


@_in_both_dialects([*_PARTS_OF_DATE, *_PARTS_OF_TIME, _OFFSET])
def date_and_time_from_parts(run: Run, *parts: Any) -> DateTime:
    """A date and time from numbers, local or at an offset from UTC."""
    year, month, day, *rest = parts
    return settled(date_from_parts(run, year, month, day), time_from_parts(run, *rest))


@_in_both_dialects([*_PARTS_OF_DATE, *_PARTS_OF_TIME, Parameter("timezone", STRING)])
def date_and_time_in_zone(run: Run, *parts: Any) -> DateTime:
    """A date and time from numbers, in a zone of the IANA database."""
    year, month, day, hour, minute, second, zone = parts
    time_of_day = _time(hour, minute, second, known(zone))
    return settled(date_from_parts(run, year, month, day), time_of_day)


@builtin(
    "date and time",
    [Parameter("date", DATE_AND_TIME), Parameter("timezone", STRING)],
    dialect=CAMUNDA,
)
def date_and_time_elsewhere(_run: Run, value: DateTime, zone: str) -> DateTime:
    """The same moment as clocks of another zone show it; a local time is taken to be there."""
    if value.time.zone is None:
        there = value.time
        local = Time(there.hour, there.minute, there.second, there.nanosecond, known(zone))
        return settled(value.date, local)
    return from_instant(instant(value), known(zone))


@builtin("duration", [Parameter("from", STRING)])
def duration(_run: Run, text: str) -> DaysDuration | MonthsDuration:
    """A duration of either kind from its text."""
    return temporal.parse_duration(text)


@builtin(
    "years and months duration",
    [Parameter("from", DATE | DATE_AND_TIME), Parameter("to", DATE | DATE_AND_TIME)],
)
def years_and_months_duration(
    _run: Run, start: Date | DateTime, end: Date | DateTime
) -> MonthsDuration:
    """Whole months from one day to another, negative when it is earlier.

    Times of day do not count; a month is whole when the same day of the month is reached.
    """
    first, last = _day(start), _day(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return MonthsDuration(months)


@builtin("now")
def now(run: Run) -> DateTime:
    """The moment of the evaluation, in the zone that its caller gave it."""
    return from_datetime(run.now)


@builtin("today")
def today(run: Run) -> Date:
    """The day of the evaluation, in the zone that its caller gave it."""
    return from_datetime(run.now).date


@builtin("day of year", [_DAY])
def day_of_year(_run: Run, value: Date | DateTime) -> Decimal:
    """The number of the day in its year, from 1."""
    day = _day(value)
    return Decimal(days.of_year(day.year, day.month, day.day))


@builtin("day of week", [_DAY])
def day_of_week(_run: Run, value: Date | DateTime) -> str:
    """The English name of the weekday."""
    return WEEKDAYS[weekday(_day(value)) - 1]


@builtin("month of year", [_DAY])
def month_of_year(_run: Run, value: Date | DateTime) -> str:
    """The English name of the month."""
    return MONTHS[_day(value).month - 1]


@builtin("week of year", [_DAY])
def week_of_year(_run: Run, value: Date | DateTime) -> Decimal:
    """The number of the week (ISO 8601), which may belong to the year before or after."""
    day = _day(value)
    return Decimal(days.week(day.year, day.month, day.day))


@builtin("last day of month", [_DAY], dialect=CAMUNDA)
def last_day_of_month(_run: Run, value: Date | DateTime) -> Date:
    """The last date of the month."""
    day = _day(value)
    return Date(day.year, day.month, days.in_month(day.year, day.month))


@builtin("cycle", [Parameter("interval", DURATION)], dialect=CAMUNDA)
def cycle(_run: Run, interval: DaysDuration | MonthsDuration) -> str:
    """The text of a timer that repeats without end."""
    return f"R/{temporal.text_of(interval)}"


@builtin(
    "cycle",
    [Parameter("repetitions", NUMBER, nullable=True), Parameter("interval", DURATION)],
    dialect=CAMUNDA,
)
def cycle_so_often(
    run: Run, repetitions: Decimal | None, interval: DaysDuration | MonthsDuration
) -> str:
    """The text of a timer that repeats so often; with null, without end."""
    if repetitions is None:
        return cycle(run, interval)
    if repetitions < 0 or repetitions != int(repetitions):
        raise Unanswerable(f"{repetitions} is not how often a timer repeats")
    return f"R{int(repetitions)}/{temporal.text_of(interval)}"


@builtin("is", [Parameter("value1", ANY, nullable=True), Parameter("value2", ANY, nullable=True)])
def is_same(run: Run, a: Any, b: Any) -> bool:
    """Whether both are the same element of the domain: one moment in two zones is two of them."""
    return _identical(run, a, b)


def _identical(run: Run, a: Any, b: Any) -> bool:
    run.spend()
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(
            _identical(run, one, other) for one, other in zip(a, b, strict=True)
        )
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_identical(run, a[name], b[name]) for name in a)
    return a is b or bool(a == b)


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


def _time(hour: Decimal, minute: Decimal, second: Decimal, zone: Zone) -> Time:
    if not 0 <= second < 60:
        raise Unanswerable("Seconds go from 0 to below 60; leap seconds do not exist.")
    nanoseconds = int(ARITHMETIC.multiply(second, Decimal(SECOND)))
    return temporal.time_of(
        _whole(hour, "hour"),
        _whole(minute, "minute"),
        nanoseconds // SECOND,
        nanoseconds % SECOND,
        zone,
    )


def _seconds(offset: DaysDuration | None) -> int | None:
    if offset is None:
        return None
    if offset.nanoseconds % SECOND:
        raise Unanswerable("An offset from UTC is of whole seconds.")
    return offset.nanoseconds // SECOND


def _whole(number: Decimal, name: str) -> int:
    """A number as an int; Unanswerable when it is not whole or far too large for any part."""
    if number.adjusted() > 12 or number != number.to_integral_value():
        raise Unanswerable(f"The {name} must be a whole number in its range.")
    return int(number)
