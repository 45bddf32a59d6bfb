"""What the caller gives: where the value of an input is found, and which inputs are needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflows import feel
from workflows.dmn import graph
from workflows.dmn.graph import Node
from workflows.dmn.linking import Linked
from workflows.feel import types
from workflows.feel.run import Run

_MISSING = object()
_SAME = (str, bool, type(None))  # numbers are not among them: a Decimal may be NaN, or too long
_PLAIN_INTS = 10**18  # far fewer digits than a number may have
Path = tuple[str, ...]


class Given:
    """One input: under which names callers may give it, and its type."""

    __slots__ = ("_kept", "_kind", "_name", "_numbers", "_paths", "_title")

    def __init__(self, node: Node, paths: list[Path]) -> None:
        self._title = node.name
        self._kind = node.type
        # Classes of values that need no look: FEEL has the same, and they are of the type.
        self._kept = frozenset(each for each in _SAME if _is_of(each, node.type))
        self._numbers = _is_of(Decimal, node.type)  # whether numbers are of the type
        self._name = paths[0][0] if len(paths[0]) == 1 else None
        self._paths = paths

    def value(self, inputs: Mapping[str, Any], run: Run) -> Any:
        """The FEEL value; null when it was not given or, with a note, is of another type."""
        found: Any = _MISSING if self._name is None else inputs.get(self._name, _MISSING)
        if found is _MISSING:
            found = self._elsewhere(inputs)
        if found is _MISSING:
            return None
        kind = type(found)
        if kind in self._kept:
            return found
        if kind is int and self._numbers and -_PLAIN_INTS < found < _PLAIN_INTS:
            return Decimal(found)
        return self._converted(found, run)

    def _converted(self, found: Any, run: Run) -> Any:
        mark = len(run.notes)
        value = feel.admitted(found, run)
        if value is not None:
            value = types.coerced(value, self._kind, run)
        if len(run.notes) > mark:
            run.notes[mark:] = [f"Input {self._title}: {note}" for note in run.notes[mark:]]
        return value

    def _elsewhere(self, inputs: Mapping[str, Any]) -> Any:
        for path in self._paths:
            found: Any = inputs
            for name in path:
                found = found.get(name, _MISSING) if isinstance(found, Mapping) else _MISSING
            if found is not _MISSING:
                return found
        return _MISSING


def _is_of(python_class: type, kind: types.Type) -> bool:
    """Whether all values of the class are of the type; null is of every type."""
    if kind is types.ANY or python_class is type(None):
        return True
    return isinstance(kind, types.Simple) and kind.of is python_class


def qualified(name: str, inputs: Mapping[str, Any]) -> Any:
    """The argument for a parameter: `import.name` may also be in a mapping, or just be `name`."""
    if name in inputs:
        return inputs[name]
    imported, dot, inner = name.partition(".")
    if not dot:
        return None
    inside = inputs.get(imported)
    return inside[inner] if isinstance(inside, Mapping) and inner in inside else inputs.get(inner)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one decision needs: inputs, and decisions in the order of evaluation.

    `direct` is there when it needs nothing but inputs of its own model: by the names it sees.
    """

    inputs: tuple[tuple[Node, Given], ...]
    decisions: tuple[Node, ...]
    direct: tuple[tuple[str, Given], ...] | None = None

    @classmethod
    def of(cls, target: Node, linked: Linked) -> "Plan":
        """The plan for a decision of this model or of one that it imports."""
        order = graph.in_order([target])
        reach = models_in_reach(linked)
        inputs = {
            node: Given(node, paths_of(node, reach)) for node in order if node.closure is None
        }
        decisions = tuple(node for node in order if node.closure is not None)
        direct = None
        if decisions == (target,) and not (target.foreign or target.is_camunda or target.is_open):
            direct = tuple((name, inputs[node]) for name, node in target.local)
        return cls(tuple(inputs.items()), decisions, direct)


def models_in_reach(linked: Linked) -> list[tuple[Linked, list[Path]]]:
    """Every model in reach with the chains of import names that lead to it."""
    found: dict[int, tuple[Linked, list[Path]]] = {}
    waiting: list[tuple[Linked, Path]] = [(linked, ())]
    while waiting:
        current, path = waiting.pop(0)
        is_new = id(current) not in found
        found.setdefault(id(current), (current, []))[1].append(path)
        if is_new:  # each model is looked into once, however many ways lead to it
            waiting += [
                (other, (*path, name) if name else path) for name, other in current.imported.items()
            ]
    return list(found.values())


def paths_of(node: Node, reach: list[tuple[Linked, list[Path]]]) -> list[Path]:
    """Under which names a caller may give this input, the qualified one first.

    `import.name` may be a key, or a mapping inside of a mapping.
    """
    variable = node.element.variable.name
    found = [
        (*path, variable)
        for linked, paths in reach
        if any(node is each for each in linked.nodes.values())
        for path in paths
    ]
    found += [(".".join(path),) for path in found if len(path) > 1]
    found += [(variable,), (node.element.name,), (node.element.id,)]
    return list(dict.fromkeys(found))
