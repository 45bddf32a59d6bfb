"""Which names an expression may write because of what it requires.

The name of each required element, and the names inside of its value: components of its type,
entries of its boxes, keys of its contexts, and what it passes on from its own requirements.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from workflows.dmn import model, names
from workflows.dmn.functions import Signature
from workflows.dmn.graph import Node, in_order


class Offers:
    """What the nodes of a graph offer, each looked at once."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._found: dict[Node, frozenset[str]] = {}
        for node in in_order(nodes):
            self._found[node] = frozenset(
                [node.name, node.element.variable.name, *_inside(node)]
            ).union(*(self._found[each] for each in node.required))

    def of(self, nodes: Iterable[Node]) -> frozenset[str]:
        """The names that these nodes offer."""
        return frozenset[str]().union(*(self._found[node] for node in nodes))


def _inside(node: Node) -> frozenset[str]:
    inside = names.in_type(node.type)
    if isinstance(node.element, model.Decision):
        inside = inside.union(names.in_expression(node.element.expression))
    return inside


def by_signature(signature: Signature) -> frozenset[str]:
    """The names inside of the types that a function takes and gives."""
    kinds = (*signature.kinds, signature.result)
    return frozenset[str]().union(*(names.in_type(kind) for kind in kinds))


def by_functions(functions: Mapping[str, Any]) -> frozenset[str]:
    """The names of functions, those of imported models among them, and what each offers."""
    found = set(functions)
    for function in functions.values():
        found |= by_functions(function) if isinstance(function, dict) else function.offers
    return frozenset(found)
