"""One step of the engine written down: effects in, rows and journal entries out.

The instance is held. Rows are collected first and written together, so the number of statements
does not grow with the number of tokens.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from functools import singledispatchmethod
from typing import Any
from uuid import UUID

from workflows import cancelling, engine, journal, listening, publishing, ruling, throwing
from workflows.bpmn import extensions, waits
from workflows.bpmn.kinds import ENDS, GATEWAYS, Kind
from workflows.bpmn.model import Node, Process
from workflows.bpmn.scopes import ROOT
from workflows.bpmn.tokens import (
    Arrived,
    Assigned,
    Closed,
    Completed,
    Effect,
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
    Stuck,
    Threw,
    Undoing,
)
from workflows.feel import FeelError
from workflows.fresh import Fresh, is_live
from workflows.joining import Joins
from workflows.journal import Fact
from workflows.models import Activity, CallReport, Incident, Listener, ProcessInstance
from workflows.openings import CannotOpen, Place
from workflows.standing import Standing

MOST_RULINGS = 1_000  # decisions that one step may ask
LONGEST_CODE = 100


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
        self.instance, self.process = instance, process
        self.actor, self.now = actor, now
        self.subject = subject  # the activity that the step began with
        self.facts = [*facts]
        self.escaped: list[Escaped] = []  # errors and escalations that nobody caught
        self._standing = Standing(instance, at, now)
        self._joins = Joins(self._standing.marking)
        self._fresh = Fresh(instance, now)
        self._noted: set[tuple[int, str]] = set()  # gateways that have their row already
        if subject is not None and subject.kind in GATEWAYS:
            self._noted.add((subject.scope, subject.node_id))
        self._inside_of: Activity | None = None  # the token whose inside is opened next
        self._rulings: deque[Activity] = deque()
        self._emptied: set[int] = set()  # whatever lay in these scopes is cancelled
        self._interrupted_scopes: set[int] = set()
        self._dropped: set[UUID] = set()  # these tokens are cancelled
        self._closed: set[int] = set()
        self._done: dict[UUID, str] = {}  # tokens of scopes that are complete, with their nodes

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
            self._trouble(activity, Incident.Kind.HANDLER, sentence)

    def begin(self) -> None:
        """Listen for what begins the event sub-processes of a new instance."""
        if not self._standing.marking.interrupted:
            self._listen(ROOT, waits.inside(self.process))

    def write(self, *, also_save: Iterable[str]) -> None:
        """Write everything down, with what the step makes of the instance itself."""
        changed = self._standing.update_instance()
        self._complete_rows()
        cancelled = self._cancel_rows()
        self._refuse_doubles()
        self._fresh.write(self._standing.fresh())
        self._standing.write()
        also = [*also_save, *changed]
        journal.record_all(self.facts, instance=self.instance, now=self.now, also_save=also)
        cancelling.tell_handlers(cancelled, instance=self.instance, now=self.now)

    def note(self, kind: str, subject: str = "", **detail: Any) -> None:
        """Remember a fact for the journal."""
        self.facts.append(Fact(kind=kind, actor=self.actor, subject=subject, detail=detail))

    def _play(self, happening: Happening) -> None:
        marking = self._standing.marking
        table = engine.play(self.process, marking, happening, self.instance.variables)
        self._standing.played(table.marking(), table.touched)
        for effect in table.effects:
            self._take(effect)

    def _rule(self, activity: Activity) -> None:
        if not is_live(activity):
            return
        node = self.process.nodes[activity.node_id]
        try:
            answer = ruling.of(node, self._place(activity.scope, activity))
        except CannotOpen as trouble:
            self._trouble(activity, trouble.kind, str(trouble))
            return
        activity.trace = dict(answer.trace)
        self._fresh.finish(activity)
        self.note("decision.evaluated", f"activity:{activity.pk}", **answer.detail)
        self._play(Completed(node.id, activity.scope, answer.result))

    # --- one effect each ---

    @singledispatchmethod
    def _take(self, effect: Effect) -> None:
        raise TypeError(f"{effect!r} is not an effect.")

    @_take.register
    def _passed(self, effect: Passed) -> None:
        node = effect.node
        if node.kind in GATEWAYS:
            self.note("gateway.passed", node=node.id, flows=list(effect.flows))
        if (effect.scope, node.id) in self._noted:
            self._noted.discard((effect.scope, node.id))
        else:
            self._add(effect, Activity.Status.COMPLETED, effect.flow)

    @_take.register
    def _entered(self, effect: Entered) -> None:
        activity = self._add(effect, Activity.Status.ACTIVE, effect.flow)
        activity.inputs = None if effect.inputs is None else dict(effect.inputs)
        self._inside_of = activity
        self._wait(activity, waits.of(self.process, effect))

    @_take.register
    def _arrived(self, effect: Arrived) -> None:
        self._joins.arrived(self._add(effect, Activity.Status.WAITING, effect.flow))

    @_take.register
    def _joined(self, effect: Joined) -> None:
        for activity in self._joins.joined(effect):
            activity.complete(now=self.now)
        self._noted.add((effect.scope, effect.node.id))

    @_take.register
    def _interrupted(self, effect: Interrupted) -> None:
        row = self._standing.rows.get(effect.inner) if effect.inner is not None else None
        subject = self.subject.pk if self.subject else None
        token = row.activity_id if row else subject
        if token is None:
            raise ValueError("A boundary event interrupts the activity that it sits on.")
        self._drop(token)
        if effect.inner is not None:
            self._interrupted_scopes.add(effect.inner)
            self._standing.cancel(effect.inner)
            self._empty(effect.inner)
        self.note("activity.cancelled", f"activity:{token}", node=effect.node.attached_to)

    @_take.register
    def _stuck(self, effect: Stuck) -> None:
        activity = self._add(effect, Activity.Status.ACTIVE)
        tried = Activity.Stuck.ENTERING if effect.entering else Activity.Stuck.LEAVING
        activity.stuck = tried.value
        self._noted.discard((effect.scope, effect.node.id))
        self._trouble(activity, Incident.Kind.STUCK, effect.reason)

    @_take.register
    def _ended(self, effect: Ended) -> None:
        activity = self._add(effect, Activity.Status.COMPLETED, effect.flow)
        if effect.node.kind in ENDS and (effect.scope == ROOT or effect.node.extension("event")):
            self._publish(activity, effect.node)
        if effect.terminate and effect.scope == ROOT:
            self._empty(ROOT)

    @_take.register
    def _finished(self, effect: Finished) -> None:
        self.instance.complete(at_node=effect.node.id, now=self.now)
        self._closed.add(ROOT)
        self.note("process.ended", node=effect.node.id)
        self._report(CallReport.Kind.ENDED)

    @_take.register
    def _opened(self, effect: Opened) -> None:
        self._standing.open(effect, self._inside_of)
        self._listen(effect.scope, waits.in_scope(self.process, effect))

    @_take.register
    def _scope_closed(self, effect: Closed) -> None:
        row = self._standing.close(effect.scope)
        self._closed.add(effect.scope)
        self._fresh.close(effect.scope)
        if row.activity_id is None:
            return
        if row.activity_id in self._fresh.activities:
            self._fresh.finish(self._fresh.activities[row.activity_id])
        else:
            self._done[row.activity_id] = row.node_id

    @_take.register
    def _scope_emptied(self, effect: Emptied) -> None:
        self._empty(effect.scope)

    @_take.register
    def _assigned(self, effect: Assigned) -> None:
        self._standing.assign(effect.scope, effect.values)

    @_take.register
    def _escaped(self, effect: Escaped) -> None:
        self.escaped.append(effect)
        code = effect.code[:LONGEST_CODE]
        self.note(f"{effect.what}.uncaught", node=effect.node.id, code=code)
        self._report(CallReport.Kind(effect.what), effect.code, effect.message)

    @_take.register
    def _threw(self, effect: Threw) -> None:
        message = throwing.message_of(effect, self._place(effect.scope), self.actor)
        self._fresh.messages.append(message)
        said = {"node": effect.node.id, "name": effect.name}
        self.note(f"{effect.what}.sent", f"message:{message.pk}", **said)
        if message.problem:
            self.note(f"{effect.what}.refused", f"message:{message.pk}", name=effect.name)

    @_take.register(Recorded)
    @_take.register(Undoing)
    def _kept_elsewhere(self, effect: Recorded | Undoing) -> None:
        """What can be compensated is part of its scope."""

    # --- rows ---

    def _add(self, effect: Any, status: Activity.Status, flow: str | None = None) -> Activity:
        return self._fresh.add(effect.node, effect.scope, status, flow)

    def _place(self, scope: int, activity: Activity | None = None) -> Place:
        known = self._standing.seen(scope)
        if activity and activity.inputs:
            known = {**known, **activity.inputs}
        return Place(self.instance, self.now, scope, activity, known)

    def _wait(self, activity: Activity, found: Iterable[waits.Wait]) -> None:
        """What the new activity waits for. Its timers come last: they may be in trouble."""
        openings, node = self._fresh.openings, self.process.nodes[activity.node_id]
        jobs, timers = len(openings.jobs), len(openings.timers)
        try:
            openings.add(found, self._place(activity.scope, activity))
        except CannotOpen as trouble:
            self._trouble(activity, trouble.kind, str(trouble))
        for job in openings.jobs[jobs:]:
            self.note("job.created", f"job:{job.pk}", node=node.id, handler=job.handler)
        for timer in openings.timers[timers:]:
            if node.kind is Kind.TIMER_CATCH:
                due_at = timer.due_at.isoformat()
                self.note("timer.set", f"activity:{activity.pk}", node=node.id, due_at=due_at)
        self._rulings.extend(openings.decisions)
        openings.decisions.clear()

    def _listen(self, scope: int, found: Iterable[waits.Wait]) -> None:
        """A scope listens for what begins its event sub-processes."""
        try:
            self._fresh.openings.add(found, self._place(scope))
        except CannotOpen as trouble:
            owner = self._inside_of if scope != ROOT else None
            first = next(iter(self._fresh.activities.values()))
            self._trouble(owner or first, trouble.kind, str(trouble))

    def _report(self, kind: CallReport.Kind, code: str = "", message: str = "") -> None:
        """Tell whoever called this instance, once this step is there for everybody to see."""
        if self.instance.caller_id is not None:
            self._fresh.reports.append(
                CallReport(
                    called=self.instance,
                    kind=kind,
                    code=code,
                    message=message,
                    look_at=self.now,
                    created_at=self.now,
                )
            )

    def _publish(self, activity: Activity, node: Node) -> None:
        try:
            known = self._standing.seen(activity.scope)
            kind, data = extensions.event(self.process, node, known)
        except FeelError as error:
            sentence = f"The event of {node.name or node.id} cannot be evaluated: {error}"
            self._trouble(activity, Incident.Kind.EVENT, sentence)
            return
        event = publishing.event_of(kind, instance=self.instance, data=data, now=self.now)
        self._fresh.events.append(event)
        self.note("event.published", f"event:{event.pk}", type=kind, node=node.id)

    def _trouble(self, activity: Activity, kind: Incident.Kind, sentence: str) -> None:
        incident = self._fresh.trouble(activity, kind, sentence)
        if incident is not None:
            subject = f"incident:{incident.pk}"
            self.note("incident.opened", subject, trouble=kind.value, node=activity.node_id)

    def _refuse_doubles(self) -> None:
        """What waits for a message and key that somebody waits for already is in trouble."""
        double = listening.taken(self._fresh.openings.listeners)
        if not double:
            return
        gone = {listener.pk for listener in double}
        self._fresh.openings.forget(lambda row: row.pk in gone)
        for listener in double:
            node = self.process.nodes[listener.node_id]
            sentence = listening.sentence(listener, node.name or node.id)
            owner = listener.activity or self._owner_of(listener.scope)
            self._trouble(owner, Incident.Kind.HANDLER, sentence)

    def _owner_of(self, scope: int) -> Activity:
        row = self._standing.rows.get(scope)
        if row is not None and row.activity is not None:
            return row.activity
        return next(iter(self._fresh.activities.values()))

    # --- taking back ---

    def _drop(self, token: UUID) -> None:
        """A token is cancelled, whether this step has set it down or an earlier one."""
        if token in self._fresh.activities:
            self._fresh.cancel([self._fresh.activities[token]])
        else:
            self._dropped.add(token)

    def _empty(self, scope: int) -> None:
        """Whatever lies in a scope is cancelled, what this step has set down there included."""

        def is_within(number: int) -> bool:
            return self._standing.is_within(number, scope)

        self._emptied.add(scope)
        self._fresh.empty(is_within)
        self._joins.forget(is_within)
        self._standing.empty(scope)

    # --- writing ---

    def _complete_rows(self) -> None:
        tokens = [*self._joins.consumed(self.instance), *self._done]
        if tokens:
            Activity.objects.filter(pk__in=tokens, status__in=cancelling.LIVE).update(
                status=Activity.Status.COMPLETED, ended_at=self.now
            )
        if any(self.process.nodes[node].boundary for node in self._done.values()):
            cancelling.waits(self._done, now=self.now)

    def _cancel_rows(self) -> list[Activity]:
        emptied = set(self._emptied)
        if self._standing.had_scopes and emptied:
            inside = cancelling.scopes_inside(self.instance, emptied)
            over = {*inside, *self._interrupted_scopes}
            cancelling.end_scopes(self.instance, over, now=self.now)
            emptied.update(inside)
        cancelled = cancelling.live_in(self.instance, emptied, self._dropped)
        cancelling.rows(cancelled, now=self.now)
        if self._has_event_sub_processes and (quiet := emptied | self._closed):
            cancelling.waits_of_scopes(self.instance, quiet, now=self.now)
        return cancelled

    @property
    def _has_event_sub_processes(self) -> bool:
        return any(node.kind is Kind.EVENT_SUB_PROCESS for node in self.process.nodes.values())
