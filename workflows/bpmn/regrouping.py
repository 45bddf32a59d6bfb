"""Which scopes an instance has in another version of its process. Pure.

A sub-process that is new around tokens begins: one scope for all tokens of a scope that lie in it,
as in Camunda 7. One that is gone leaves its tokens to the scope around, with the variables that it
alone knows. A scope lies in an older one, so those that come to lie in a new one get other numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.bpmn import activities, migrated_places, migrating_words
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.migrating import Plan
from workflows.bpmn.model import Node
from workflows.bpmn.scopes import ROOT, Marking, Role, Scope

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Begun:
    """A sub-process that begins around tokens that run: its scope, and the one around it."""

    number: int
    node: Node
    parent: int
    variables: Values


class Grouping:
    """The scopes of one marking being told anew; `problems` collects what cannot be."""

    def __init__(self, marking: Marking, plan: Plan, variables: Values) -> None:
        self.plan, self.last = plan, marking.last
        self.problems: list[str] = []
        self.left = frozenset(
            number
            for number, scope in marking.inner.items()
            if scope.role is Role.BODY and plan.dissolves(scope.node)
        )
        self.numbers = {ROOT: ROOT}  # scopes that stay: old number, new number
        self.parents: dict[int, int] = {}  # by new numbers
        self.begun: dict[tuple[int, str], Begun] = {}
        self.let_out: dict[int, dict[str, Any]] = {}  # by old number: what a scope comes to know
        self._scopes: Mapping[int, Scope] = {**marking.inner, ROOT: marking}
        self._known: dict[int, Values] = {ROOT: variables}  # by new number
        self._inside: dict[int, list[tuple[int, str]]] = {}  # tokens in scopes begun and left
        for number in sorted(self.left):
            self._let_out(number, variables)
        self._known[ROOT] = {**variables, **self.let_out.get(ROOT, {})}
        for number in sorted(marking.inner.keys() - self.left):
            self._settle(number)

    def home(self, number: int, node_id: str) -> int:
        """The scope in which a token of this scope, at this node, goes on."""
        if self._scopes[number].role in (Role.LOOP, Role.ROUND, Role.UNDO):
            return self.numbers[number]
        at = self.numbers[self.base(number)]
        for each in self.plan.entered(node_id):
            at = self._entered(at, each)
        return at

    def base(self, number: int) -> int:
        """This scope, or the next one around it that stays; by old numbers."""
        while number in self.left:
            number = self._scopes[number].parent
        return number

    def owners_left(self, number: int, node_id: str) -> int:
        """How many tokens of a scope end because the sub-process that they perform is gone."""
        return sum(
            (self._scopes[each].parent, self._scopes[each].node) == (number, node_id)
            for each in self.left
        )

    def _settle(self, number: int) -> None:
        """Where a scope that stays lies from now on."""
        scope = self._scopes[number]
        parent = self.home(scope.parent, scope.node)
        if scope.role is Role.UNDO and parent != self.numbers.get(scope.parent):
            self.problems.append(migrating_words.is_undoing(self.plan.old.nodes[scope.node]))
        if parent > number:
            self.last += 1
        self.numbers[number] = self.last if parent > number else number
        self._lies_in(self.numbers[number], parent, self._own(number))

    def _entered(self, at: int, node: Node) -> int:
        """The scope of a sub-process that is new; it begins with the first token that enters."""
        if (at, node.id) not in self.begun:
            try:
                given = activities.given_of(node, self._known[at])
            except Unclear as reason:
                self.problems.append(str(reason))
                given = {}
            self.last += 1
            self.begun[at, node.id] = Begun(self.last, node, at, given)
            self._lies_in(self.last, at, given)
        return self.begun[at, node.id].number

    def _lies_in(self, number: int, parent: int, own: Values) -> None:
        self.parents[number] = parent
        self._known[number] = {**self._known[parent], **own}

    # --- what sub-processes that are gone know ---

    def _own(self, number: int) -> dict[str, Any]:
        """What a scope knows itself, with what it has got from those that are gone."""
        return {**self._scopes[number].variables, **self.let_out.get(number, {})}

    def _let_out(self, number: int, variables: Values) -> None:
        """What only this one knows goes to the scope around that stays."""
        base = self.base(number)
        around = dict(variables)
        for each in self._path(base):
            around |= self._scopes[each].variables
        fresh = self.let_out.setdefault(base, {})
        for name, value in self._scopes[number].variables.items():
            if name in fresh and fresh[name] != value:
                self.problems.append(migrating_words.known_twice(name))
            if name not in around:
                fresh[name] = value

    def _path(self, number: int) -> Iterator[int]:
        """The scopes around, the outermost first, and this one; without the instance."""
        if number != ROOT:
            yield from self._path(self._scopes[number].parent)
            yield number

    # --- whether ways lead on ---

    def token(self, number: int, node_id: str) -> int:
        """`home`, for a token whose way on is looked at by `check_ways`."""
        home = self.home(number, node_id)
        each = home
        while each in self.parents:
            self._inside.setdefault(each, []).append((number, node_id))
            each = self.parents[each]
        while number in self.left:
            self._inside.setdefault(number, []).append((number, node_id))
            number = self._scopes[number].parent
        return home

    def check_ways(self) -> None:
        """Somebody in what begins leads out of it, and somebody in what is gone leads on."""
        for begun in self.begun.values():
            self._check(begun.node, self._before(begun), [
                migrated_places.onward(self.plan.old, self.plan.old.nodes[node], self._is_left)
                for _, node in self._inside.get(begun.number, ())
            ])  # fmt: skip
        for number in self.left:
            node = self.plan.old.nodes[self._scopes[number].node]
            self._check(node, self._beyond(node), [
                migrated_places.onward(self.plan.new, place, self._is_new)
                for _, name in self._inside.get(number, ())
                if (place := self.plan.place(name))
            ])  # fmt: skip

    def _check(self, node: Node, beyond: set[str], ways: list[set[str]]) -> None:
        if beyond and not any(beyond & way for way in ways):
            self.problems.append(migrating_words.leads_nowhere(node))

    def _before(self, begun: Begun) -> set[str]:
        """What follows a sub-process that is new, by the ids of the old version."""
        there = migrated_places.after(self.plan.new, begun.node)
        places = {name: self.plan.place(name) for name in self.plan.old.nodes}
        return {name for name, place in places.items() if place and place.id in there}

    def _beyond(self, node: Node) -> set[str]:
        """What follows a sub-process that is gone, by the ids of the new version."""
        after = migrated_places.after(self.plan.old, node)
        return {place.id for name in after if (place := self.plan.place(name))}

    def _is_left(self, node: Node) -> bool:
        return self.plan.dissolves(node.id)

    def _is_new(self, node: Node) -> bool:
        places = (pair.new for pair in self.plan.pairs.values())
        return all(place is None or place.id != node.id for place in places)
