"""An instance as rows in memory, kept by the effects of each step alone.

It does what a runtime has to do, in the plainest way: whatever rests is a row, whatever is
cancelled goes. After each step its counts have to be those of the marking, which goes through JSON
text between any two steps, as if everything had been restarted.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from workflows.bpmn import scopes, waits
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Process
from workflows.bpmn.scopes import ROOT, Marking, Role
from workflows.bpmn.subprocesses import begins_by_itself
from workflows.bpmn.tokens import (
    Activated,
    Arrived,
    Assigned,
    BoundaryFired,
    Closed,
    Completed,
    Effect,
    Emptied,
    Ended,
    Entered,
    ErrorThrown,
    Escalated,
    Finished,
    Happening,
    Interrupted,
    Joined,
    Opened,
    Retried,
    SaidDone,
    Started,
    Stuck,
    Triggered,
)
from workflows.engine import step

CALLED = "some instance"  # that a call has called, and that can be undone


@dataclass(eq=False)
class Row:
    """A token that rests, or waits at a join."""

    node: str
    scope: int
    flow: str | None = None
    waiting: bool = False
    entered: Entered | None = None
    stuck: Stuck | None = None


def _again(row: Row) -> Retried:
    assert row.stuck is not None
    return Retried(row.node, row.scope, row.stuck.entering, row.stuck.flow)


@dataclass(eq=False)
class ScopeRow:
    """A scope, and the row of the token that it belongs to."""

    opened: Opened
    owner: Row | None
    variables: dict[str, Any] = field(default_factory=dict)


class World:
    """One instance of a process."""

    def __init__(self, process: Process, **variables: Any) -> None:
        self.process = process
        self.variables = variables
        self.marking = Marking()
        self.rows: list[Row] = []
        self.scopes: dict[int, ScopeRow] = {}
        self.story: list[str] = []  # what each step did, as words
        self.effects: list[Effect] = []
        self.over = False

    # --- what a test says ---

    def begin(self, at: str = "start") -> "World":
        """Start the instance."""
        return self.do(Started(at))

    def complete(self, node: str, at: int = 0, **result: Any) -> "World":
        """The work at this node is done, or its event occurred; `at` chooses among several."""
        row = self._row(node, at)
        return self.do(Completed(node, row.scope, result), row)

    def fire(self, boundary: str, at: int = 0, **result: Any) -> "World":
        """A boundary event fires."""
        node = self.process.nodes[boundary].attached_to
        rows = [row for row in self.rows if row.entered and row.entered.boundary]
        row = [row for row in rows if row.node == node][at]
        inner = self.inside(row)
        return self.do(BoundaryFired(boundary, row.scope, inner, result), row)

    def trigger(self, start: str, scope: int = ROOT) -> "World":
        """The start event of an event sub-process occurs."""
        return self.do(Triggered(start, scope))

    def fail(self, node: str, code: str = "", at: int = 0, **result: Any) -> "World":
        """The work at this node ends with a BPMN error."""
        row = self._row(node, at)
        thrown = ErrorThrown(node, row.scope, code, inner=self.inside(row), result=result)
        return self.do(thrown, row)

    def escalate(self, node: str, code: str = "") -> "World":
        """The work at this node escalates."""
        row = self._row(node, 0)
        return self.do(Escalated(node, row.scope, code, self.inside(row)), row)

    def retry(self, node: str) -> "World":
        """What was stuck here is tried again."""
        row = next(row for row in self.rows if row.stuck and row.node == node)
        return self.do(_again(row), row)

    def activate(self, node: str) -> "World":
        """An activity of an ad-hoc sub-process is begun."""
        around = self.process.nodes[node].within
        scope = next(n for n, each in self.scopes.items() if each.opened.node.id == around)
        return self.do(Activated(node, scope))

    def say_done(self, node: str) -> "World":
        """Somebody says that an ad-hoc sub-process is done."""
        scope = next(n for n, each in self.scopes.items() if each.opened.node.id == node)
        return self.do(SaidDone(node, scope))

    @property
    def at(self) -> list[str]:
        """Where something is to be done or awaited, in the order of the alphabet."""
        return sorted(row.node for row in self.rows if row.stuck or self._waits(row))

    @property
    def last(self) -> list[str]:
        """What the last step did."""
        return [f"{type(each).__name__} {each.node.id}" for each in self.effects]

    def seen(self, scope: int) -> dict[str, Any]:
        """The variables that a scope sees."""
        if scope == ROOT:
            return dict(self.variables)
        row = self.scopes[scope]
        return {**self.seen(row.opened.parent), **row.variables}

    # --- what may happen next ---

    def offers(self) -> list[tuple[Happening, Row | None]]:
        """Everything that may happen now, with the row that it happens to."""
        found: list[tuple[Happening, Row | None]] = []
        for row in self.rows:
            if row.stuck:
                found.append((_again(row), row))
            elif row.entered:
                found += [(each, row) for each in self._happenings(row)]
        for number in [ROOT, *self.scopes]:
            found += [(each, None) for each in self._begun_in(number)]
        return found

    def _happenings(self, row: Row) -> list[Happening]:
        if row.entered is None:
            return []
        found: list[Happening] = []
        node = self.process.nodes[row.node]
        inner = self.inside(row)
        for wait in waits.of(self.process, row.entered):
            if wait.node.attached_to == row.node:
                found.append(BoundaryFired(wait.node.id, row.scope, inner))
            else:
                called = CALLED if wait.what == "call" else ""
                found.append(Completed(wait.node.id, row.scope, called=called))
        for name in node.boundary if row.entered.work else ():
            event = self.process.nodes[name]
            if event.kind is Kind.BOUNDARY_ERROR and event.event:
                found.append(ErrorThrown(row.node, row.scope, event.event.name, inner=inner))
        return found

    def _begun_in(self, number: int) -> list[Happening]:
        """Event sub-processes, and activities of ad-hoc sub-processes."""
        if number == ROOT:
            inside, space = waits.inside(self.process), self.marking
        else:
            opened = self.scopes[number].opened
            inside, space = waits.in_scope(self.process, opened), self.marking.inner[number]
            if opened.node.kind is Kind.AD_HOC and opened.role is Role.BODY and not space.live:
                return self._chosen(number, opened)
        if self.over or space.interrupted:
            return []
        return [Triggered(wait.node.id, number) for wait in inside]

    def _chosen(self, number: int, opened: Opened) -> list[Happening]:
        node, steps = opened.node, self.process.inside(opened.node.id)
        found: list[Happening] = [
            Activated(each.id, number) for each in steps if begins_by_itself(each)
        ]
        if not (node.adhoc and (node.adhoc.until or node.adhoc.active)):
            found.append(SaidDone(node.id, number))
        return found

    # --- one step ---

    def do(self, happening: Happening, subject: Row | None = None) -> "World":
        """Play one step, after a restart of everything, and write down what it did."""
        text = json.dumps(scopes.as_json(self.marking))
        restored = scopes.from_json(json.loads(text))
        assert restored == self.marking, "the marking survives as JSON text"
        self.marking, self.effects = step(self.process, restored, happening, self.variables)
        if subject and isinstance(happening, Completed | Retried):
            self.rows.remove(subject)
        for effect in self.effects:
            self._take(effect, subject)
        self.story += self.last
        self._check()
        return self

    def _take(self, effect: Effect, subject: Row | None) -> None:
        match effect:
            case Entered():
                row = Row(effect.node.id, effect.scope, effect.flow, entered=effect)
                self.rows.append(row)
            case Stuck():
                self.rows.append(Row(effect.node.id, effect.scope, stuck=effect))
            case Arrived():
                self.rows.append(Row(effect.node.id, effect.scope, effect.flow, waiting=True))
            case Joined():
                for flow in effect.flows:
                    self.rows.remove(self._waiting(effect.node.id, effect.scope, flow))
            case Assigned():
                self._known(effect.scope).update(effect.values)
            case Finished():
                self.over = True
            case _:
                self._take_of_scopes(effect, subject)

    def _take_of_scopes(self, effect: Effect, subject: Row | None) -> None:
        match effect:
            case Opened():
                owner = None if effect.role is Role.ROUND else self._owner(effect)
                self.scopes[effect.scope] = ScopeRow(effect, owner, dict(effect.variables))
            case Closed():
                gone = self.scopes.pop(effect.scope)
                if gone.owner:
                    self.rows.remove(gone.owner)
            case Emptied():
                self._cancel_below(effect.scope)
            case Interrupted():
                self._interrupt(effect.inner, subject)
            case Ended(terminate=True, scope=0):
                self.rows.clear()
                self.scopes.clear()

    def _interrupt(self, inner: int | None, subject: Row | None) -> None:
        row = subject if inner is None else self.scopes[inner].owner
        assert row is not None
        self.rows.remove(row)
        if inner is not None:
            self._cancel_below(inner)
            del self.scopes[inner]

    def _known(self, scope: int) -> dict[str, Any]:
        return self.variables if scope == ROOT else self.scopes[scope].variables

    def _owner(self, opened: Opened) -> Row:
        """The token that just came to rest at the node whose inside this is."""
        taken = {id(each.owner) for each in self.scopes.values()}
        return next(
            row
            for row in reversed(self.rows)
            if (row.node, row.scope) == (opened.node.id, opened.parent) and id(row) not in taken
        )

    def _cancel_below(self, scope: int) -> None:
        below = {number for number in self.scopes if self._is_below(number, scope)}
        self.rows = [row for row in self.rows if row.scope != scope and row.scope not in below]
        for number in below:
            del self.scopes[number]

    def _is_below(self, number: int, scope: int) -> bool:
        while number != ROOT:
            number = self.scopes[number].opened.parent
            if number == scope:
                return True
        return False

    def _row(self, node: str, at: int) -> Row:
        """The row at this node, or at the gateway that waits for this event."""
        before = [self.process.flows[flow].source for flow in self.process.nodes[node].incoming]
        races = [each for each in before if self.process.nodes[each].kind is Kind.EVENT_GATEWAY]
        rows = [row for row in self.rows if row.node in (node, *races) and not row.waiting]
        working = [row for row in rows if self._waits(row)]
        return (working or rows)[at]

    def _waiting(self, node: str, scope: int, flow: str) -> Row:
        said = (node, scope, flow, True)
        return next(
            row for row in self.rows if (row.node, row.scope, row.flow, row.waiting) == said
        )

    def inside(self, row: Row) -> int | None:
        """The scope that a row's token opened."""
        return next((number for number, each in self.scopes.items() if each.owner is row), None)

    def _waits(self, row: Row) -> bool:
        if row.entered is None or not row.entered.work:
            return False
        return any(True for _ in waits.of(self.process, row.entered))

    # --- rows and marking agree ---

    def _check(self) -> None:
        assert self.scopes.keys() == self.marking.inner.keys(), "the same scopes are open"
        for number in [ROOT, *self.scopes]:
            space = self.marking if number == ROOT else self.marking.inner[number]
            rows = [row for row in self.rows if row.scope == number]
            resting = Counter(row.node for row in rows if not row.waiting)
            assert dict(resting) == dict(space.resting), f"what rests in scope {number}"
            waiting: dict[str, dict[str, int]] = {}
            for row in rows:
                if row.waiting:
                    counts = waiting.setdefault(row.node, {})
                    counts[row.flow or ""] = counts.get(row.flow or "", 0) + 1
            assert waiting == {node: dict(flows) for node, flows in space.joins.items()}
            assert space.live == self._live(number, rows), f"tokens that live in scope {number}"
            if number != ROOT:
                assert self.scopes[number].variables == space.variables
        assert self.over == (self.marking.live == 0)

    def _live(self, number: int, rows: list[Row]) -> int:
        if number != ROOT and self.scopes[number].opened.role is Role.LOOP:
            return sum(each.opened.parent == number for each in self.scopes.values())
        return len(rows)
