"""What boxed iterators and filters do with a list (DMN 1.5, 10.2.1.9 to 10.2.1.11)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from workflows import feel
from workflows.dmn.model import Iteration
from workflows.dmn.visible import Closure
from workflows.feel.filters import element
from workflows.feel.run import Run

Scope = dict[str, Any]
_WALK = feel.compile("for each in source return each")


def items_of(value: Any, run: Run) -> list[Any] | None:
    """What is gone over, as FEEL's `for` does it: a list, a range, a single value; never null."""
    if type(value) is list:
        return value
    found: list[Any] | None = _WALK.within({"source": value}, run)
    return found


def mapped(items: list[Any], name: str, body: Closure, scope: Scope, run: Run) -> Any:
    """`for`: a value of the body for each item; `partial` holds those so far."""
    results: list[Any] = []
    inner = scope.copy()
    for item in items:
        run.spend(2 + len(results))  # the item, its result, and the copy of those so far
        inner[name], inner["partial"] = item, results.copy()
        results.append(body(inner, run))
    return results


def _judged(items: list[Any], name: str, body: Closure, scope: Scope, run: Run) -> list[Any] | None:
    """What the condition says of each item; None when it says anything but true, false or null."""
    judged = []
    inner = scope.copy()
    for item in items:
        run.spend()
        inner[name] = item
        verdict = body(inner, run)
        if verdict is not None and type(verdict) is not bool:
            run.note("A condition has to be true or false.")
            return None
        judged.append(verdict)
    return judged


def some(items: list[Any], name: str, body: Closure, scope: Scope, run: Run) -> Any:
    """`some`: a disjunction of the conditions, three-valued."""
    judged = _judged(items, name, body, scope, run)
    if judged is None:
        return None
    return True if True in judged else None if None in judged else False


def every(items: list[Any], name: str, body: Closure, scope: Scope, run: Run) -> Any:
    """`every`: a conjunction of the conditions, three-valued."""
    judged = _judged(items, name, body, scope, run)
    if judged is None:
        return None
    return False if False in judged else None if None in judged else True


COMBINED: dict[Iteration, Callable[[list[Any], str, Closure, Scope, Run], Any]] = {
    Iteration.FOR: mapped,
    Iteration.SOME: some,
    Iteration.EVERY: every,
}


def filtered(value: Any, match: Closure, scope: Scope, run: Run) -> Any:
    """A filter as in FEEL: by a number the element at that place, else those that match."""
    if value is None:
        return run.note("There is nothing to filter: the list is null.")
    items = value if type(value) is list else [value]
    if not items:
        return _of_nothing(match, scope, run)
    kept = []
    for item in items:
        run.spend()
        inner = {**scope, "item": item}
        if type(item) is dict:
            inner.update(item)
        verdict = match(inner, run)
        if type(verdict) is Decimal:
            return element(items, verdict, run)
        if verdict is True:
            kept.append(item)
    return kept


def _of_nothing(match: Closure, scope: Scope, run: Run) -> Any:
    """The empty list, too, is asked for a position or for what matches."""
    mark = len(run.notes)
    verdict = match({**scope, "item": None}, run)
    del run.notes[mark:]  # nothing is wrong with an element that is not there
    return element([], verdict, run) if type(verdict) is Decimal else []
