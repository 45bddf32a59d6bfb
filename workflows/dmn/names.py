"""Which names the texts of a model may use that are no plain identifiers.

FEEL allows spaces and signs in names, so its parser has to be told which there are. Told are only
those that are in scope: the names of what an element requires, and of what is inside of those.
"""

import re
from collections.abc import Iterable, Iterator

from workflows.dmn import model
from workflows.feel import types

# A key of a context written in FEEL: `{full name: …, date-of-birth: …}`.
_KEY = re.compile(r"[{,]\s*([^\W\d][\w '.+*/-]*?)\s*:")


def special(names: Iterable[str]) -> tuple[str, ...]:
    """The names that FEEL's parser has to be told, in a stable order."""
    return tuple(sorted(name for name in set(names) if name and not name.isidentifier()))


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
    match node:
        case model.LiteralExpression():
            yield from _KEY.findall(node.text)
        case model.BoxedContext():
            for entry in node.entries:
                if entry.variable:
                    yield entry.variable.name
        case model.Relation():
            yield from (column.name for column in node.columns)
        case model.DecisionTable():
            yield from (output.name for output in node.outputs)
            yield from (n for rule in node.rules for out in rule.outputs for n in keys(out.text))
        case model.FunctionDefinition():
            yield from (parameter.name for parameter in node.parameters)
    for child in children(node):
        yield from _in_expression(child)


def keys(text: str) -> list[str]:
    """What looks like the key of a context in FEEL text."""
    return _KEY.findall(text) if "{" in text else []


def children(node: model.Boxed | None) -> list[model.Boxed | None]:
    """The expressions directly inside of one."""
    match node:
        case model.BoxedContext():
            return [entry.value for entry in node.entries]
        case model.Relation():
            return [cell for row in node.rows for cell in row]
        case model.BoxedList():
            return list(node.items)
        case model.BoxedInvocation():
            return [node.function, *(value for _, value in node.bindings)]
        case model.FunctionDefinition():
            return [node.body]
        case model.Conditional():
            return [node.condition, node.then, node.otherwise]
        case model.Iterator():
            return [node.source, node.body]
        case model.BoxedFilter():
            return [node.source, node.match]
    return []
