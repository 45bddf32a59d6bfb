"""Which names the texts of a model may use that are no plain identifiers.

FEEL allows spaces and signs in names, so its parser has to be told which there are. Told are only
those that are in scope: the names of what an element requires, and of what is inside of those.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from workflows.dmn import model
from workflows.feel import types
from workflows.feel.functions import BUILTINS

# A key of a context written in FEEL: `{full name: …, date-of-birth: …}`. Nothing is tried twice.
_SIGNS = r"[\w'.+*/-]"
_KEY = re.compile(rf"[{{,]\s*+([^\W\d]{_SIGNS}*+(?: {_SIGNS}++)*+)\s*+:")


@lru_cache(maxsize=256)
def special(names: frozenset[str]) -> tuple[str, ...]:
    """The names that FEEL's parser has to be told, in a stable order.

    Those with spaces or signs, and those that hide a built-in function.
    """
    return tuple(
        sorted(name for name in names if name and (not name.isidentifier() or name in BUILTINS))
    )


def in_type(kind: types.Type) -> frozenset[str]:
    """The names of a type's entries, at every depth."""
    return frozenset(_in_type(kind))


def _in_type(kind: types.Type) -> Iterator[str]:
    match kind:
        case types.ContextType():
            for name, of in kind.entries:
                yield name
                yield from _in_type(of)
        case types.ListType():
            yield from _in_type(kind.of)
        case types.Constrained():
            yield from _in_type(kind.base)
        case types.FunctionType():
            yield from _in_type(kind.result)


def in_expression(node: model.Boxed | None) -> frozenset[str]:
    """The names that an expression gives to parts of its value, at every depth."""
    return frozenset(_in_expression(node))


def _in_expression(node: model.Boxed | None) -> Iterator[str]:
    named = _NAMED.get(type(node))
    if named is not None:
        yield from named(node)
    for child in children(node):
        yield from _in_expression(child)


def _in_table(table: model.DecisionTable) -> Iterator[str]:
    yield from (output.name for output in table.outputs)
    for rule in table.rules:
        for output in rule.outputs:
            yield from _keys(output.text)


def _keys(text: str) -> list[str]:
    """What looks like the key of a context in FEEL text."""
    return _KEY.findall(text) if "{" in text else []


_NAMED: dict[type, Callable[[Any], Iterable[str]]] = {
    model.LiteralExpression: lambda node: _keys(node.text),
    model.BoxedContext: lambda node: [e.variable.name for e in node.entries if e.variable],
    model.Relation: lambda node: [column.name for column in node.columns],
    model.DecisionTable: _in_table,
}
_CHILDREN: dict[type, Callable[[Any], list[model.Boxed | None]]] = {
    model.BoxedContext: lambda node: [entry.value for entry in node.entries],
    model.Relation: lambda node: [cell for row in node.rows for cell in row],
    model.BoxedList: lambda node: list(node.items),
    model.BoxedInvocation: lambda node: [node.function, *(each for _, each in node.bindings)],
    model.FunctionDefinition: lambda node: [node.body],
    model.Conditional: lambda node: [node.condition, node.then, node.otherwise],
    model.Iterator: lambda node: [node.source, node.body],
    model.BoxedFilter: lambda node: [node.source, node.match],
}


def children(node: model.Boxed | None) -> list[model.Boxed | None]:
    """The expressions directly inside of one."""
    inside = _CHILDREN.get(type(node))
    return [] if inside is None else inside(node)
