"""The nodes of a decision requirements graph, and in which order they are evaluated."""

from collections.abc import Iterable, Sequence
from typing import Any

from workflows.dmn import dialect, model
from workflows.dmn.functions import Callee, Signature
from workflows.dmn.tables import Recording
from workflows.dmn.visible import Closure
from workflows.feel import types
from workflows.feel.run import Run

Memo = dict[Any, Any]  # values of nodes; each is computed once per evaluation
EVERYTHING = "everything that the caller gave"  # a key of the memo, for models that see all of it


class Telling(Recording):
    """A run that wants to know of every decision that is made."""

    __slots__ = ()

    def told(self, node: "Node", value: Any, mark: int, tables: int) -> None:
        """A decision is made; its notes and tables are those since the marks."""
        raise NotImplementedError


class Node:
    """Input data or a decision, linked to what it requires."""

    __slots__ = (
        "base",
        "closure",
        "element",
        "foreign",
        "is_camunda",
        "is_open",
        "kind",
        "local",
        "type",
    )

    def __init__(self, element: model.Input | model.Decision, kind: types.Type) -> None:
        self.element = element
        self.type = kind
        self.kind = "input data"  # what kind of logic it has, for the trace
        self.is_camunda = False
        self.is_open = False  # of a model that declares no input data: sees all that was given
        self.closure: Closure | None = None
        self.base: dict[str, Any] = {}  # functions that its logic may call
        self.local: list[tuple[str, Node]] = []  # required, by the name that its logic knows
        self.foreign: list[tuple[str, str, Node]] = []  # of imported models: import, name, node

    @property
    def name(self) -> str:
        """What the element is called."""
        return self.element.name

    @property
    def required(self) -> list["Node"]:
        """The nodes whose values have to be known before."""
        return [*(node for _, node in self.local), *(node for _, _, node in self.foreign)]

    def value(self, memo: Memo, run: Run) -> Any:
        """The decision's value over those of what it requires; input that nobody gave is null."""
        return None if self.closure is None else self.decided(self._scope(memo), run)

    def decided(self, scope: dict[str, Any], run: Run) -> Any:
        """The decision's value over the names that it sees."""
        if self.closure is None:
            return None
        if not isinstance(run, Telling):
            return self.closure(scope, run)
        mark, tables = len(run.notes), len(run.tables)
        value = self.closure(scope, run)
        run.told(self, value, mark, tables)
        return value

    def _scope(self, memo: Memo) -> dict[str, Any]:
        if self.is_camunda:
            return self._camunda_scope(memo)
        scope = {**memo.get(EVERYTHING, {}), **self.base} if self.is_open else self.base.copy()
        for name, node in self.local:
            scope[name] = memo[node]
        for imported, name, node in self.foreign:
            scope[imported] = {**scope.get(imported, {}), name: memo[node]}
        return scope

    def _camunda_scope(self, memo: Memo) -> dict[str, Any]:
        """All that the caller gave, and required decisions by all of their names."""
        scope = {**memo.get(EVERYTHING, {}), **self.base}
        for name, node in self.local:
            value = memo[node]
            if isinstance(node.element, model.Decision):
                scope.setdefault(name, value)
                scope.update(dialect.also_known(node.element, value))
            elif value is not None:
                scope[name] = value
        return scope


def in_order(targets: Iterable[Node], given: Iterable[Node] = ()) -> list[Node]:
    """All that the targets need, each after what it requires; nothing behind what is given."""
    done: dict[Node, None] = dict.fromkeys(given)
    waiting = [(node, False) for node in reversed(list(targets))]
    while waiting:
        node, is_ready = waiting.pop()
        if node in done:
            continue
        if is_ready:
            done[node] = None
        else:
            waiting.append((node, True))
            waiting += [(each, False) for each in reversed(node.required) if each not in done]
    return list(done)


def cycle_among(nodes: Iterable[Node]) -> list[Node] | None:
    """Nodes that require each other in a circle, None when there are none."""
    finished: set[Node] = set()
    for start in nodes:
        path: dict[Node, None] = {}
        waiting = [(start, False)]
        while waiting:
            node, is_over = waiting.pop()
            if is_over:
                path.pop(node)
                finished.add(node)
            elif node in path:
                circle = list(path)
                return circle[circle.index(node) :]
            elif node not in finished:
                path[node] = None
                waiting.append((node, True))
                waiting += [(each, False) for each in node.required]
    return None


def settle(plan: Sequence[Node], memo: Memo, run: Run) -> None:
    """Compute what is not known yet."""
    for node in plan:
        if node not in memo:
            memo[node] = node.value(memo, run)


class ServiceFunction(Callee):
    """A decision service as a function of its input data and input decisions, in this order.

    (DMN 1.5, 10.4)
    """

    __slots__ = ("_given", "_plan", "outputs")

    def __init__(
        self, name: str, signature: Signature, given: list[Node], outputs: list[tuple[str, Node]]
    ) -> None:
        super().__init__(name, signature)
        self._given = given
        self.outputs = outputs
        self._plan: list[Node] | None = None

    def evaluated(self, bound: dict[str, Any], run: Run) -> Any:
        """The value of its output decision; of several, a context."""
        if self._plan is None:  # only now all nodes are linked
            self._plan = in_order((node for _, node in self.outputs), self._given)
        memo: Memo = dict(zip(self._given, bound.values(), strict=True))
        memo[EVERYTHING] = bound
        settle(self._plan, memo, run)
        if len(self.outputs) == 1:
            return memo[self.outputs[0][1]]
        return {name: memo[node] for name, node in self.outputs}
