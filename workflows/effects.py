"""One step of the engine written down: effects in, rows and journal entries out.

The instance is held. Rows are collected first and written together, so the number of statements
does not grow with the number of tokens.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import singledispatchmethod
from typing import Any
from uuid import UUID

from workflows import cancelling, journal, openings, publishing, wakeups
from workflows.bpmn import extensions
from workflows.bpmn.model import Kind, Node, Process
from workflows.bpmn.tokens import (
    Arrived,
    Effect,
    Ended,
    Entered,
    Finished,
    Interrupted,
    Joined,
    Marking,
    Passed,
    Stuck,
)
from workflows.feel import FeelError
from workflows.journal import Fact
from workflows.models import Activity, Event, Incident, Job, ProcessInstance, Timer

GATEWAYS = (Kind.EXCLUSIVE_GATEWAY, Kind.PARALLEL_GATEWAY)
ENDS = (Kind.END, Kind.TERMINATE_END)


class Step:
    """What one step does to one held instance."""

    def __init__(
        self,
        *,
        instance: ProcessInstance,
        process: Process,
        actor: str,
        now: datetime,
        subject: Activity | None = None,
        facts: Iterable[Fact] = (),
    ) -> None:
        self.instance, self.process = instance, process
        self.actor, self.now = actor, now
        self.subject = subject  # the activity that the step began with
        self.facts = [*facts]
        self.opened: list[tuple[Activity, Node]] = []  # steps for people, told to handlers last
        self.cancelled: list[Activity] = []
        self._noted = {subject.node_id} if subject and subject.kind in GATEWAYS else set()
        self._terminated = False
        self._waiting = self._tokens_at_joins()
        self._joined: list[UUID] = []
        self._activities: list[Activity] = []
        self._jobs: list[Job] = []
        self._timers: list[Timer] = []
        self._incidents: list[Incident] = []
        self._events: list[Event] = []

    @property
    def marking(self) -> Marking:
        """Where tokens stand, as far as the engine has to know."""
        joins: dict[str, dict[str, int]] = defaultdict(dict)
        for (node, flow), tokens in self._waiting.items():
            joins[node][flow] = len(tokens)
        return Marking(live=self.instance.live_tokens, joins=joins)

    def take(self, effects: Iterable[Effect]) -> None:
        """Collect what these effects, in their order, make of the instance."""
        for effect in effects:
            self._take(effect)

    def write(self, *, also_save: Iterable[str]) -> None:
        """Write everything down, with what the step makes of the instance itself."""
        if self._terminated:
            self.cancelled += cancelling.live_activities(self.instance)
        cancelling.rows(self.cancelled, now=self.now)
        if self._joined:
            Activity.objects.filter(pk__in=self._joined).update(
                status=Activity.Status.COMPLETED, ended_at=self.now
            )
        self._create()
        journal.record_all(self.facts, instance=self.instance, now=self.now, also_save=also_save)
        if self._jobs:
            wakeups.after_commit(wakeups.RUN_JOB, [job.pk for job in self._jobs])
        cancelling.tell_handlers(self.cancelled, instance=self.instance, now=self.now)

    def note(self, kind: str, subject: str = "", **detail: Any) -> None:
        """Remember a fact for the journal."""
        self.facts.append(Fact(kind=kind, actor=self.actor, subject=subject, detail=detail))

    # --- one effect each ---

    @singledispatchmethod
    def _take(self, effect: Effect) -> None:
        raise TypeError(f"{effect!r} is not an effect.")

    @_take.register
    def _passed(self, effect: Passed) -> None:
        node = effect.node
        if node.kind in GATEWAYS:
            self.note("gateway.passed", node=node.id, flows=list(effect.flows))
        if node.id in self._noted:
            self._noted.discard(node.id)
        else:
            self._add(node, effect.flow, Activity.Status.COMPLETED)

    @_take.register
    def _entered(self, effect: Entered) -> None:
        node = effect.node
        activity = self._add(node, effect.flow, Activity.Status.ACTIVE)
        try:
            self._open(activity, node)
        except openings.CannotOpen as trouble:
            self._trouble(activity, trouble.kind, str(trouble))

    @_take.register
    def _arrived(self, effect: Arrived) -> None:
        activity = self._add(effect.node, effect.flow, Activity.Status.WAITING)
        self._waiting[effect.node.id, effect.flow].append(activity)

    @_take.register
    def _joined_up(self, effect: Joined) -> None:
        for flow in effect.flows:
            activity = self._waiting[effect.node.id, flow].popleft()
            if activity._state.adding:
                activity.complete(now=self.now)
            else:
                self._joined.append(activity.pk)
        self._noted.add(effect.node.id)

    @_take.register
    def _interrupted(self, _effect: Interrupted) -> None:
        if self.subject is None:
            raise ValueError("A boundary event interrupts the activity that it sits on.")
        self.cancelled.append(self.subject)
        self.note("activity.cancelled", f"activity:{self.subject.pk}", node=self.subject.node_id)

    @_take.register
    def _stuck(self, effect: Stuck) -> None:
        activity = self._add(effect.node, None, Activity.Status.ACTIVE)
        self._trouble(activity, Incident.Kind.STUCK, effect.reason)

    @_take.register
    def _ended(self, effect: Ended) -> None:
        activity = self._add(effect.node, effect.flow, Activity.Status.COMPLETED)
        if effect.node.kind in ENDS:
            self._publish(activity, effect.node)
        if effect.terminate:
            self._terminate()

    @_take.register
    def _finished(self, effect: Finished) -> None:
        self.instance.complete(at_node=effect.node.id, now=self.now)
        self.note("process.ended", node=effect.node.id)

    # --- rows ---

    def _add(self, node: Node, flow: str | None, status: Activity.Status) -> Activity:
        over = status in (Activity.Status.COMPLETED, Activity.Status.CANCELLED)
        activity = Activity(
            instance=self.instance,
            node_id=node.id,
            kind=node.kind,
            name=node.name,
            flow_id=flow or "",
            status=status,
            entered_at=self.now,
            ended_at=self.now if over else None,
        )
        self._activities.append(activity)
        return activity

    def _open(self, activity: Activity, node: Node) -> None:
        """What the new activity waits for. Its timers come last: they may be in trouble."""
        if node.kind is Kind.SERVICE_TASK:
            job = openings.job_for(activity, node, self.instance, self.now)
            self._jobs.append(job)
            self.note("job.created", f"job:{job.pk}", node=node.id, handler=job.handler)
        elif node.kind is Kind.USER_TASK:
            self.opened.append((activity, node))
        timers = openings.timers_for(activity, node, self.process, self.instance, self.now)
        self._timers += timers
        if node.kind is Kind.TIMER_CATCH:
            due_at = timers[0].due_at.isoformat()
            self.note("timer.set", f"activity:{activity.pk}", node=node.id, due_at=due_at)

    def _publish(self, activity: Activity, node: Node) -> None:
        try:
            kind, data = extensions.event(self.process, node, self.instance.variables)
        except FeelError as error:
            sentence = f"The event of {node.name or node.id} cannot be evaluated: {error}"
            self._trouble(activity, Incident.Kind.EVENT, sentence)
            return
        event = publishing.event_of(kind, instance=self.instance, data=data, now=self.now)
        self._events.append(event)
        self.note("event.published", f"event:{event.pk}", type=kind, node=node.id)

    def _trouble(self, activity: Activity, kind: Incident.Kind, sentence: str) -> None:
        incident = Incident(
            instance=self.instance,
            activity=activity,
            kind=kind,
            message=sentence,
            opened_at=self.now,
        )
        self._incidents.append(incident)
        self.note(
            "incident.opened", f"incident:{incident.pk}", trouble=kind.value, node=activity.node_id
        )

    def _terminate(self) -> None:
        """Every other token ends, those that this step has set down included."""
        self._terminated = True
        fresh = [each for each in self._activities if each.status in cancelling.LIVE]
        for activity in fresh:
            activity.cancel(now=self.now)
        gone = {activity.pk for activity in fresh}
        self._jobs = [job for job in self._jobs if job.activity_id not in gone]
        self._timers = [timer for timer in self._timers if timer.activity_id not in gone]
        self._incidents = [each for each in self._incidents if each.activity_id not in gone]
        self.opened = [(each, node) for each, node in self.opened if each.pk not in gone]

    def _create(self) -> None:
        rows: list[tuple[Any, list[Any]]] = [
            (Activity, self._activities),
            (Job, self._jobs),
            (Timer, self._timers),
            (Incident, self._incidents),
            (Event, self._events),
        ]
        for model, fresh in rows:
            if fresh:
                model.objects.bulk_create(fresh)

    def _tokens_at_joins(self) -> Mapping[tuple[str, str], deque[Activity]]:
        waiting: dict[tuple[str, str], deque[Activity]] = defaultdict(deque)
        if self.instance._state.adding or not _has_join(self.process):
            return waiting
        found = Activity.objects.filter(instance=self.instance, status=Activity.Status.WAITING)
        for activity in found.order_by("id"):
            waiting[activity.node_id, activity.flow_id].append(activity)
        return waiting


def _has_join(process: Process) -> bool:
    return any(
        node.kind is Kind.PARALLEL_GATEWAY and len(node.incoming) > 1
        for node in process.nodes.values()
    )
