"""Closures of `in`, and the tests behind it and behind decision tables (DMN 1.5, 10.3.2.8).

A test looks at a value: `< 5`, `[1..5]`, or any expression. An expression that uses `?` answers
by itself; otherwise a range holds the value or not, a list has it among its elements (or holds it
in one of its ranges), and anything else equals it or not.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from workflows.feel import syntax
from workflows.feel.building import (
    TESTED,
    Around,
    Closure,
    Constant,
    Scope,
    builds,
    closure,
)
from workflows.feel.filters import is_boolean
from workflows.feel.free_names import free_names
from workflows.feel.operators import FASTEST, both, compared, either, equal, holds, kind_of
from workflows.feel.run import Run
from workflows.feel.values import Range

Test = Callable[[Any, Scope, Run], bool | None]
_ATOMS: Final = frozenset({Decimal, str, bool})


@builds(syntax.Membership)
def _membership(tree: syntax.Membership, around: Around) -> Closure:
    value = closure(tree.value, around)
    asks = any(TESTED in free_names(test) for test in tree.tests)
    test = test_of_any(tree.tests, around)

    def answer(scope: Scope, run: Run) -> bool | None:
        found = value(scope, run)
        if asks:
            scope = {**scope, TESTED: found}
        passed = test(found, scope, run)
        if passed is None:
            run.note(
                f"`in` cannot tell: {kind_of(found)} does not compare with what is on its right."
            )
        return passed

    return answer


def test_of_any(trees: tuple[syntax.Tree, ...], around: Around) -> Test:
    """The test that holds when one of these does; the scope has `?` when they use it."""
    atoms = constants(trees, around)
    if atoms is not None:
        return _one_of(atoms)
    tests = tuple(_test(tree, around) for tree in trees)
    if len(tests) == 1:
        return tests[0]

    def test(value: Any, scope: Scope, run: Run) -> bool | None:
        answer: bool | None = False
        for each in tests:
            answer = either(answer, each(value, scope, run))
            if answer is True:
                return True
        return answer

    return test


def constants(trees: tuple[syntax.Tree, ...], around: Around) -> tuple[Any, ...] | None:
    """The values when all tests are plain numbers, strings and booleans; else None."""
    if not all(isinstance(tree, syntax.Literal | syntax.Negation) for tree in trees):
        return None
    parts = [closure(tree, around) for tree in trees]
    values = tuple(part.value for part in parts if isinstance(part, Constant))
    return values if len(values) == len(trees) and _ATOMS.issuperset(map(type, values)) else None


def _one_of(atoms: tuple[Any, ...]) -> Test:
    kinds = {type(atom) for atom in atoms}
    if len(kinds) > 1:
        return _one_of_kinds(atoms)
    [kind] = kinds
    if len(atoms) == 1:
        [atom] = atoms
        return lambda value, _, __: (
            value == atom if type(value) is kind else (False if value is None else None)
        )
    members = frozenset(atoms)
    return lambda value, _, __: (
        value in members if type(value) is kind else (False if value is None else None)
    )


def _one_of_kinds(atoms: tuple[Any, ...]) -> Test:
    """Constants of several kinds: each is null to a value of another kind."""
    members = {kind: frozenset(a for a in atoms if type(a) is kind) for kind in _ATOMS}

    def test(value: Any, _: Scope, __: Run) -> bool | None:
        if value in members.get(type(value), ()):
            return True
        return False if value is None else None

    return test


def _test(tree: syntax.Tree, around: Around) -> Test:
    if isinstance(tree, syntax.OneSided):
        return _one_sided(tree, around)
    if isinstance(tree, syntax.RangeLiteral):
        return _interval(tree, around)
    return _expression(tree, around)


def _one_sided(tree: syntax.OneSided, around: Around) -> Test:
    operator, bound = tree.operator, closure(tree.bound, around)
    if not isinstance(bound, Constant):
        return lambda value, scope, run: compared(operator, value, bound(scope, run), run)
    end, kind, fast = bound.value, type(bound.value), FASTEST[operator]
    if kind not in _ATOMS - {bool}:
        return lambda value, _, run: compared(operator, value, end, run)
    return lambda value, _, run: (
        fast(value, end) if type(value) is kind else compared(operator, value, end, run)
    )


def _interval(tree: syntax.RangeLiteral, around: Around) -> Test:
    low, high = closure(tree.low, around), closure(tree.high, around)
    above, below = ">=" if tree.includes_low else ">", "<=" if tree.includes_high else "<"

    def test(value: Any, scope: Scope, run: Run) -> bool | None:
        is_above = compared(above, value, low(scope, run), run)
        return both(is_above, compared(below, value, high(scope, run), run))

    if isinstance(low, Constant) and isinstance(high, Constant):
        kind = type(low.value)
        if kind is type(high.value) and kind in _ATOMS - {bool}:
            return _fixed_interval(low.value, high.value, above, below, test)
    return test


def _fixed_interval(low: Any, high: Any, above: str, below: str, general: Test) -> Test:
    kind, is_above, is_below = type(low), FASTEST[above], FASTEST[below]
    if (above, below) == (">=", "<="):
        return lambda value, scope, run: (
            low <= value <= high if type(value) is kind else general(value, scope, run)
        )
    return lambda value, scope, run: (
        is_above(value, low) and is_below(value, high)
        if type(value) is kind
        else general(value, scope, run)
    )


def _expression(tree: syntax.Tree, around: Around) -> Test:
    if TESTED in free_names(tree):
        return _asking(closure(tree, around.binding(TESTED)))
    result, boolean = closure(tree, around), is_boolean(tree)
    if isinstance(result, Constant):
        return _constant(result.value)

    def test(value: Any, scope: Scope, run: Run) -> bool | None:
        found = result(scope, run)
        if type(found) is bool and type(value) is not bool and (boolean or value is not None):
            return found  # a condition about something else
        return None if boolean and found is None else passes(value, found, run)

    return test


def _asking(result: Closure) -> Test:
    def test(value: Any, scope: Scope, run: Run) -> bool | None:
        found = result(scope, run)
        return found if type(found) is bool or found is None else passes(value, found, run)

    return test


def _constant(wanted: Any) -> Test:
    if type(wanted) is list and _ATOMS.issuperset(map(type, wanted)):
        members = {kind: frozenset(a for a in wanted if type(a) is kind) for kind in _ATOMS}
        return lambda value, _, run: (
            value in members[type(value)] if type(value) in members else passes(value, wanted, run)
        )
    return lambda value, _, run: passes(value, wanted, run)


def passes(value: Any, test: Any, run: Run) -> bool | None:
    """Whether a value is inside a range, among the elements of a list, or equal."""
    kind = type(test)
    if kind is Range:
        return holds(test, value)
    if kind is list:
        return _is_among(value, test, run)
    return equal(value, test, run)


def _is_among(value: Any, items: list[Any], run: Run) -> bool | None:
    run.spend(len(items))
    answer: bool | None = False
    for item in items:
        found = holds(item, value) if type(item) is Range else equal(value, item, run)
        if found is True:
            return True
        if found is None and type(item) is Range:
            answer = None
    return True if type(value) is list and equal(value, items, run) else answer
