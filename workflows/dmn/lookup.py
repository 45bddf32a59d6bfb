"""An element of a model, or of one that it imports, by id or name."""

from collections.abc import Iterator

from workflows.dmn.functions import Callee
from workflows.dmn.graph import Node
from workflows.dmn.linking import Linked


def found_in(linked: Linked, name: str) -> Node | Callee | None:
    """The decision, service or business knowledge model; ids go before names.

    What an imported model has is `import.name`; when the import has no name, simply its name.
    """
    own = linked.nodes.get(name) or linked.functions.get(name)
    if own is not None and not _is_input(own):
        return own
    for key, element in _named(linked):
        if key == name:
            return element
    for prefix, other in linked.imported.items():
        start = f"{prefix}." if prefix else ""
        if name.startswith(start):
            found = found_in(other, name.removeprefix(start))
            if found is not None:
                return found
    return None


def _is_input(element: Node | Callee) -> bool:
    return isinstance(element, Node) and element.closure is None


def _named(linked: Linked) -> Iterator[tuple[str, Node | Callee]]:
    """What can be asked for, by each of its names: decisions, then services, then knowledge."""
    for node in linked.nodes.values():
        if node.closure is not None:
            yield node.name, node
            yield node.element.variable.name, node
    for service in linked.definitions.services:
        yield service.name, linked.functions[service.id or service.name]
    for bkm in linked.definitions.knowledge:
        yield bkm.name, linked.functions[bkm.id or bkm.name]
