"""Closures of filters: elements by position or by condition (DMN 1.5, 10.3.2.5)."""

from decimal import Decimal
from typing import Any, Final

from workflows.feel import syntax
from workflows.feel.building import Around, Closure, Constant, Scope, builds, closure
from workflows.feel.free_names import free_names
from workflows.feel.run import Run

_BOOLEAN: Final = (
    syntax.Comparison,
    syntax.Conjunction,
    syntax.Disjunction,
    syntax.Between,
    syntax.Membership,
    syntax.Quantified,
    syntax.InstanceOf,
)


@builds(syntax.Filter)
def _filter(tree: syntax.Filter, around: Around) -> Closure:
    source = closure(tree.source, around)
    condition = closure(tree.condition, around.binding("item"))
    if isinstance(condition, Constant) and type(condition.value) is Decimal:
        return _at(source, condition.value)
    names = tuple(free_names(tree.condition) - {"item"})
    only_boolean = isinstance(tree.condition, _BOOLEAN)

    def value(scope: Scope, run: Run) -> Any:
        found = source(scope, run)
        if found is None:
            return run.note("Null cannot be filtered.")
        items = found if type(found) is list else [found]
        outer = {name: scope[name] for name in names if name in scope}
        if not only_boolean:
            first = _first_answer(items, condition, outer, names, run)
            if type(first) is Decimal:
                return element(items, first, run)
        return _kept(items, condition, outer, names, run)

    return value


def _first_answer(
    items: list[Any], condition: Closure, outer: Scope, names: tuple[str, ...], run: Run
) -> Any:
    """What the condition gives for the first element; a number is a position."""
    if items:
        return condition(_within(outer, names, items[0]), run)
    mark = len(run.notes)
    answer = condition(_within(outer, names, None), run)
    del run.notes[mark:]  # nothing is wrong with an element that is not there
    return answer


def is_boolean(tree: syntax.Tree) -> bool:
    """Whether a tree can only be true, false or null."""
    return isinstance(tree, _BOOLEAN)


def _kept(
    items: list[Any], condition: Closure, outer: Scope, names: tuple[str, ...], run: Run
) -> list[Any]:
    kept = []
    for item in items:
        run.spend()
        if condition(_within(outer, names, item), run) is True:
            kept.append(item)
    return kept


def _within(outer: Scope, names: tuple[str, ...], item: Any) -> Scope:
    """What the condition sees: `item`, the element's entries, and what is around the filter."""
    scope = outer.copy()
    scope["item"] = item
    if type(item) is dict:
        if "item" in item:
            scope["item"] = item["item"]
        for name in names:
            if name in item:
                scope[name] = item[name]
    return scope


def _at(source: Closure, place: Decimal) -> Closure:
    def value(scope: Scope, run: Run) -> Any:
        found = source(scope, run)
        if found is None:
            return run.note("Null cannot be filtered.")
        return element(found if type(found) is list else [found], place, run)

    return value


def element(items: list[Any], place: Decimal, run: Run) -> Any:
    """The element at a place counted from 1, or from the end with -1; null when there is none."""
    if place and abs(place) <= len(items) and place == place.to_integral_value():
        index = int(place)
        return items[index - 1 if index > 0 else index]
    run.note(f"There is no element {place} in a list of {len(items)}.")
    return None
