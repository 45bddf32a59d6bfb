"""Where an instance stands, told in the words of another version of its process. Pure.

Tokens stay at their steps; what changes are the nodes that they belong to, and the scopes in which
they lie where sub-processes came or are gone (`regrouping`).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workflows.bpmn import compensation
from workflows.bpmn.compensation import NOTHING
from workflows.bpmn.migrating import Plan
from workflows.bpmn.migrating_words import called, quoted
from workflows.bpmn.model import Node
from workflows.bpmn.regrouping import Begun, Grouping
from workflows.bpmn.scopes import ROOT, Done, Marking, Role, Scope
from workflows.bpmn.waits import Wait


class DoesNotFit(Exception):
    """Something of an instance has no place in the other version; `sentences` say what."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(dict.fromkeys(sentences))
        super().__init__(" ".join(self.sentences))


@dataclass(frozen=True, slots=True)
class Moved:
    """A marking told anew, and what is different about its scopes."""

    marking: Marking
    grouping: Grouping

    @property
    def begun(self) -> Collection[Begun]:
        """Sub-processes that begin, those around before those inside."""
        return self.grouping.begun.values()

    @property
    def let_out(self) -> Mapping[str, Any]:
        """Variables that the instance itself gets from sub-processes that are gone."""
        return self.grouping.let_out.get(ROOT, {})

    def home(self, scope: int, node_id: str) -> int:
        """The number of the scope in which an old token goes on."""
        return self.grouping.home(scope, node_id)

    def knows(self, number: int) -> bool:
        """Whether this was an open scope of the instance."""
        return number in self.grouping.numbers or number in self.grouping.left

    def is_left(self, number: int) -> bool:
        """Whether a scope ends because its sub-process is gone."""
        return number in self.grouping.left


def moved(marking: Marking, plan: Plan, variables: Mapping[str, Any] = NOTHING) -> Moved:
    """The same tokens at their counterparts. `variables` are the instance's own.

    Raises `DoesNotFit`.
    """
    move = _Move(marking, plan, variables)
    found = move.marking()
    if move.problems:
        raise DoesNotFit(move.problems)
    return Moved(found, move.grouping)


def unrecorded(plan: Plan) -> set[str]:
    """Steps that can be undone today, and could not be in the other version once they are done."""
    return {
        node.id
        for node in plan.old.nodes.values()
        if compensation.handler_of(plan.old, node) and not _handler(plan, node.id)
    }


@dataclass(frozen=True, slots=True)
class Matched:
    """What is waited for beside something, before and after."""

    kept: Mapping[str, Wait]  # old node, what it becomes
    gone: frozenset[str]  # old nodes
    fresh: tuple[Wait, ...]


def matched(plan: Plan, before: Iterable[Wait], after: Iterable[Wait]) -> Matched:
    """Which waits are kept, withdrawn and new."""
    there = {wait.node.id: wait for wait in after}
    kept, gone = {}, set()
    for wait in before:
        place = plan.place(wait.node.id)
        if place is not None and place.id in there:
            kept[wait.node.id] = there[place.id]
        else:
            gone.add(wait.node.id)
    ids = {wait.node.id for wait in kept.values()}
    return Matched(kept, frozenset(gone), tuple(w for w in there.values() if w.node.id not in ids))


@dataclass(slots=True)
class _Draft:
    """What is counted in a scope while it is told anew."""

    live: int = 0
    resting: Counter[str] = field(default_factory=Counter)
    joins: dict[str, Counter[str]] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)

    def counts(self) -> dict[str, Any]:
        """As a scope has it."""
        joins = {node: dict(flows) for node, flows in self.joins.items()}
        resting, done = dict(self.resting), tuple(self.done)
        return {"live": self.live, "resting": resting, "joins": joins, "done": done}


class _Move:
    """One marking being told anew; `problems` collects what has no place."""

    def __init__(self, marking: Marking, plan: Plan, variables: Mapping[str, Any]) -> None:
        self.plan, self._old = plan, marking
        self.grouping = Grouping(marking, plan, variables)
        self.problems = self.grouping.problems
        self._drafts: dict[int, _Draft] = defaultdict(_Draft)  # by new number

    def marking(self) -> Marking:
        """The whole of it; as far as it goes when there are problems."""
        for number, scope in sorted({**self._old.inner, ROOT: self._old}.items()):
            self._tokens(number, scope)
            self._records(number, scope)
        for begun in self.grouping.begun.values():
            self._put(begun.parent, begun.node.id, 1)
        self.grouping.check_ways()
        inner = dict(self._kept()) | dict(self._begun())
        root = self._drafts[ROOT].counts()
        return replace(self._old, **root, inner=inner, last=self.grouping.last)

    def _kept(self) -> Iterator[tuple[int, Scope]]:
        grouping = self.grouping
        for number, scope in self._old.inner.items():
            if number in grouping.left:
                continue
            fresh = grouping.numbers[number]
            counts = self._drafts[fresh].counts()
            if scope.role is Role.LOOP:
                counts["live"] = scope.live
            yield (
                fresh,
                replace(
                    scope,
                    **counts,
                    node=self._place(scope.node),
                    parent=grouping.parents[fresh],
                    variables={**scope.variables, **grouping.let_out.get(number, {})},
                    queue=tuple(self._told(done) for done in scope.queue),
                ),
            )

    def _begun(self) -> Iterator[tuple[int, Scope]]:
        for each in self.grouping.begun.values():
            counts = self._drafts[each.number].counts()
            yield each.number, Scope(
                **counts, role=Role.BODY, node=each.node.id, parent=each.parent,
                variables=dict(each.variables),
            )  # fmt: skip

    # --- tokens ---

    def _tokens(self, number: int, scope: Scope) -> None:
        for node, many in scope.resting.items():
            staying = many - self.grouping.owners_left(number, node)
            if staying:
                self._put(self.grouping.token(number, node), self._place(node), staying)
        for node, flows in scope.joins.items():
            draft = self._drafts[self.grouping.token(number, node)]
            joins = draft.joins.setdefault(self._place(node), Counter())
            for flow, many in flows.items():
                joins[self.plan.flows.get(flow, flow)] += many
                draft.live += many

    def _put(self, number: int, node: str, many: int) -> None:
        draft = self._drafts[number]
        draft.resting[node] += many
        draft.live += many

    def _place(self, node_id: str) -> str:
        node = self.plan.place(node_id)
        if node is None:
            self.problems.append(self.plan.unplaced(node_id))
            return node_id
        return node.id

    # --- what can be undone ---

    def _records(self, number: int, scope: Scope) -> None:
        base = self.grouping.base(number)
        seen = scope.variables if base != number else NOTHING
        draft = self._drafts[self.grouping.numbers[base]]
        draft.done += [each for done in scope.done for each in self._record(_seeing(done, seen))]

    def _record(self, done: Done) -> list[Done]:
        """What was completed and can be undone, where it lies in the new version.

        It is undone from where it was undone before: what is new around it is over for it.
        """
        if self.plan.dissolves(done.node) and not done.handler:
            inner = (_seeing(each, done.variables) for each in done.inner)
            return [found for each in inner for found in self._record(each)]
        found = self._told(done)
        for each in reversed(self.plan.entered(done.node)):
            found = Done(each.id, "", {}, (found,))
        return [found]

    def _told(self, done: Done) -> Done:
        """A record with what undoes it in the new version."""
        node = self.plan.place(done.node)
        called = "" if node is None or node.undone_by else done.called
        handler = done.handler if called else _handler(self.plan, done.node)
        inner = tuple(found for each in done.inner for found in self._record(each))
        if node is None:
            self.problems.append(self.plan.unplaced(done.node))
            return done
        if done.handler and not (handler or inner):
            self.problems.append(no_longer_undone(node))
        return Done(
            node.id, node.id if called else handler, done.variables,
            () if node.undone_by else inner, called,
        )  # fmt: skip


def _seeing(done: Done, seen: Mapping[str, Any]) -> Done:
    return replace(done, variables={**seen, **done.variables}) if seen else done


def no_longer_undone(node: Node) -> str:
    """Why what a step has done keeps an instance on its version."""
    return (
        f"{quoted(called(node))} is done and can be undone, which the new version would not know "
        "how to do."
    )


def _handler(plan: Plan, node_id: str) -> str:
    """What undoes a step in the new version; "" when nothing does."""
    node = plan.place(node_id)
    return compensation.handler_of(plan.new, node) if node else ""
