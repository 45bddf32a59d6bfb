"""Dates, times and durations of FEEL (DMN 1.5, 10.3.2.3 and 10.3.2.13)."""

from workflows.feel.temporal.arithmetic import add, divide, multiply, negate, subtract
from workflows.feel.temporal.comparison import compared, equal, index_key
from workflows.feel.temporal.kinds import (
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
    time_of,
)
from workflows.feel.temporal.properties import NoSuchProperty, prop
from workflows.feel.temporal.python import from_python, to_python
from workflows.feel.temporal.text import (
    parse_at,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
    text_of,
)

__all__ = [
    "Date",
    "DateTime",
    "DaysDuration",
    "MonthsDuration",
    "NoSuchProperty",
    "Temporal",
    "Time",
    "Zone",
    "add",
    "compared",
    "date_of",
    "days_duration",
    "divide",
    "equal",
    "from_python",
    "index_key",
    "months_duration",
    "multiply",
    "negate",
    "parse_at",
    "parse_date",
    "parse_date_time",
    "parse_duration",
    "parse_time",
    "prop",
    "subtract",
    "text_of",
    "time_of",
    "to_python",
]
