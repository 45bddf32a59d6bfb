"""What a FEEL value is in Python, inside an evaluation (DMN 1.5, 10.3.2).

| FEEL | inside |
|---|---|
| null, boolean, string | None, bool, str |
| number | Decimal, finite, 34 digits; never int or float |
| date, time, date and time, both durations | the classes of `workflows.feel.temporal` |
| list, context | list, dict with str keys; never changed once made |
| range | Range |
| function | Function |

`workflows.feel.mapping` translates to and from what callers have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, Protocol, runtime_checkable

from workflows.feel.run import Run

ARITHMETIC = Context(prec=34, Emin=-6143, Emax=6144)  # IEEE 754-2008 decimal128; half even


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end that is None with `includes_…` False is open towards infinity."""

    low: Any
    high: Any
    includes_low: bool
    includes_high: bool


@runtime_checkable
class Function(Protocol):
    """Anything that can be invoked. Whether arguments fit is the function's own affair."""

    @property
    def name(self) -> str:
        """What it is called, for notes; "" for a function literal."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of its parameters in order; for overloads, of the first."""

    def call(self, arguments: Sequence[Any], run: Run) -> Any:
        """Invoke by position; null and a note when the arguments do not fit."""

    def call_named(self, arguments: Mapping[str, Any], run: Run) -> Any:
        """Invoke by name; null and a note when a name is unknown or missing."""


def number(value: int | str | Decimal) -> Decimal:
    """A number rounded to the 34 digits that FEEL has."""
    return ARITHMETIC.create_decimal(value)
