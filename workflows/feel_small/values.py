"""FEEL's values and what they do (DMN 1.5, 10.3.2): whatever has no answer is null.

Numbers are decimals of 34 digits. What comes in is JSON: Python's bool, int, float, str, list, dict
and None; anything else is null, so that no expression ever touches a Python object.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException
from typing import Any

from workflows.feel_small.errors import FeelError

ARITHMETIC = Context(prec=34, Emin=-6143, Emax=6144)
DEEPEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Interval:
    """The value of a range."""

    low: Any
    high: Any
    includes_low: bool
    includes_high: bool

    def holds(self, value: Any) -> bool | None:
        """Whether the value lies inside; null when it cannot be compared."""
        above = compared(">=" if self.includes_low else ">", value, self.low)
        below = compared("<=" if self.includes_high else "<", value, self.high)
        return both(above, below)


def admitted(value: Any) -> Any:
    """A JSON value as FEEL sees it. Lists and contexts stay as they are until looked into."""
    match value:
        case None | bool() | str() | list() | tuple() | Interval():
            return value
        case Decimal():
            return value if value.is_finite() else None
        case int():
            return _number(str(value)) if abs(value) < 10**1000 else None
        case float():
            return _number(repr(value)) if math.isfinite(value) else None
        case Mapping():
            return value
    return None


def _number(text: str) -> Decimal | None:
    try:
        number = ARITHMETIC.create_decimal(text)
    except DecimalException:
        return None
    return number if number.is_finite() else None


def as_json(value: Any) -> Any:
    """A FEEL value as JSON: whole numbers become int, others float; a range becomes text."""
    value = admitted(value)
    match value:
        case Decimal():
            return _json_number(value)
        case list() | tuple():
            return [as_json(item) for item in value]
        case Mapping():
            return {str(key): as_json(entry) for key, entry in value.items()}
        case Interval():
            left, right = "[" if value.includes_low else "(", "]" if value.includes_high else ")"
            return f"{left}{value.low}..{value.high}{right}"
    return value


def _json_number(value: Decimal) -> int | float | None:
    """Whole numbers as int; those that JSON cannot carry are null."""
    if value.adjusted() < 34 and value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None


def entry(source: Any, name: str) -> Any:
    """An entry of a context, null when missing; of a list, the entry of each of its items."""
    if isinstance(source, Mapping):
        return admitted(source.get(name))
    if isinstance(source, list | tuple):
        return [admitted(item.get(name)) if isinstance(item, Mapping) else None for item in source]
    return None


def both(left: Any, right: Any) -> bool | None:
    """Three-valued `and`."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def opposite(value: Any) -> bool | None:
    """Three-valued `not`."""
    return not value if isinstance(value, bool) else None


def equal(left: Any, right: Any, depth: int = 0) -> bool | None:
    """FEEL equality: null equals null alone, other kinds compare with their own kind only."""
    if depth > DEEPEST_VALUE:
        raise FeelError(f"The values compared are nested more than {DEEPEST_VALUE} deep.")
    left, right = admitted(left), admitted(right)
    if left is None or right is None:
        return left is right
    kind = _kind(left)
    if kind != _kind(right):
        return None
    if kind == "list":
        return _equal_lists(left, right, depth + 1)
    if kind == "context":
        return _equal_contexts(left, right, depth + 1)
    return bool(left == right)


def _equal_lists(left: list[Any], right: list[Any], depth: int) -> bool:
    pairs = zip(left, right, strict=False)
    return len(left) == len(right) and all(equal(a, b, depth) for a, b in pairs)


def _equal_contexts(left: Mapping[str, Any], right: Mapping[str, Any], depth: int) -> bool:
    return left.keys() == right.keys() and all(equal(left[k], right[k], depth) for k in left)


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case Decimal():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "context"
        case Interval():
            return "range"
    return "list"


_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def compared(operator: str, left: Any, right: Any) -> bool | None:
    """A comparison; null when the two have no order."""
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        return opposite(equal(left, right))
    numbers = isinstance(left, Decimal) and isinstance(right, Decimal)
    strings = isinstance(left, str) and isinstance(right, str)
    return _ORDER[operator](left, right) if numbers or strings else None


_CALCULATE: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
    "**": ARITHMETIC.power,
}


def calculated(operator: str, left: Any, right: Any) -> Decimal | str | None:
    """An arithmetic operation; `+` also joins strings. No answer, such as 1/0, is null."""
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    try:
        return _CALCULATE[operator](left, right)
    except DecimalException:
        return None


def passes(value: Any, test: Any) -> bool | None:
    """Whether a value is in a range, in a list (whose items may be ranges), or equal."""
    if isinstance(test, Interval):
        return test.holds(value)
    if isinstance(test, list | tuple):
        return any_of([passes(value, admitted(item)) for item in test])
    return equal(value, test)


def any_of(answers: list[Any]) -> bool | None:
    """Three-valued `or` over many."""
    if any(answer is True for answer in answers):
        return True
    return False if all(answer is False for answer in answers) else None
