"""What a parameter of a built-in function accepts (DMN 1.5, 10.3.4), and what is converted for it.

Conversions are those of DMN 1.5, 10.3.2.9.4: a value becomes a list of one where a list is
wanted, a list of one becomes its element where a single value is wanted, and a date becomes a
date and time at midnight UTC where a date and time is wanted.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from workflows.feel.operators import is_function, kind_of
from workflows.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from workflows.feel.values import Range

kind_title: Final = kind_of  # what a value is, for a note: "a number", "null"
UNFIT: Final[Any] = object()  # what a conversion answers when there is none


@dataclass(frozen=True, slots=True)
class Kind:
    """The kinds of value that a parameter accepts; `a | b` accepts either."""

    title: str  # as it reads after "must be"
    classes: frozenset[type]  # of values that fit as they are
    takes_functions: bool = False
    takes_anything: bool = False

    def __or__(self, other: "Kind") -> "Kind":
        """The union of both."""
        return Kind(
            f"{self.title} or {other.title}",
            self.classes | other.classes,
            self.takes_functions or other.takes_functions,
            self.takes_anything or other.takes_anything,
        )

    def fits(self, value: Any) -> bool:
        """Whether the value is of this kind without a conversion; null is of none."""
        if type(value) in self.classes:
            return True
        if value is None:
            return False
        return self.takes_anything or (self.takes_functions and is_function(value))

    def converted(self, value: Any) -> Any:
        """The value as this kind, or UNFIT when no implicit conversion leads there."""
        if self.fits(value):
            return value
        if value is None:
            return UNFIT
        if type(value) is list and len(value) == 1 and value[0] is not None:
            return self._from_single(value[0])
        return self._from_single(value)

    def _from_single(self, value: Any) -> Any:
        if self.fits(value):
            return value
        if type(value) is Date and DateTime in self.classes:
            return at_midnight(value)
        if list in self.classes:
            return [value]
        return UNFIT


def at_midnight(value: Date) -> DateTime:
    """A date as a date and time: midnight UTC (DMN 1.5, 10.3.2.9.4)."""
    return DateTime(value, Time(0, 0, 0, 0, 0))


def _of(title: str, cls: type) -> Kind:
    return Kind(title, frozenset({cls}))


BOOLEAN: Final = _of("a boolean", bool)
NUMBER: Final = _of("a number", Decimal)
STRING: Final = _of("a string", str)
DATE: Final = _of("a date", Date)
TIME: Final = _of("a time", Time)
DATE_AND_TIME: Final = _of("a date and time", DateTime)
DAYS_DURATION: Final = _of("a days and time duration", DaysDuration)
MONTHS_DURATION: Final = _of("a years and months duration", MonthsDuration)
DURATION: Final = DAYS_DURATION | MONTHS_DURATION
LIST: Final = _of("a list", list)
CONTEXT: Final = _of("a context", dict)
RANGE: Final = _of("a range", Range)
FUNCTION: Final = Kind("a function", frozenset(), takes_functions=True)
COMPARABLE: Final = NUMBER | STRING | DATE | TIME | DATE_AND_TIME | DURATION
ANY: Final = Kind(
    "any value",
    (COMPARABLE | BOOLEAN | LIST | CONTEXT | RANGE).classes,
    takes_anything=True,
)
