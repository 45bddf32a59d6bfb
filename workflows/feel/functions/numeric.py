"""Numeric functions (DMN 1.5, 10.3.4.5)."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from typing import Any, Final

from workflows.feel.calculation import STEPS_OF_A_SERIES
from workflows.feel.errors import Unanswerable
from workflows.feel.functions.kinds import DURATION, NUMBER
from workflows.feel.functions.signature import Parameter, builtin
from workflows.feel.run import Run
from workflows.feel.temporal import DaysDuration, MonthsDuration
from workflows.feel.values import ARITHMETIC

LEAST_SCALE: Final = -6111
MOST_SCALE: Final = 6176
_ZERO: Final = Decimal(0)
_EXACT: Final = Context(prec=13_000, Emin=-99_999, Emax=99_999)  # any two numbers divide exactly

_N: Final = Parameter("n", NUMBER)
_SCALE: Final = Parameter("scale", NUMBER)
_NUMBER: Final = Parameter("number", NUMBER)


def rounded(value: Decimal, scale: Decimal, rounding: str) -> Decimal:
    """The number with so many decimal places; decimal places of the scale are cut off.

    A scale finer than 34 digits can show leaves the number as it is. Raises Unanswerable when the
    scale is not within -6111 to 6176.
    """
    if not LEAST_SCALE <= scale <= MOST_SCALE:
        raise Unanswerable(f"`scale` must be from {LEAST_SCALE} to {MOST_SCALE}")
    places = int(scale)
    if value.adjusted() + places >= ARITHMETIC.prec:
        return value
    if not value:
        return Decimal((0, (0,), -max(0, min(places, ARITHMETIC.prec - 1))))
    answer = value.quantize(Decimal((0, (1,), -places)), rounding, _EXACT)
    return ARITHMETIC.plus(answer) if answer else _ZERO


@builtin("decimal", [_N, _SCALE])
def decimal(_run: Run, n: Decimal, scale: Decimal) -> Decimal:
    """The number with this scale, half to even."""
    return rounded(n, scale, ROUND_HALF_EVEN)


@builtin("floor", [_N, Parameter("scale", NUMBER, optional=True)])
def floor(_run: Run, n: Decimal, scale: Decimal = _ZERO) -> Decimal:
    """Rounded towards minus infinity."""
    return rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling", [_N, Parameter("scale", NUMBER, optional=True)])
def ceiling(_run: Run, n: Decimal, scale: Decimal = _ZERO) -> Decimal:
    """Rounded towards plus infinity."""
    return rounded(n, scale, ROUND_CEILING)


@builtin("round up", [_N, _SCALE])
def round_up(_run: Run, n: Decimal, scale: Decimal) -> Decimal:
    """Rounded away from zero."""
    return rounded(n, scale, ROUND_UP)


@builtin("round down", [_N, _SCALE])
def round_down(_run: Run, n: Decimal, scale: Decimal) -> Decimal:
    """Rounded towards zero."""
    return rounded(n, scale, ROUND_DOWN)


@builtin("round half up", [_N, _SCALE])
def round_half_up(_run: Run, n: Decimal, scale: Decimal) -> Decimal:
    """Rounded to the nearest; a tie away from zero."""
    return rounded(n, scale, ROUND_HALF_UP)


@builtin("round half down", [_N, _SCALE])
def round_half_down(_run: Run, n: Decimal, scale: Decimal) -> Decimal:
    """Rounded to the nearest; a tie towards zero."""
    return rounded(n, scale, ROUND_HALF_DOWN)


@builtin("abs", [Parameter("n", NUMBER | DURATION)])
def absolute(_run: Run, n: Any) -> Any:
    """The absolute value of a number or a duration."""
    if isinstance(n, Decimal):
        return n.copy_abs()
    if isinstance(n, DaysDuration):
        return DaysDuration(abs(n.nanoseconds))
    return MonthsDuration(abs(n.months))


@builtin("modulo", [Parameter("dividend", NUMBER), Parameter("divisor", NUMBER)])
def modulo(_run: Run, dividend: Decimal, divisor: Decimal) -> Decimal:
    """What is left of the division: dividend - divisor * floor(dividend / divisor)."""
    if not divisor:
        raise Unanswerable("`divisor` must not be 0")
    left = _EXACT.remainder(dividend, divisor)
    if left and (left < 0) != (divisor < 0):
        left = _EXACT.add(left, divisor)
    return ARITHMETIC.plus(left) if left else _ZERO


@builtin("sqrt", [_NUMBER])
def square_root(_run: Run, number: Decimal) -> Decimal:
    """The square root."""
    if number < 0:
        raise Unanswerable("`number` must not be negative")
    return ARITHMETIC.sqrt(number)


@builtin("log", [_NUMBER])
def logarithm(run: Run, number: Decimal) -> Decimal:
    """The natural logarithm."""
    if number <= 0:
        raise Unanswerable("`number` must be more than 0")
    run.spend(STEPS_OF_A_SERIES)
    return ARITHMETIC.ln(number)


@builtin("exp", [_NUMBER])
def exponential(run: Run, number: Decimal) -> Decimal:
    """Euler's number to the power of the number."""
    run.spend(STEPS_OF_A_SERIES)
    return ARITHMETIC.exp(number)


@builtin("odd", [_NUMBER])
def odd(_run: Run, number: Decimal) -> bool:
    """Whether a whole number is odd."""
    return _half_left(number) != 0


@builtin("even", [_NUMBER])
def even(_run: Run, number: Decimal) -> bool:
    """Whether a whole number is even."""
    return _half_left(number) == 0


def _half_left(number: Decimal) -> Decimal:
    if number != number.to_integral_value():
        raise Unanswerable("`number` must be a whole number")
    return _EXACT.remainder(number, Decimal(2))
