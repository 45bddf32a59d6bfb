"""The table on which one step is played: where tokens are now, which still move, what was done.

Scopes are opened up only as far as the step touches them, so its cost depends on what it does.
"""

from collections import ChainMap, deque
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from workflows.bpmn import spaces
from workflows.bpmn.deciding import Undecided, chosen
from workflows.bpmn.model import Node, Process
from workflows.bpmn.scopes import ROOT, Marking, Role, Scope
from workflows.bpmn.spaces import Space, Unread, nothing_unread
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


@dataclass(frozen=True, slots=True)
class Token:
    """One token of this step: at this node, in this scope, over this flow.

    `inputs` are variables of the activity that this token has performed, and of nothing else;
    `called` is the instance that it has called, when that can be undone.
    """

    node: Node
    scope: int = ROOT
    flow: str | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict, compare=False)
    called: str = field(default="", compare=False)


class Table:
    """One step being played."""

    def __init__(
        self,
        process: Process,
        marking: Marking,
        variables: Mapping[str, Any],
        unread: Unread = nothing_unread,
    ) -> None:
        self.process = process
        self.moving: deque[Token] = deque()  # tokens about to arrive
        self.over: deque[int] = deque()  # scopes in which no token is left
        self.effects: list[Effect] = []
        self.touched: dict[int, Space] = {ROOT: spaces.opened_up(ROOT, marking)}
        self.said_done: set[int] = set()  # ad-hoc sub-processes, by somebody
        self.last = marking.last
        self._marking = marking
        self._unread = unread
        self._read: dict[int, Scope] = {}  # beside those of the marking
        self._gone: set[int] = set()
        self._emptied: dict[int, int] = {}  # scopes, and the highest number that went with them
        self._has_cancelled = False
        self._variables = variables

    # --- scopes ---

    @property
    def root(self) -> Space:
        """The scope that is the instance itself."""
        return self.touched[ROOT]

    @property
    def opened(self) -> int:
        """How many scopes this step has opened so far."""
        return self.last - self._marking.last

    def space(self, number: int) -> Space:
        """This scope; `KeyError` when it is over or never was."""
        if self.is_gone(number):
            raise KeyError(f"Scope {number} is over.")
        if number not in self.touched:
            self.touched[number] = spaces.opened_up(number, self._scope(number))
        return self.touched[number]

    def inside(self, number: int) -> list[Space]:
        """Every scope inside of this one, however deep, the oldest first."""
        self._read |= self._unread(number)
        known = sorted({*self._marking.inner, *self._read, *self.touched} - {ROOT, number})
        open_ones = [each for each in known if not self.is_gone(each)]
        return [self.space(each) for each in open_ones if self._is_inside(each, number)]

    def _is_inside(self, number: int, other: int) -> bool:
        while number not in (ROOT, other):
            number = self._parent(number)
        return number == other

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
        self._empty(space)
        self.effects.append(Emptied(node, space.number))
        self._forget(space.number)

    def drop(self, number: int) -> None:
        """A scope is cancelled with everything inside."""
        self._gone.add(number)
        self._has_cancelled = True
        self._forget(number)

    def _empty(self, space: Space) -> None:
        self._emptied[space.number] = self.last
        self._has_cancelled = True
        space.live = 0
        space.joins.clear()
        space.resting.clear()

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

    def _scope(self, number: int) -> Scope:
        return self._read[number] if number in self._read else self._marking.inner[number]

    def _parent(self, number: int) -> int:
        return (self.touched.get(number) or self._scope(number)).parent

    def marking(self) -> Marking:
        """Where tokens stand now."""
        return self.write_into(dict(self._marking.inner))

    def write_into(self, inner: dict[int, Scope]) -> Marking:
        """Where tokens stand now; `inner`, the scopes from before, is changed and becomes part.

        Only what this step touched is looked at, unless it cancelled scopes that it did not see.
        """
        seen = {**inner, **self.touched} if self._has_cancelled else self.touched
        gone = [number for number in seen if self.is_gone(number)]
        for number, space in self.touched.items():
            if number != ROOT:
                inner[number] = Scope(**spaces.closed_up(space))
        for number in gone:
            inner.pop(number, None)
        return Marking(**spaces.closed_up(self.root), inner=inner, last=self.last)

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
        undoes: str = "",
    ) -> None:
        """A token stays here until somebody completes the activity."""
        self._put(token)
        self.effects.append(
            Entered(token.node, token.flow, token.scope, work, boundary, inputs, undoes)
        )

    def stick(self, token: Token, reason: str, *, entering: bool = False) -> None:
        """A token stays here until a person has looked at it."""
        self._put(token)
        self.effects.append(Stuck(token.node, reason, token.scope, entering, token.flow))

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
            flows = chosen(self.process, token.node, self.variables(token.scope))
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
            self._empty(space)
            self.moving.clear()
        self.over.append(token.scope)

    def interrupt(self, boundary: Node, scope: int, inner: int | None) -> None:
        """The activity on which this boundary event sits is cancelled."""
        self.take(boundary.attached_to or "", scope)
        self.effects.append(Interrupted(boundary, scope, inner))
        if inner is not None:
            self.drop(inner)
