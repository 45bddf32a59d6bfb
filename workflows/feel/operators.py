"""What operators answer for values (DMN 1.5, 10.3.2.13): equality, order, arithmetic, logic.

Null stands for "no answer": a comparison of different kinds, an operation without a meaning for
its operands, a division by zero. Work that grows with the values is paid for (`Run.spend`).

A range with one end, such as `(< 5)`, has None on the other side. `(= 5)` and `(!= 5)` are values
too: both ends are the bound and both `includes_…` hold the operator itself, so that they differ
from `[5..5]` (the standard compares ranges by ends and operators).
"""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Any, Final, Protocol

from workflows.feel import temporal
from workflows.feel.errors import BudgetExceeded, Unanswerable
from workflows.feel.run import Run
from workflows.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from workflows.feel.values import ARITHMETIC, Range

LONGEST_STRING: Final = 10_000_000  # characters that one operation may produce
MOST_COMPARED: Final = 1_000_000  # elements in one comparison of lists or contexts
ZERO: Final = Decimal(0)

_KINDS: Final = {
    type(None): "null",
    bool: "a boolean",
    Decimal: "a number",
    str: "a string",
    Date: "a date",
    Time: "a time",
    DateTime: "a date and time",
    DaysDuration: "a days and time duration",
    MonthsDuration: "a years and months duration",
    list: "a list",
    dict: "a context",
    Range: "a range",
}
TEMPORAL: Final = frozenset({Date, Time, DateTime, DaysDuration, MonthsDuration})
_PLAIN: Final = frozenset({Decimal, str, bool, type(None)})
_ORDERED: Final = frozenset({Decimal, str})


class Purse(Protocol):
    """Where work is paid from: a run, or what one comparison may cost."""

    def spend(self, steps: int = 1) -> None:
        """Pay for steps; raises BudgetExceeded."""


class Allowance:
    """What work outside of any run may cost."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MOST_COMPARED) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Pay for steps; raises BudgetExceeded."""
        self.left -= steps
        if self.left < 0:
            raise BudgetExceeded("The values are too large. Make their lists smaller.")


def kind_of(value: Any) -> str:
    """What a value is, with its article: "a number", "null"."""
    return _KINDS.get(type(value), "a function")


def is_function(value: Any) -> bool:
    """Whether a FEEL value can be invoked."""
    return type(value) not in _KINDS


def equal(left: Any, right: Any, purse: Purse | None = None) -> bool | None:
    """FEEL's `=`: null equals null alone; of different kinds, null."""
    kind = type(left)
    if kind is type(right):
        if kind in _PLAIN:
            return bool(left == right)
        if kind in TEMPORAL:
            return temporal.equal(left, right)
        return _equal_compounds(left, right, purse or Allowance())
    return False if left is None or right is None else None


def _equal_compounds(left: Any, right: Any, purse: Purse) -> bool:
    if left is right:
        return True
    match left:
        case list():
            return _equal_lists(left, right, purse)
        case dict():
            return _equal_contexts(left, right, purse)
        case Range():
            return _equal_ranges(left, right, purse)
    return False  # two functions that are not one and the same


def _equal_lists(left: list[Any], right: list[Any], purse: Purse) -> bool:
    if len(left) != len(right):
        return False
    purse.spend(len(left))
    return all(equal(a, b, purse) is True for a, b in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], purse: Purse) -> bool:
    if left.keys() != right.keys():
        return False
    purse.spend(len(left))
    return all(equal(value, right[name], purse) is True for name, value in left.items())


def _equal_ranges(left: Range, right: Range, purse: Purse) -> bool:
    return (
        left.includes_low == right.includes_low
        and left.includes_high == right.includes_high
        and equal(left.low, right.low, purse) is True
        and equal(left.high, right.high, purse) is True
    )


_ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
FASTEST: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    **_ORDER,  # for two numbers or two strings, where they answer as FEEL does
    "=": operator.eq,
    "!=": operator.ne,
}


def compared(op: str, left: Any, right: Any, purse: Purse | None = None) -> bool | None:
    """A comparison with = != < <= > >=; null when the two have no order."""
    if op == "=":
        return equal(left, right, purse)
    if op == "!=":
        return opposite(equal(left, right, purse))
    kind = type(left)
    if kind is type(right) and kind in _ORDERED:
        return _ORDER[op](left, right)
    if kind in TEMPORAL and type(right) in TEMPORAL:
        return temporal.compared(op, left, right)
    return None


NUMERIC: Final[Mapping[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
    "**": ARITHMETIC.power,
}
_TEMPORAL: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": temporal.add,
    "-": temporal.subtract,
    "*": temporal.multiply,
    "/": temporal.divide,
}


def calculated(op: str, left: Any, right: Any, run: Run) -> Any:
    """An operation with + - * / **; `+` also joins strings. Null and a note without an answer."""
    kind, other = type(left), type(right)
    try:
        if kind is Decimal and other is Decimal:
            return NUMERIC[op](left, right) or ZERO  # never -0
        if kind is str and other is str and op == "+":
            return joined(left, right, run)
        if op in _TEMPORAL and (kind in TEMPORAL or other in TEMPORAL):
            return _noted_null(_TEMPORAL[op](left, right), op, left, right, run)
    except (DecimalException, Unanswerable) as reason:
        return _unanswered(op, left, right, run, reason)
    return _noted_null(None, op, left, right, run)


def _noted_null(answer: Any, op: str, left: Any, right: Any, run: Run) -> Any:
    if answer is None:
        run.note(f"`{op}` has no answer for {kind_of(left)} and {kind_of(right)}.")
    return answer


def _unanswered(op: str, left: Any, right: Any, run: Run, reason: Exception) -> None:
    if isinstance(reason, Unanswerable):
        run.note(str(reason))
    elif op == "/" and not right:
        run.note("A division by zero has no answer.")
    else:
        run.note(f"The result of {left} {op} {right} is not a number that FEEL can hold.")


def joined(left: str, right: str, run: Run) -> str:
    """Two strings as one; what it produces is paid for."""
    length = len(left) + len(right)
    run.spend(1 + length // 100)
    if length > LONGEST_STRING:
        raise BudgetExceeded(f"A string may have at most {LONGEST_STRING:,} characters.")
    return left + right


def negated(value: Any, run: Run) -> Any:
    """Unary minus of a number or duration; null and a note for anything else."""
    if type(value) is Decimal:
        return ARITHMETIC.minus(value) or ZERO
    if type(value) in (DaysDuration, MonthsDuration):
        return temporal.negate(value)
    run.note(f"There is no negative of {kind_of(value)}.")
    return None


def holds(interval: Range, value: Any) -> bool | None:
    """Whether the value lies in the range; null when it cannot be compared with an end."""
    low, high = interval.includes_low, interval.includes_high
    if type(low) is str:  # (= 5) or (!= 5)
        return compared(low, value, interval.low)
    above = below = value is not None or None
    if interval.low is not None or low:
        above = compared(">=" if low else ">", value, interval.low)
    if interval.high is not None or high:
        below = compared("<=" if high else "<", value, interval.high)
    return both(above, below)


def both(left: Any, right: Any) -> bool | None:
    """Three-valued `and`: anything but true and false counts as null."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: Any, right: Any) -> bool | None:
    """Three-valued `or`: anything but true and false counts as null."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def opposite(value: Any) -> bool | None:
    """Three-valued `not`: null for anything but true and false."""
    if value is True:
        return False
    return True if value is False else None
