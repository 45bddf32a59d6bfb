"""Equality and order of values (DMN 1.5, 10.3.2.13, tables 53 and 54).

Null stands for "no answer": values of different kinds are neither equal nor different, and most
kinds have no order. Comparing lists and contexts is paid for by their size.
"""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final, Protocol

from workflows.feel import temporal
from workflows.feel.errors import BudgetExceeded, Unanswerable
from workflows.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from workflows.feel.ternary import opposite
from workflows.feel.values import Range

MOST_COMPARED: Final = 1_000_000  # elements in one comparison of lists or contexts outside a run

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
            return _temporal_answer(temporal.equal, left, right)
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
        return _temporal_answer(partial(temporal.compared, op), left, right)
    return None


def _temporal_answer(ask: Callable[[Any, Any], bool | None], left: Any, right: Any) -> bool | None:
    try:
        return ask(left, right)
    except Unanswerable:
        return None
