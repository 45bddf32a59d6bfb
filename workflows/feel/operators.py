"""What operators answer for values (DMN 1.5, 10.3.2.13), in one place.

A range with one end, such as `(< 5)`, has None on the other side. `(= 5)` and `(!= 5)` are values
too: both ends are the bound and both `includes_…` hold the operator itself, so that they differ
from `[5..5]` (the standard compares ranges by ends and operators).
"""

from typing import Any

from workflows.feel.calculation import NUMERIC, ZERO, calculated, joined, negated
from workflows.feel.comparison import (
    FASTEST,
    TEMPORAL,
    Allowance,
    Purse,
    compared,
    equal,
    is_function,
    kind_of,
)
from workflows.feel.ternary import both, either, opposite
from workflows.feel.values import Range

__all__ = [
    "FASTEST",
    "NUMERIC",
    "TEMPORAL",
    "ZERO",
    "Allowance",
    "Purse",
    "both",
    "calculated",
    "compared",
    "either",
    "equal",
    "holds",
    "is_function",
    "joined",
    "kind_of",
    "negated",
    "opposite",
]


def holds(interval: Range, value: Any, purse: Purse | None = None) -> bool | None:
    """Whether the value lies in the range; null when it cannot be compared with an end."""
    low: Any = interval.includes_low
    high: Any = interval.includes_high
    if low in ("=", "!="):
        return compared(low, value, interval.low, purse)
    above: bool | None = True if value is not None else None
    below = above
    if interval.low is not None or low:
        above = compared(">=" if low else ">", value, interval.low)
    if interval.high is not None or high:
        below = compared("<=" if high else "<", value, interval.high)
    return both(above, below)
