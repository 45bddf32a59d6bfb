"""Syntax tree to closures: built once, then called with the variables. Never `eval`."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import singledispatch
from typing import Any

from workflows.feel_small import syntax, values
from workflows.feel_small.syntax import Tree

Variables = Mapping[str, Any]
Closure = Callable[[Variables], Any]


@singledispatch
def closure(tree: Tree) -> Closure:
    """What computes the value of this tree from variables."""
    raise TypeError(f"FEEL has no {type(tree).__name__}.")


@closure.register
def _literal(tree: syntax.Literal) -> Closure:
    value = tree.value
    return lambda _: value


@closure.register
def _name(tree: syntax.Name) -> Closure:
    name = tree.name
    return lambda variables: values.admitted(variables.get(name))


@closure.register
def _path(tree: syntax.Path) -> Closure:
    source, names = closure(tree.source), tree.names

    def value(variables: Variables) -> Any:
        found = source(variables)
        for name in names:
            found = values.entry(found, name)
        return found

    return value


@closure.register
def _negation(tree: syntax.Negation) -> Closure:
    operand = closure(tree.operand)
    zero = Decimal(0)
    return lambda variables: values.calculated("-", zero, operand(variables))


@closure.register
def _not(tree: syntax.Not) -> Closure:
    operand = closure(tree.operand)
    return lambda variables: values.opposite(operand(variables))


@closure.register
def _arithmetic(tree: syntax.Arithmetic) -> Closure:
    first = closure(tree.first)
    rest = tuple((operator, closure(operand)) for operator, operand in tree.rest)

    def value(variables: Variables) -> Any:
        result = first(variables)
        for operator, operand in rest:
            result = values.calculated(operator, result, operand(variables))
        return result

    return value


@closure.register
def _comparison(tree: syntax.Comparison) -> Closure:
    operator, left, right = tree.operator, closure(tree.left), closure(tree.right)
    return lambda variables: values.compared(operator, left(variables), right(variables))


@closure.register
def _conjunction(tree: syntax.Conjunction) -> Closure:
    operands = tuple(closure(operand) for operand in tree.operands)

    def value(variables: Variables) -> bool | None:
        result: bool | None = True
        for operand in operands:
            result = values.both(result, operand(variables))
            if result is False:
                return False
        return result

    return value


@closure.register
def _disjunction(tree: syntax.Disjunction) -> Closure:
    operands = tuple(closure(operand) for operand in tree.operands)

    def value(variables: Variables) -> bool | None:
        result: bool | None = False
        for operand in operands:
            result = values.any_of([result, operand(variables)])
            if result is True:
                return True
        return result

    return value


@closure.register
def _choice(tree: syntax.Choice) -> Closure:
    condition = closure(tree.condition)
    then, otherwise = closure(tree.then), closure(tree.otherwise)
    return lambda variables: (
        then(variables) if condition(variables) is True else otherwise(variables)
    )


@closure.register
def _range(tree: syntax.Range) -> Closure:
    low, high = closure(tree.low), closure(tree.high)
    ends = tree.includes_low, tree.includes_high
    return lambda variables: values.Interval(low(variables), high(variables), *ends)


@closure.register
def _membership(tree: syntax.Membership) -> Closure:
    value = closure(tree.value)
    tests = tuple(_test(test) for test in tree.tests)

    def answer(variables: Variables) -> bool | None:
        found = value(variables)
        return values.any_of([test(found, variables) for test in tests])

    return answer


def _test(tree: Tree) -> Callable[[Any, Variables], bool | None]:
    if isinstance(tree, syntax.OneSided):
        operator, bound = tree.operator, closure(tree.bound)
        return lambda value, variables: values.compared(operator, value, bound(variables))
    test = closure(tree)
    return lambda value, variables: values.passes(value, test(variables))


@closure.register
def _list(tree: syntax.ListOf) -> Closure:
    items = tuple(closure(item) for item in tree.items)
    return lambda variables: [item(variables) for item in items]


@closure.register
def _context(tree: syntax.ContextOf) -> Closure:
    entries = tuple((name, closure(entry)) for name, entry in tree.entries)
    return lambda variables: {name: entry(variables) for name, entry in entries}
