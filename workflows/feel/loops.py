"""Closures of for, some and every (DMN 1.5, 10.3.2.14 and 10.3.2.15)."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from workflows.feel import syntax, temporal
from workflows.feel.building import Around, Closure, Scope, builds, closure
from workflows.feel.errors import Unanswerable
from workflows.feel.free_names import mentioned
from workflows.feel.operators import compared, kind_of
from workflows.feel.run import Run
from workflows.feel.temporal import Date, DaysDuration
from workflows.feel.values import Range

Values = Callable[[Scope, Run], Iterable[Any]]
Step = tuple[str, Values]  # the name that is bound, and what it is bound to in turn

_DAY: Final = 86_400_000_000_000  # nanoseconds
LARGEST_END: Final = Decimal(10) ** 15  # of a range of numbers that is walked through
_COPIED_PER_STEP: Final = 8  # elements


class _NotIterable(Exception):
    """There is nothing to walk through; says why."""


@builds(syntax.For)
def _for(tree: syntax.For, around: Around) -> Closure:
    steps, inside = _steps(tree.iterations, around)
    body = closure(tree.body, inside.binding("partial"))
    copies, live = _use_of_partial(tree.body)

    def value(scope: Scope, run: Run) -> list[Any] | None:
        results: list[Any] = []
        if live:
            scope = {**scope, "partial": results}
        try:
            for inner in _rounds(steps, 0, scope, run):
                run.spend(2)  # the round and the element
                if copies:
                    run.spend(len(results) // _COPIED_PER_STEP)
                    inner["partial"] = results.copy()
                results.append(body(inner, run))
        except _NotIterable as reason:
            run.note(str(reason))
            return None
        return results

    return value


def _use_of_partial(body: syntax.Tree) -> tuple[bool, bool]:
    """Whether the body needs a copy of the results so far, or may look at the list itself.

    A result must never contain the list that it becomes part of.
    """
    uses = sum(_is_partial(name) for name in mentioned(body, syntax.Name))
    looks = sum(_is_partial(found.source) for found in mentioned(body, syntax.Filter))
    keeps = any(True for _ in mentioned(body, syntax.FunctionLiteral))
    copies = uses > looks or (uses > 0 and keeps)
    return copies, uses > 0 and not copies


def _is_partial(tree: syntax.Tree) -> bool:
    return isinstance(tree, syntax.Name) and tree.name == "partial"


@builds(syntax.Quantified)
def _quantified(tree: syntax.Quantified, around: Around) -> Closure:
    steps, inside = _steps(tree.iterations, around)
    condition = closure(tree.condition, inside)
    decider, other = not tree.every, tree.every

    def value(scope: Scope, run: Run) -> bool | None:
        result: bool | None = other
        try:
            for inner in _rounds(steps, 0, scope, run):
                run.spend()
                found: bool | None = condition(inner, run)
                if found is decider:
                    return decider
                if found is not other:
                    result = None
        except _NotIterable as reason:
            run.note(str(reason))
            return None
        return result

    return value


def _steps(
    iterations: tuple[syntax.Iteration, ...], around: Around
) -> tuple[tuple[Step, ...], Around]:
    steps = []
    for iteration in iterations:
        steps.append((iteration.name, _values(iteration, around)))
        around = around.binding(iteration.name)
    return tuple(steps), around


def _rounds(steps: tuple[Step, ...], place: int, scope: Scope, run: Run) -> Iterator[Scope]:
    """One scope per combination; the same dict again while only the last name varies."""
    name, values = steps[place]
    inner = scope.copy()
    is_last = place + 1 == len(steps)
    for inner[name] in values(scope, run):
        if is_last:
            yield inner
        else:
            run.spend()
            yield from _rounds(steps, place + 1, inner, run)


def _values(iteration: syntax.Iteration, around: Around) -> Values:
    source = closure(iteration.source, around)
    if iteration.end is None:
        return lambda scope, run: _walked(source(scope, run))
    end = closure(iteration.end, around)
    return lambda scope, run: _from_to(source(scope, run), end(scope, run))


def _walked(value: Any) -> Iterable[Any]:
    match value:
        case list():
            return value
        case None:
            raise _NotIterable(
                "Null is neither a list nor a range, so there is nothing to go over."
            )
        case Range():
            return _inside(value)
    return [value]


def _from_to(low: Any, high: Any) -> Iterable[Any]:
    """From one end to the other, upwards or downwards, both included."""
    if _is_whole(low) and _is_whole(high):
        step = 1 if low <= high else -1
        return map(Decimal, range(int(low), int(high) + step, step))
    if type(low) is Date and type(high) is Date:
        return _days(low, high)
    raise _NotIterable(
        f"There is nothing to go over from {kind_of(low)} to {kind_of(high)}. "
        "Use whole numbers or dates."
    )


def _is_whole(value: Any) -> bool:
    return (
        type(value) is Decimal and abs(value) <= LARGEST_END and value == value.to_integral_value()
    )


def _inside(interval: Range) -> Iterator[Any]:
    for value in _from_to(interval.low, interval.high):
        is_low = not interval.includes_low and compared("=", value, interval.low)
        is_high = not interval.includes_high and compared("=", value, interval.high)
        if not (is_low or is_high):
            yield value


def _days(low: Date, high: Date) -> Iterator[Date]:
    up = compared("<=", low, high)
    step, on = DaysDuration(_DAY if up else -_DAY), "<=" if up else ">="
    day: Any = low
    try:
        while compared(on, day, high):
            yield day
            day = temporal.add(day, step)
    except Unanswerable:
        return  # the last day that there is
