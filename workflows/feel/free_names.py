"""Names in a tree: which variables it reads."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any

from workflows.feel import syntax

NONE: frozenset[str] = frozenset()


def free_names(tree: Any) -> frozenset[str]:
    """The names that a tree reads from around it; names of built-in functions are among them.

    What a filter's condition reads may turn out to be an entry of an element.
    """
    match tree:
        case syntax.Name():
            return frozenset({tree.name})
        case syntax.Filter():
            return free_names(tree.source) | (free_names(tree.condition) - {"item"})
        case syntax.Membership():
            return free_names(tree.value) | (_union(tree.tests) - {"?"})
        case syntax.For():
            return _of_loop(tree.iterations, tree.body, {"partial"})
        case syntax.Quantified():
            return _of_loop(tree.iterations, tree.condition, set())
        case syntax.FunctionLiteral():
            return _of_function(tree)
        case syntax.ContextLiteral():
            return _of_context(tree)
    return _union(_parts(tree))


def mentioned(tree: Any, wanted: type) -> Iterator[Any]:
    """Every node of a kind in the tree."""
    if isinstance(tree, wanted):
        yield tree
    for part in _parts(tree):
        yield from mentioned(part, wanted)


def _union(trees: Iterable[Any]) -> frozenset[str]:
    return NONE.union(*(free_names(tree) for tree in trees))


def _parts(tree: Any) -> tuple[Any, ...]:
    if isinstance(tree, tuple):
        return tree
    kind: type = type(tree)
    return tuple(getattr(tree, name) for name in _field_names(kind))


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """The fields of a node that hold trees; leaves such as strings have none."""
    if kind.__module__ != syntax.__name__ or kind in (syntax.Literal, syntax.AtLiteral):
        return ()
    return tuple(each.name for each in fields(kind) if each.name not in ("name", "at"))


def _of_loop(
    iterations: tuple[syntax.Iteration, ...], body: Any, bound: set[str]
) -> frozenset[str]:
    found = NONE
    inside: set[str] = set()
    for iteration in iterations:
        found |= _union((iteration.source, iteration.end)) - inside
        inside.add(iteration.name)
    return found | (free_names(body) - inside - bound)


def _of_function(tree: syntax.FunctionLiteral) -> frozenset[str]:
    if tree.external:
        return NONE
    return free_names(tree.body) - {parameter.name for parameter in tree.parameters}


def _of_context(tree: syntax.ContextLiteral) -> frozenset[str]:
    found = NONE
    earlier: set[str] = set()
    for name, entry in tree.entries:
        itself = {name} if isinstance(entry, syntax.FunctionLiteral) else set()
        found |= free_names(entry) - earlier - itself
        earlier.add(name)
    return found
