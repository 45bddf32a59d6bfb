"""Closures of comparisons, and, or, if, between and instance of (DMN 1.5, 10.3.2.13)."""

from decimal import Decimal
from typing import Any, Final

from workflows.feel import syntax
from workflows.feel.building import Around, Closure, Constant, Scope, builds, closure, folded
from workflows.feel.operators import FASTEST, both, compared, kind_of
from workflows.feel.run import Run
from workflows.feel.types import GENERIC, NULL, checked, resolve, unconstrained

_FAST: Final = (Decimal, str)


@builds(syntax.Comparison)
def _comparison(tree: syntax.Comparison, around: Around) -> Closure:
    operator = tree.operator
    left, right = closure(tree.left, around), closure(tree.right, around)
    if isinstance(right, Constant) and type(right.value) in _FAST:
        return folded(_with_constant(operator, left, right.value, tree), left)
    fast = FASTEST[operator]

    def value(scope: Scope, run: Run) -> bool | None:
        one, other = left(scope, run), right(scope, run)
        kind = type(one)
        if kind is type(other) and kind in _FAST:
            return fast(one, other)
        return noted(operator, one, other, run)

    return folded(value, left, right)


def _with_constant(operator: str, left: Closure, constant: Any, tree: syntax.Comparison) -> Closure:
    fast, kind = FASTEST[operator], type(constant)
    if isinstance(tree.left, syntax.Name):
        return _name_with_constant(operator, tree.left.name, left, constant)

    def value(scope: Scope, run: Run) -> bool | None:
        found = left(scope, run)
        if type(found) is kind:
            return fast(found, constant)
        return noted(operator, found, constant, run)

    return value


def _name_with_constant(operator: str, name: str, left: Closure, constant: Any) -> Closure:
    """The commonest condition of all reads its variable without a further call."""
    fast, kind = FASTEST[operator], type(constant)

    def value(scope: Scope, run: Run) -> bool | None:
        found = scope.get(name)
        if type(found) is kind:
            return fast(found, constant)
        return noted(operator, left(scope, run), constant, run)

    return value


def noted(operator: str, left: Any, right: Any, run: Run) -> bool | None:
    """A comparison that leaves a note when it has no answer."""
    answer = compared(operator, left, right, run)
    if answer is None:
        run.note(f"`{operator}` does not compare {kind_of(left)} with {kind_of(right)}.")
    return answer


@builds(syntax.Between)
def _between(tree: syntax.Between, around: Around) -> Closure:
    parts = tuple(closure(part, around) for part in (tree.value, tree.low, tree.high))
    value, low, high = parts

    def answer(scope: Scope, run: Run) -> bool | None:
        found, least, most = value(scope, run), low(scope, run), high(scope, run)
        kind = type(found)
        if kind is type(least) and kind is type(most) and kind in _FAST:
            return bool(least <= found <= most)
        above = noted(">=", found, least, run)
        below = noted("<=", found, most, run)
        # An end that has no order with the value makes it null, even when the other end tells.
        return None if above is None or below is None else both(above, below)

    return folded(answer, *parts)


@builds(syntax.Conjunction)
def _conjunction(tree: syntax.Conjunction, around: Around) -> Closure:
    return _settled_by(False, tree.operands, around)  # noqa: FBT003 - the deciding value


@builds(syntax.Disjunction)
def _disjunction(tree: syntax.Disjunction, around: Around) -> Closure:
    return _settled_by(True, tree.operands, around)  # noqa: FBT003 - the deciding value


def _settled_by(decider: bool, trees: tuple[syntax.Tree, ...], around: Around) -> Closure:  # noqa: FBT001
    """Three-valued: one decider settles it; what is neither true nor false leaves it open."""
    operands, other = tuple(closure(tree, around) for tree in trees), not decider

    def value(scope: Scope, run: Run) -> bool | None:
        result: bool | None = other
        for operand in operands:
            found: bool | None = operand(scope, run)
            if found is decider:
                return decider
            if found is not other:
                result = None
        return result

    return folded(value, *operands)


@builds(syntax.If)
def _if(tree: syntax.If, around: Around) -> Closure:
    condition = closure(tree.condition, around)
    then, otherwise = closure(tree.then, around), closure(tree.otherwise, around)

    def value(scope: Scope, run: Run) -> Any:
        answer = condition(scope, run)
        if answer is True:
            return then(scope, run)
        if answer is not False:
            run.note(f"The condition of `if` is {kind_of(answer)}, so `else` is taken.")
        return otherwise(scope, run)

    return value


@builds(syntax.InstanceOf)
def _instance_of(tree: syntax.InstanceOf, around: Around) -> Closure:
    value, kind = closure(tree.value, around), unconstrained(resolve(tree.type, around.types))
    if _is_incomplete(tree.type, around):
        return _incomplete

    def answer(scope: Scope, run: Run) -> bool:
        found = value(scope, run)
        return kind is NULL if found is None else checked(found, kind, run)

    return answer


def _is_incomplete(tree: syntax.TypeTree, around: Around) -> bool:
    """Whether the type lacks its parameters, as in `instance of list`; Camunda admits that."""
    if around.is_camunda or not isinstance(tree, syntax.TypeName):
        return False
    return tree.name in GENERIC and tree.name not in around.types


def _incomplete(_: Scope, run: Run) -> None:
    run.note("The type of `instance of` needs its parameters, such as list<Any> or range<number>.")
