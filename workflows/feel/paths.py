"""Closures of paths: entries of contexts and properties of values (DMN 1.5, 10.3.2.6)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from workflows.feel import syntax, temporal
from workflows.feel.building import Around, Closure, Scope, builds, closure
from workflows.feel.errors import Unanswerable
from workflows.feel.operators import TEMPORAL, kind_of
from workflows.feel.run import Run
from workflows.feel.values import Range


@builds(syntax.Path)
def _path(tree: syntax.Path, around: Around) -> Closure:
    names = [tree.name]
    source = tree.source
    while isinstance(source, syntax.Path):
        names.insert(0, source.name)
        source = source.source
    if len(names) == 1:
        return _single(closure(source, around), tree.name)
    return _several(closure(source, around), tuple(names))


def _single(source: Closure, name: str) -> Closure:
    def value(scope: Scope, run: Run) -> Any:
        found = source(scope, run)
        if type(found) is dict and name in found:
            return found[name]
        return entry(found, name, run)

    return value


def _several(source: Closure, names: tuple[str, ...]) -> Closure:
    def value(scope: Scope, run: Run) -> Any:
        found = source(scope, run)
        for name in names:
            if type(found) is dict and name in found:
                found = found[name]
            else:
                found = entry(found, name, run)
        return found

    return value


def entry(source: Any, name: str, run: Run) -> Any:
    """`source.name`: an entry, a property, or of a list the entry of each element."""
    kind = type(source)
    if kind is list:
        run.spend(len(source))
        return [entry(item, name, run) for item in source]
    if kind is dict and name in source:
        return source[name]
    if kind is Range and name in _OF_RANGES:
        return _OF_RANGES[name](source)
    if kind in TEMPORAL:
        try:
            return temporal.prop(source, name)
        except (KeyError, Unanswerable):
            pass  # said below
    run.note(f"There is no `{name}` in {kind_of(source)}.")
    return None


_OF_RANGES: Final[Mapping[str, Callable[[Range], Any]]] = {
    "start": lambda found: found.low,
    "end": lambda found: found.high,
    "start included": lambda found: found.includes_low not in (False, "!="),
    "end included": lambda found: found.includes_high not in (False, "!="),
}
