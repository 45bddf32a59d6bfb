"""List functions that make one value of many (DMN 1.5, 10.3.4.4)."""

from collections import Counter
from decimal import Context, Decimal
from functools import reduce
from typing import Any, Final

from workflows.feel.errors import Unanswerable
from workflows.feel.functions.costs import reading
from workflows.feel.functions.kinds import COMPARABLE, LIST, kind_title
from workflows.feel.functions.signature import Parameter, builtin
from workflows.feel.operators import compared
from workflows.feel.run import Run
from workflows.feel.values import ARITHMETIC

_PRECISE: Final = Context(prec=80, Emin=-99_999, Emax=99_999)  # steps in between lose nothing
_VALUES: Final = Parameter("list", LIST, several=True)


@builtin("min", [_VALUES])
def minimum(run: Run, values: list[Any]) -> Any:
    """The least of values of one comparable kind; null for an empty list."""
    return _extreme(run, values, "<")


@builtin("max", [_VALUES])
def maximum(run: Run, values: list[Any]) -> Any:
    """The greatest of values of one comparable kind; null for an empty list."""
    return _extreme(run, values, ">")


def _extreme(run: Run, values: list[Any], operator: str) -> Any:
    reading(run, len(values))
    if not values:
        return None
    kinds = set(map(type, values))
    if kinds <= {Decimal} or kinds <= {str}:
        return min(values) if operator == "<" else max(values)
    for value in values:
        if type(value) not in COMPARABLE.classes:
            raise Unanswerable(f"{kind_title(value)} cannot be compared")
    return reduce(lambda best, value: _better(run, best, value, operator), values)


def _better(run: Run, best: Any, value: Any, operator: str) -> Any:
    run.spend()
    answer = compared(operator, value, best)
    if answer is None:
        raise Unanswerable(f"{kind_title(value)} and {kind_title(best)} here cannot be compared")
    return value if answer else best


@builtin("sum", [_VALUES])
def total(run: Run, values: list[Any]) -> Decimal | None:
    """The sum; null for an empty list."""
    numbers = _numbers(run, values)
    return reduce(ARITHMETIC.add, numbers) if numbers else None


@builtin("product", [_VALUES])
def product(run: Run, values: list[Any]) -> Decimal | None:
    """The product; null for an empty list."""
    numbers = _numbers(run, values)
    return reduce(ARITHMETIC.multiply, numbers) if numbers else None


@builtin("mean", [_VALUES])
def mean(run: Run, values: list[Any]) -> Decimal | None:
    """The arithmetic mean; null for an empty list."""
    numbers = _numbers(run, values)
    if not numbers:
        return None
    return ARITHMETIC.divide(reduce(_PRECISE.add, numbers), Decimal(len(numbers)))


@builtin("median", [_VALUES])
def median(run: Run, values: list[Any]) -> Decimal | None:
    """The one in the middle, or the mean of the two there; null for an empty list."""
    numbers = sorted(_numbers(run, values))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return ARITHMETIC.divide(_PRECISE.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@builtin("stddev", [_VALUES])
def standard_deviation(run: Run, values: list[Any]) -> Decimal | None:
    """The standard deviation of a sample; null for fewer than two numbers."""
    numbers = _numbers(run, values)
    if len(numbers) < 2:
        return None
    middle = _PRECISE.divide(reduce(_PRECISE.add, numbers), Decimal(len(numbers)))
    distances = (_PRECISE.subtract(each, middle) for each in numbers)
    squares = reduce(_PRECISE.add, (_PRECISE.multiply(each, each) for each in distances))
    variance = _PRECISE.divide(squares, Decimal(len(numbers) - 1))
    return ARITHMETIC.plus(_PRECISE.sqrt(variance))


@builtin("mode", [_VALUES])
def mode(run: Run, values: list[Any]) -> list[Decimal]:
    """The most frequent numbers, ascending."""
    frequency = Counter(_numbers(run, values))
    most = max(frequency.values(), default=0)
    return sorted(value for value, times in frequency.items() if times == most)


@builtin("all", [_VALUES])
def every(run: Run, values: list[Any]) -> bool | None:
    """False when one is false; true when all are true or there are none."""
    return _of_booleans(run, values, decisive=False)


@builtin("any", [_VALUES])
def some(run: Run, values: list[Any]) -> bool | None:
    """True when one is true; false when all are false or there are none."""
    return _of_booleans(run, values, decisive=True)


def _of_booleans(run: Run, values: list[Any], *, decisive: bool) -> bool | None:
    reading(run, len(values))
    strange = None
    for value in values:
        if type(value) is not bool:
            strange = kind_title(value)
        elif value == decisive:
            return decisive
    if strange is not None:
        raise Unanswerable(f"`list` must hold booleans only, not {strange}")
    return not decisive


def _numbers(run: Run, values: list[Any]) -> list[Decimal]:
    reading(run, len(values))
    for value in values:
        if type(value) is not Decimal:
            raise Unanswerable(f"`list` must hold numbers only, not {kind_title(value)}")
    return values
