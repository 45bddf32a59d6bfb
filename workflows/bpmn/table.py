"""The table on which one step is played: where tokens are now, which still move, what was done.

Scopes are opened up only as far as the step touches them, so its cost depends on what it does.
"""

from collections import ChainMap, deque
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from workflows.bpmn.model import Flow, Node, Process
from workflows.bpmn.scopes import ROOT, Done, Marking, Role, Rounds, Scope
from workflows.bpmn.tokens import (
    Assigned,
    Closed,
    Effect,
    Emptied,
    Ended,
    Entered,
    Interrupted,
    Opened,
    Passed,
    Stuck,
)
from workflows.feel import FeelError


@dataclass(frozen=True, slots=True)
class Token:
    """One token of this step: at this node, in this scope, over this flow."""

    node: Node
    scope: int = ROOT
    flow: str | None = None


@dataclass(slots=True)
class Space:
    """A scope that the step has opened up, to be changed."""

    number: int
    role: Role
    node: str
    parent: int
    variables: dict[str, Any]
    live: int = 0
    joins: dict[str, dict[str, int]] = field(default_factory=dict)
    resting: dict[str, int] = field(default_factory=dict)
    rounds: Rounds | None = None
    index: int = 0
    done: list[Done] = field(default_factory=list)
    queue: tuple[Done, ...] = ()
    interrupted: bool = False


class Table:
    """One step being played."""

    def __init__(self, process: Process, marking: Marking, variables: Mapping[str, Any]) -> None:
        self.process = process
        self.moving: deque[Token] = deque()  # tokens about to arrive
        self.over: deque[int] = deque()  # scopes in which no token is left
        self.effects: list[Effect] = []
        self.touched: dict[int, Space] = {ROOT: _opened_up(ROOT, marking)}
        self.last = marking.last
        self._marking = marking
        self._gone: set[int] = set()
        self._emptied: dict[int, int] = {}  # scopes, and the highest number that went with them
        self._variables = variables

    # --- scopes ---

    @property
    def root(self) -> Space:
        """The scope that is the instance itself."""
        return self.touched[ROOT]

    def space(self, number: int) -> Space:
        """This scope; `KeyError` when it is over or never was."""
        if self.is_gone(number):
            raise KeyError(f"Scope {number} is over.")
        if number not in self.touched:
            self.touched[number] = _opened_up(number, self._marking.inner[number])
        return self.touched[number]

    def is_gone(self, number: int) -> bool:
        """Whether a scope was closed or cancelled in this step, alone or with one around it."""
        while number != ROOT:
            if number in self._gone:
                return True
            parent = self._parent(number)
            if number <= self._emptied.get(parent, -1):
                return True
            number = parent
        return False

    def open(
        self,
        role: Role,
        node: Node,
        parent: int,
        variables: Mapping[str, Any] | None = None,
        *,
        index: int = 0,
    ) -> Space:
        """A new scope, the inside of this node."""
        self.last += 1
        own = dict(variables or {})
        self.touched[self.last] = Space(self.last, role, node.id, parent, own, index=index)
        self.effects.append(Opened(node, self.last, parent, role, dict(own), index))
        return self.touched[self.last]

    def close(self, space: Space) -> None:
        """A scope is complete."""
        self._gone.add(space.number)
        node = self.process.nodes[space.node]
        self.effects.append(Closed(node, space.number, space.parent))

    def empty(self, space: Space, node: Node) -> None:
        """Whatever lies in a scope is cancelled. What can be compensated in it stays so."""
        self._emptied[space.number] = self.last
        space.live = 0
        space.joins.clear()
        space.resting.clear()
        self.effects.append(Emptied(node, space.number))
        self._forget(space.number)

    def drop(self, number: int) -> None:
        """A scope is cancelled with everything inside."""
        self._gone.add(number)
        self._forget(number)

    def _forget(self, number: int) -> None:
        """Tokens on their way in a scope, or below it, do not arrive."""
        self.moving = deque(
            token
            for token in self.moving
            if token.scope != number and not self.is_gone(token.scope)
        )

    def lifetime(self, scope: int) -> int | None:
        """Differs after the tokens of a scope were cancelled, from what it was before."""
        return -1 if self.is_gone(scope) else self._emptied.get(scope)

    def _parent(self, number: int) -> int:
        known = self.touched.get(number) or self._marking.inner[number]
        return known.parent

    def marking(self) -> Marking:
        """Where tokens stand now."""
        inner = {
            number: scope
            for number, scope in self._marking.inner.items()
            if number not in self.touched and not self.is_gone(number)
        }
        for number, space in self.touched.items():
            if number != ROOT and not self.is_gone(number):
                inner[number] = Scope(**_closed_up(space))
        return Marking(**_closed_up(self.root), inner=inner, last=self.last)

    # --- variables ---

    def variables(self, scope: int) -> Mapping[str, Any]:
        """What is known in a scope: its own variables, then those around it."""
        if scope == ROOT:
            return self._variables
        around: list[MutableMapping[str, Any]] = []
        while scope != ROOT:
            space = self.space(scope)
            around.append(space.variables)
            scope = space.parent
        return ChainMap(*around, dict(self._variables))

    def assign(self, token: Token, values: Mapping[str, Any]) -> None:
        """Each variable takes its value where it is known, or else in the instance."""
        by_scope: dict[int, dict[str, Any]] = {}
        for name, value in values.items():
            by_scope.setdefault(self._home(name, token.scope), {})[name] = value
        for scope, own in by_scope.items():
            if scope == ROOT:
                self._variables = {**self._variables, **own}
            else:
                self.space(scope).variables.update(own)
            self.effects.append(Assigned(token.node, own, scope))

    def _home(self, name: str, scope: int) -> int:
        while scope != ROOT:
            space = self.space(scope)
            if name in space.variables:
                return scope
            scope = space.parent
        return ROOT

    # --- tokens ---

    def send(self, flows: Iterable[str], scope: int) -> None:
        """Tokens set out over these flows."""
        for flow in flows:
            target = self.process.nodes[self.process.flows[flow].target]
            self.moving.append(Token(target, scope, flow))

    def rest(
        self,
        token: Token,
        *,
        work: bool = True,
        boundary: bool = True,
        inputs: Mapping[str, Any] | None = None,
    ) -> None:
        """A token stays here until somebody completes the activity."""
        self._put(token)
        self.effects.append(
            Entered(token.node, token.flow, token.scope, work, boundary, inputs=inputs)
        )

    def stick(self, token: Token, reason: str, *, entering: bool = False) -> None:
        """A token stays here until a person has looked at it."""
        self._put(token)
        self.effects.append(Stuck(token.node, reason, token.scope, entering))

    def _put(self, token: Token) -> None:
        resting = self.space(token.scope).resting
        resting[token.node.id] = resting.get(token.node.id, 0) + 1

    def take(self, node: str, scope: int) -> None:
        """One token rests here no longer."""
        resting = self.space(scope).resting
        if resting.get(node, 0) > 1:
            resting[node] -= 1
        else:
            resting.pop(node, None)

    def leave(self, token: Token, *, passed: bool) -> None:
        """The token at this node moves on over every flow that is unconditional or true.

        Without any outgoing flow the token ends here. `passed` records the going through.
        """
        if not token.node.outgoing:
            self.end(token)
            return
        try:
            flows = chosen(self, token)
        except Undecided as reason:
            self.stick(token, str(reason))
            return
        if passed:
            self.effects.append(Passed(token.node, flows, token.flow, token.scope))
        self.space(token.scope).live += len(flows) - 1
        self.send(flows, token.scope)

    def end(self, token: Token) -> None:
        """The token ends here; the others go on."""
        self.effects.append(Ended(token.node, flow=token.flow, scope=token.scope))
        self.lose(token.scope)

    def lose(self, scope: int) -> None:
        """One token less; a scope without any is over."""
        space = self.space(scope)
        space.live -= 1
        if space.live == 0:
            self.over.append(scope)

    def terminate(self, token: Token) -> None:
        """Every token of this scope ends."""
        space = self.space(token.scope)
        self.effects.append(Ended(token.node, terminate=True, flow=token.flow, scope=token.scope))
        if token.scope != ROOT:
            self.empty(space, token.node)
        else:
            self._emptied[ROOT] = self.last
            space.live = 0
            space.joins.clear()
            space.resting.clear()
            self.moving.clear()
        self.over.append(token.scope)

    def interrupt(self, boundary: Node, scope: int, inner: int | None) -> None:
        """The activity on which this boundary event sits is cancelled."""
        self.take(boundary.attached_to or "", scope)
        self.effects.append(Interrupted(boundary, scope, inner))
        if inner is not None:
            self.drop(inner)


def _opened_up(number: int, scope: Scope) -> Space:
    return Space(
        number=number,
        role=scope.role,
        node=scope.node,
        parent=scope.parent,
        variables=dict(scope.variables),
        live=scope.live,
        joins={node: dict(counts) for node, counts in scope.joins.items()},
        resting=dict(scope.resting),
        rounds=scope.rounds,
        index=scope.index,
        done=list(scope.done),
        queue=scope.queue,
        interrupted=scope.interrupted,
    )


def _closed_up(space: Space) -> dict[str, Any]:
    return {
        "live": space.live,
        "joins": space.joins,
        "resting": space.resting,
        "role": space.role,
        "node": space.node,
        "parent": space.parent,
        "variables": space.variables,
        "rounds": space.rounds,
        "index": space.index,
        "done": tuple(space.done),
        "queue": space.queue,
        "interrupted": space.interrupted,
    }


# --- conditions of flows ---


class Undecided(Exception):
    """Conditions do not tell where a token goes."""


def holds(table: Table, flow: Flow, scope: int) -> bool:
    """Whether a token may take this flow; a condition that is neither true nor false refuses."""
    if flow.condition is None:
        return True
    try:
        answer = table.process.conditions[flow.id](table.variables(scope))
    except FeelError as error:
        raise Undecided(f"The condition of {_named(flow)} failed: {error}") from error
    if not isinstance(answer, bool):
        raise Undecided(
            f"The condition of {_named(flow)}, {flow.condition!r}, is neither true nor false. "
            "Check the variables that it reads."
        )
    return answer


def chosen(table: Table, token: Token) -> tuple[str, ...]:
    """All flows whose condition is true or absent, else the default flow (BPMN 2.0.2, 13.3.1)."""
    node = token.node
    conditional = [table.process.flows[flow] for flow in node.outgoing if flow != node.default_flow]
    flows = tuple(flow.id for flow in conditional if holds(table, flow, token.scope))
    return flows or otherwise(node)


def otherwise(node: Node) -> tuple[str, ...]:
    """The default flow, when no condition was true."""
    if node.default_flow is None:
        raise Undecided(
            f"No condition of the flows that leave {node.name or node.id} is true, and there is no "
            "default flow. Correct the variables or add a default flow, then try again."
        )
    return (node.default_flow,)


def _named(flow: Flow) -> str:
    return f"flow {flow.name} ({flow.id})" if flow.name else f"flow {flow.id}"
