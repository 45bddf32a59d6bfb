"""Where an instance stands, told in the words of another version of its process. Pure.

Tokens stay where they are and scopes stay open; what changes are the nodes that they belong to.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from workflows.bpmn import compensation
from workflows.bpmn.migrating import Plan
from workflows.bpmn.migrating_words import called, quoted
from workflows.bpmn.model import Node
from workflows.bpmn.scopes import Done, Marking, Scope
from workflows.bpmn.waits import Wait

AnyScope = TypeVar("AnyScope", bound=Scope)


class DoesNotFit(Exception):
    """Something of an instance has no place in the other version; `sentences` say what."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(dict.fromkeys(sentences))
        super().__init__(" ".join(self.sentences))


def moved(marking: Marking, plan: Plan) -> Marking:
    """The same tokens and scopes at their counterparts. Raises `DoesNotFit`."""
    move = _Move(plan)
    root = move.scope(marking)
    inner = {number: move.scope(scope) for number, scope in marking.inner.items()}
    if move.problems:
        raise DoesNotFit(move.problems)
    return replace(root, inner=inner)


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


class _Move:
    """One marking being told anew; `problems` collects what has no place."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.problems: list[str] = []

    def scope(self, scope: AnyScope) -> AnyScope:
        """One scope, with the tokens that rest and wait in it."""
        resting: Counter[str] = Counter()
        for node, many in scope.resting.items():
            resting[self._place(node)] += many
        return replace(
            scope,
            node=self._place(scope.node) if scope.node else "",
            resting=dict(resting),
            joins={self._place(node): self._ways(flows) for node, flows in scope.joins.items()},
            done=tuple(self._record(done) for done in scope.done),
            queue=tuple(self._record(done) for done in scope.queue),
        )

    def _place(self, node_id: str) -> str:
        node = self.plan.place(node_id)
        if node is None:
            self.problems.append(self.plan.unplaced(node_id))
            return node_id
        return node.id

    def _ways(self, flows: Mapping[str, int]) -> dict[str, int]:
        return {self.plan.flows.get(flow, flow): many for flow, many in flows.items()}

    def _record(self, done: Done) -> Done:
        """What was completed and can be undone, with what undoes it in the new version."""
        node = self.plan.place(done.node)
        handler = _handler(self.plan, done.node)
        inner = tuple(self._record(each) for each in done.inner)
        if node is None:
            self.problems.append(self.plan.unplaced(done.node))
            return done
        if done.handler and not (handler or inner):
            self.problems.append(no_longer_undone(node))
        return Done(node.id, handler, done.variables, () if node.undone_by else inner)


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
