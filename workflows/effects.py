"""One step of the engine written down: effects in, rows and journal entries out.

The instance is held. Rows are collected first (`fresh`, `closing`) and written together, so the
number of statements does not grow with the number of tokens.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from workflows import awaiting, cancelling, engine, fresh, journal, ruling, telling
from workflows.bpmn import waits
from workflows.bpmn.kinds import ENDS, GATEWAYS
from workflows.bpmn.model import Node, Process
from workflows.bpmn.scopes import ROOT
from workflows.bpmn.tokens import (
    Arrived,
    Assigned,
    Closed,
    Completed,
    Emptied,
    Ended,
    Entered,
    Escaped,
    Finished,
    Happening,
    Interrupted,
    Joined,
    Opened,
    Passed,
    Recorded,
    Skipped,
    Stuck,
    Threw,
    Undoing,
)
from workflows.closing import Closing
from workflows.fresh import is_live
from workflows.journal import Chapter, Fact
from workflows.models import Activity, Incident, Listener, ProcessInstance
from workflows.openings import CannotOpen
from workflows.sheet import Sheet

MOST_RULINGS = 1_000  # decisions that one step may ask
LONGEST_CODE = 100
NAMED = 20  # steps that an entry of the journal names
ENDED = ("status", "ended_at", "end_node")


_TAKERS: dict[type, Callable[["Step", Any], None]] = {}  # by kind of effect
Taker = TypeVar("Taker", bound=Callable[..., None])


def _takes(kind: type) -> Callable[[Taker], Taker]:
    """Name the method for one kind of effect. A table is looked into in a fraction of the time
    that `singledispatchmethod` takes, and each step has many effects."""

    def named(method: Taker) -> Taker:
        _TAKERS[kind] = method
        return method

    return named


class Step:
    """What one step does to one held instance. `at` is the scope that it begins in."""

    def __init__(
        self,
        *,
        instance: ProcessInstance,
        process: Process,
        actor: str,
        now: datetime,
        at: int = ROOT,
        subject: Activity | None = None,
        facts: Iterable[Fact] = (),
    ) -> None:
        self.instance, self.process, self.now = instance, process, now
        self.subject = subject  # the activity that the step began with
        self.escaped: list[Escaped] = []  # errors and escalations that nobody caught
        self.sheet = Sheet(
            instance=instance, process=process, actor=actor, now=now, at=at, facts=facts
        )
        self._standing, self._fresh = self.sheet.standing, self.sheet.fresh
        self.closing = Closing(self.sheet)
        self._noted: set[tuple[int, str]] = set()  # gateways that have their row already
        if subject is not None and subject.kind in GATEWAYS:
            self._noted.add((subject.scope, subject.node_id))
        self._inside_of: Activity | None = None  # the token whose inside is opened next
        self._rulings: deque[Activity] = deque()

    @property
    def opened(self) -> list[tuple[Activity, Node]]:
        """Steps for people, told to handlers last."""
        nodes = self.process.nodes
        return [
            (each, nodes[each.node_id]) for each in self._fresh.openings.people if is_live(each)
        ]

    @property
    def may_meet_conditions(self) -> bool:
        """Whether a condition may be true now that was not, or was not looked at."""
        opened = self._fresh.openings.listeners
        return self._standing.has_assigned or any(
            listener.kind == Listener.Kind.CONDITION for listener in opened
        )

    def play(self, happening: Happening) -> None:
        """Run tokens as far as they can go, with the answers of decisions on their way."""
        self._play(happening)
        for _ in range(MOST_RULINGS):
            if not self._rulings:
                return
            self._rule(self._rulings.popleft())
        for activity in self._rulings:
            sentence = f"The process asked {MOST_RULINGS} decisions without a wait."
            self.sheet.trouble(activity, Incident.Kind.HANDLER, sentence)

    def begin(self) -> None:
        """Listen for what begins the event sub-processes of a new instance."""
        if not self._standing.marking.interrupted:
            awaiting.listen(self.sheet, ROOT, waits.inside(self.process))

    def _play(self, happening: Happening) -> None:
        marking = self._standing.marking
        standing, known = self._standing, self.instance.variables
        table = engine.play(self.process, marking, happening, known, standing.read_inside)
        standing.played(table)
        for effect in table.effects:
            _TAKERS[type(effect)](self, effect)

    def _rule(self, activity: Activity) -> None:
        if not is_live(activity):
            return
        node = self.process.nodes[activity.node_id]
        try:
            answer = ruling.of(node, self.sheet.place(activity.scope, activity))
        except CannotOpen as trouble:
            self.sheet.trouble(activity, trouble.kind, str(trouble))
            return
        activity.trace = dict(answer.trace)
        self._fresh.finish(activity)
        self.sheet.note("decision.evaluated", f"activity:{activity.pk}", **answer.detail)
        self._play(Completed(node.id, activity.scope, answer.result))

    def _add(self, effect: Any, status: Activity.Status, flow: str | None = None) -> Activity:
        activity = self._fresh.add(effect.node, effect.scope, status, flow)
        telling.was_sent_by(self.sheet, activity)
        return activity

    # --- one effect each ---

    @_takes(Passed)
    def _passed(self, effect: Passed) -> None:
        node = effect.node
        if node.kind in GATEWAYS:
            self.sheet.note("gateway.passed", node=node.id, flows=list(effect.flows))
        if (effect.scope, node.id) in self._noted:
            self._noted.discard((effect.scope, node.id))
        else:
            self._add(effect, Activity.Status.COMPLETED, effect.flow)

    @_takes(Skipped)
    def _skipped(self, effect: Skipped) -> None:
        self.sheet.note("step.skipped", node=effect.node.id)

    @_takes(Entered)
    def _entered(self, effect: Entered) -> None:
        activity = self._add(effect, Activity.Status.ACTIVE, effect.flow)
        activity.inputs = None if effect.inputs is None else dict(effect.inputs)
        self._inside_of = activity
        found = waits.of(self.process, effect)
        self._rulings.extend(awaiting.wait(self.sheet, activity, found))

    @_takes(Arrived)
    def _arrived(self, effect: Arrived) -> None:
        self.closing.joins.arrived(self._add(effect, Activity.Status.WAITING, effect.flow))

    @_takes(Joined)
    def _joined(self, effect: Joined) -> None:
        for activity in self.closing.joins.joined(effect):
            activity.complete(now=self.now)
        self._noted.add((effect.scope, effect.node.id))

    @_takes(Interrupted)
    def _interrupted(self, effect: Interrupted) -> None:
        row = self._standing.rows.get(effect.inner) if effect.inner is not None else None
        subject = self.subject.pk if self.subject else None
        token = row.activity_id if row else subject
        if token is None:
            raise ValueError("A boundary event interrupts the activity that it sits on.")
        self.closing.interrupt(token, effect.inner)
        node = effect.node.attached_to
        self.sheet.note("activity.cancelled", f"activity:{token}", node=node)

    @_takes(Stuck)
    def _stuck(self, effect: Stuck) -> None:
        activity = self._add(effect, Activity.Status.ACTIVE, effect.flow)
        tried = Activity.Stuck.ENTERING if effect.entering else Activity.Stuck.LEAVING
        activity.stuck = tried.value
        self._noted.discard((effect.scope, effect.node.id))
        self.sheet.trouble(activity, Incident.Kind.STUCK, effect.reason)

    @_takes(Ended)
    def _ended(self, effect: Ended) -> None:
        activity = self._add(effect, Activity.Status.COMPLETED, effect.flow)
        if effect.node.kind in ENDS and (effect.scope == ROOT or effect.node.extension("event")):
            telling.publish(self.sheet, activity, effect.node)
        if effect.terminate and effect.scope == ROOT:
            self.closing.empty(ROOT)

    @_takes(Finished)
    def _finished(self, effect: Finished) -> None:
        self.instance.complete(at_node=effect.node.id, now=self.now)
        self.closing.quiet(ROOT)
        self.sheet.note("process.ended", node=effect.node.id)
        telling.report_end(self.sheet)

    @_takes(Opened)
    def _opened(self, effect: Opened) -> None:
        self._standing.open(effect, self._inside_of)
        found = waits.in_scope(self.process, effect)
        awaiting.listen(self.sheet, effect.scope, found, self._inside_of)

    @_takes(Closed)
    def _scope_closed(self, effect: Closed) -> None:
        self.closing.close(effect.scope)

    @_takes(Emptied)
    def _scope_emptied(self, effect: Emptied) -> None:
        self.closing.empty(effect.scope)

    @_takes(Assigned)
    def _assigned(self, effect: Assigned) -> None:
        self._standing.assign(effect.scope, effect.values)

    @_takes(Escaped)
    def _escaped(self, effect: Escaped) -> None:
        self.escaped.append(effect)
        code = effect.code[:LONGEST_CODE]
        self.sheet.note(f"{effect.what}.uncaught", node=effect.node.id, code=code)
        telling.report_trouble(self.sheet, effect)

    @_takes(Threw)
    def _threw(self, effect: Threw) -> None:
        telling.send(self.sheet, effect)

    @_takes(Recorded)
    def _recorded(self, effect: Recorded) -> None:
        """What can be compensated is part of its scope."""

    @_takes(Undoing)
    def _undoing(self, effect: Undoing) -> None:
        """Its scope has the records; the journal tells which steps are taken back, newest first."""
        steps = list(dict.fromkeys(done.node for done in reversed(effect.done)))
        self.sheet.note(
            "compensation.begun", node=effect.node.id, steps=steps[:NAMED], many=len(effect.done)
        )


def write_down(steps: Sequence[Step], *, now: datetime) -> None:
    """Write steps of different instances down, in as many statements for many as for one.

    What a step makes of its instance goes into the same update as the head of its journal.
    """
    sheets = [step.sheet for step in steps]
    changed = [sheet.standing.update_instance() for sheet in sheets]
    cancelled = [step.closing.write() for step in steps]
    awaiting.refuse_doubles(sheets)
    fresh.write_down([(sheet.fresh, sheet.standing.fresh()) for sheet in sheets])
    for sheet in sheets:
        sheet.standing.write()
    chapters = [
        Chapter(step.instance, step.sheet.facts, [*fields, *_ending(step.instance)])
        for step, fields in zip(steps, changed, strict=True)
    ]
    journal.record_each(chapters, now=now)
    for step, activities in zip(steps, cancelled, strict=True):
        cancelling.tell_handlers(activities, instance=step.instance, now=now)


def _ending(instance: ProcessInstance) -> tuple[str, ...]:
    """What an instance that is over says more."""
    return ENDED if instance.status != ProcessInstance.Status.RUNNING else ()
