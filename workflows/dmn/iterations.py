"""What boxed iterators and filters do with a list (DMN 1.5, 10.2.1.9 to 10.2.1.11)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from workflows.dmn.model import Iteration
from workflows.dmn.visible import Closure
from workflows.feel.run import Run

Scope = dict[str, Any]


def items_of(value: Any, run: Run) -> list[Any] | None:
    """What is iterated over: a list as it is, a single value as a list of one."""
    if value is None:
        run.note("There is nothing to iterate over: the list is null.")
        return None
    return value if type(value) is list else [value]


def mapped(items: list[Any], name: str, body: Closure, scope: Scope, run: Run) -> Any:
    """`for`: a value of the body for each item; `partial` holds those so far."""
    results: list[Any] = []
    inner = dict(scope)
    for item in items:
        run.spend()
        inner = (
            {**scope, name: item, "partial": list(results)}
            if results
            else {**scope, name: item, "partial": []}
        )
        results.append(body(inner, run))
    return results


def _judged(items: list[Any], name: str, body: Closure, scope: Scope, run: Run) -> list[Any] | None:
    """What the condition says of each item; None when it says anything but true, false or null."""
    judged = []
    for item in items:
        run.spend()
        verdict = body({**scope, name: item}, run)
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
    kept = []
    for item in items:
        run.spend()
        inner = {**scope, **item, "item": item} if type(item) is dict else {**scope, "item": item}
        verdict = match(inner, run)
        if type(verdict) is Decimal:
            return _at(items, verdict)
        if verdict is True:
            kept.append(item)
    return kept


def _at(items: list[Any], place: Decimal) -> Any:
    if place != place.to_integral_value() or not 1 <= abs(place) <= len(items):
        return None
    return items[int(place) - 1 if place > 0 else int(place)]
