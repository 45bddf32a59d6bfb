"""Arithmetic of values (DMN 1.5, 10.3.2.13.4); without an answer, null and a note."""

from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException, DivisionByZero
from typing import Any, Final

from workflows.feel import temporal
from workflows.feel.comparison import TEMPORAL, kind_of
from workflows.feel.errors import BudgetExceeded, Unanswerable
from workflows.feel.run import Run
from workflows.feel.temporal import DaysDuration, MonthsDuration
from workflows.feel.values import ARITHMETIC

LONGEST_STRING: Final = 1_000_000  # characters that `+` may produce
CHARACTERS_PER_STEP: Final = 20  # so that a whole run stays within memory
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
STEPS_OF_A_SERIES: Final = 25  # powers, logarithms: some fifty times as long as an addition


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    """As the context has it; but the zeroth power of zero is 1, as in IEEE 754.

    Raises DivisionByZero for negative powers of zero, which the context takes for infinite.
    """
    if not exponent:
        return ONE
    if not base and exponent < 0:
        raise DivisionByZero
    return ARITHMETIC.power(base, exponent)


NUMERIC: Final[Mapping[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
    "**": _power,
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
            if op == "**":
                run.spend(STEPS_OF_A_SERIES)
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
    elif isinstance(reason, DivisionByZero) or (op == "/" and not right):
        run.note("A division by zero has no answer.")
    else:
        run.note(f"The result of {left} {op} {right} is not a number that FEEL can hold.")


def joined(left: str, right: str, run: Run) -> str:
    """Two strings as one; what it produces is paid for."""
    length = len(left) + len(right)
    run.spend(1 + length // CHARACTERS_PER_STEP)
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
