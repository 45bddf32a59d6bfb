"""Closures of + - * / ** and unary minus (DMN 1.5, 10.3.2.13.4 and 10.3.2.13.5)."""

from decimal import Decimal, DecimalException
from typing import Any

from workflows.feel import syntax
from workflows.feel.building import Around, Closure, Constant, Scope, builds, closure, folded
from workflows.feel.operators import NUMERIC, ZERO, calculated, negated
from workflows.feel.run import Run


@builds(syntax.Negation)
def _negation(tree: syntax.Negation, around: Around) -> Closure:
    operand = closure(tree.operand, around)
    return folded(lambda scope, run: negated(operand(scope, run), run), operand)


@builds(syntax.Arithmetic)
def _arithmetic(tree: syntax.Arithmetic, around: Around) -> Closure:
    first = closure(tree.first, around)
    rest = tuple((operator, closure(operand, around)) for operator, operand in tree.rest)
    parts = first, *(operand for _, operand in rest)
    if len(rest) > 1:
        return folded(_chain(first, rest), *parts)
    [(operator, second)] = rest
    if operator == "**":
        return folded(_chain(first, rest), *parts)  # it has to be paid for
    if isinstance(second, Constant) and type(second.value) is Decimal:
        return folded(_with_number(operator, first, second.value), *parts)
    return folded(_pair(operator, first, second), *parts)


def _chain(first: Closure, rest: tuple[tuple[str, Closure], ...]) -> Closure:
    def value(scope: Scope, run: Run) -> Any:
        result = first(scope, run)
        for operator, operand in rest:
            result = calculated(operator, result, operand(scope, run), run)
        return result

    return value


def _pair(operator: str, first: Closure, second: Closure) -> Closure:
    numeric = NUMERIC[operator]

    def value(scope: Scope, run: Run) -> Any:
        left, right = first(scope, run), second(scope, run)
        if type(left) is Decimal and type(right) is Decimal:
            try:
                return numeric(left, right) or ZERO
            except DecimalException:
                pass  # said below
        return calculated(operator, left, right, run)

    return value


def _with_number(operator: str, first: Closure, right: Decimal) -> Closure:
    numeric = NUMERIC[operator]

    def value(scope: Scope, run: Run) -> Any:
        left = first(scope, run)
        if type(left) is Decimal:
            try:
                return numeric(left, right) or ZERO
            except DecimalException:
                pass  # said below
        return calculated(operator, left, right, run)

    return value
