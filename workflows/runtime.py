"""The only place where engine meets database: instances start, move on and are cancelled here.

Lock order everywhere: process instance, then review, then work item. Whoever moves an instance on
holds its row; everything below happens in the caller's transaction.

A transaction holds one instance. What an instance wants of another one, or has to tell it, is a row
(`Call`, `CallReport`) that `workflows.calls` settles in a transaction of its own. The one exception
is the start of a called instance: its caller is held, and nobody else can see the new one yet.
"""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from workflows import (
    cancelling,
    canonical,
    conditions,
    definitions,
    handlers,
    handover,
    journal,
    wakeups,
)
from workflows import variables as known
from workflows.bpmn.kinds import BOUNDARIES, STARTS, Kind
from workflows.bpmn.model import Node, Process
from workflows.bpmn.scopes import ROOT
from workflows.bpmn.tokens import (
    BoundaryFired,
    Completed,
    ErrorThrown,
    Escalated,
    Happening,
    Retried,
    Started,
    Triggered,
)
from workflows.effects import Step
from workflows.ids import uuid7
from workflows.journal import Fact
from workflows.models import (
    Activity,
    CallReport,
    Listener,
    ProcessDefinition,
    ProcessInstance,
    Scope,
)
from workflows.refusals import NotValid, OutOfDate

NOTHING: Mapping[str, Any] = MappingProxyType({})
MOST_MET = 100  # conditions that one change may meet
HEARD: Mapping[str, str] = MappingProxyType(
    {
        Listener.Kind.MESSAGE: "message.received",
        Listener.Kind.SIGNAL: "signal.received",
        Listener.Kind.CONDITION: "condition.met",
    }
)
_looking: ContextVar[frozenset[UUID]] = ContextVar("instances being looked at", default=frozenset())
# What an instance that was cancelled writes of itself.
EMPTY = ("status", "ended_at", "live_tokens", "resting", "joins")


class Over(OutOfDate):
    """The process instance has ended or was cancelled."""


class AlreadyDone(OutOfDate):
    """The step has been completed or cancelled meanwhile."""


# --- holding ------------------------------------------------------------------------------------


def hold(instance_id: UUID) -> ProcessInstance:
    """The instance as it is now, locked until the transaction ends. First in the lock order.

    Whatever was read before this call may be out of date.
    """
    return ProcessInstance.objects.select_for_update(no_key=True).get(pk=instance_id)


def hold_if_free(instance_id: UUID) -> ProcessInstance | None:
    """Like `hold`, but passes by an instance that somebody else is working on."""
    free = ProcessInstance.objects.select_for_update(no_key=True, skip_locked=True)
    return free.filter(pk=instance_id).first()


# --- starting, moving on, cancelling ------------------------------------------------------------


@transaction.atomic(savepoint=False)
def start(
    *,
    definition: ProcessDefinition,
    variables: Mapping[str, Any],
    business_key: str,
    by: str,
    now: datetime,
    start_node: str | None = None,
    instance_id: UUID | None = None,
    caller: Activity | None = None,
) -> ProcessInstance:
    """A new instance that has run as far as it can without waiting; `by` is who or what began it.

    `start_node` may be left out where the process has one plain start, or one start in all.
    `caller` is the call activity that waits for it, of an instance that is held.
    """
    process = definitions.compiled(definition)
    node = _start_node(process, start_node)
    given = known.checked(variables)
    instance = ProcessInstance(
        id=instance_id or uuid7(),
        definition=definition,
        business_key=business_key,
        variables=given,
        started_at=now,
        started_by=by,
        **_below(caller),
    )
    fact = Fact(
        kind="process.started",
        actor=by,
        subject=f"process:{instance.pk}",
        detail={
            "definition": definition.key,
            "version": definition.version,
            "node": node.id,
            "variables_sha256": canonical.digest(given),
            **({"caller": str(caller.instance_id)} if caller else {}),
        },
    )
    instance.save(force_insert=True)
    _advance(instance, Started(node.id), actor=by, now=now, facts=[fact])
    return instance


@transaction.atomic(savepoint=False)
def complete(
    *,
    activity: Activity,
    instance: ProcessInstance,
    variables: Mapping[str, Any],
    actor: str,
    now: datetime,
    fact: Fact | None = None,
    before: Iterable[Fact] = (),
    event: str | None = None,
) -> None:
    """The work of an activity is done: its token moves on, with what is known now.

    `instance` is held. `fact` is what the journal says instead of "activity.completed", and
    `before` what it says first: why the work is done. `event` is the one that occurred behind an
    event-based gateway.
    """
    refuse_when_over(instance)
    _end(activity, now=now)
    said = fact or Fact(
        kind="activity.completed",
        actor=actor,
        subject=f"activity:{activity.pk}",
        detail={"node": activity.node_id},
    )
    node = definitions.process_of(instance).nodes[activity.node_id]
    if node.boundary or node.kind is Kind.EVENT_GATEWAY:
        _leave_boundary(activity, now=now)
    _advance(
        instance,
        Completed(event or activity.node_id, activity.scope, known.checked(variables)),
        subject=activity,
        actor=actor,
        now=now,
        facts=[*before, said],
    )


@transaction.atomic(savepoint=False)
def retry(
    *, activity: Activity, instance: ProcessInstance, actor: str, now: datetime, fact: Fact
) -> None:
    """A token that was stuck tries again what it could not do. `instance` is held."""
    refuse_when_over(instance)
    _end(activity, now=now)
    entering = activity.stuck == Activity.Stuck.ENTERING
    happening = Retried(activity.node_id, activity.scope, entering)
    _advance(instance, happening, subject=activity, actor=actor, now=now, facts=[fact])


@transaction.atomic(savepoint=False)
def fire_boundary(
    *,
    activity: Activity,
    node_id: str,
    instance: ProcessInstance,
    actor: str,
    now: datetime,
    fact: Fact,
    variables: Mapping[str, Any] = NOTHING,
) -> None:
    """A boundary event of a live activity fires. `instance` is held."""
    refuse_when_over(instance)
    happening = BoundaryFired(node_id, activity.scope, _inside(activity, instance), variables)
    _advance(instance, happening, subject=activity, actor=actor, now=now, facts=[fact])


@transaction.atomic(savepoint=False)
def trigger(
    *,
    node_id: str,
    scope: int,
    instance: ProcessInstance,
    actor: str,
    now: datetime,
    fact: Fact,
    variables: Mapping[str, Any] = NOTHING,
) -> None:
    """The event that begins an event sub-process of this scope occurred. `instance` is held."""
    refuse_when_over(instance)
    happening = Triggered(node_id, scope, variables)
    _advance(instance, happening, actor=actor, now=now, facts=[fact])


@transaction.atomic(savepoint=False)
def throw_error(
    *,
    activity: Activity,
    instance: ProcessInstance,
    code: str,
    message: str = "",
    variables: Mapping[str, Any] = NOTHING,
    actor: str,
    now: datetime,
    fact: Fact,
) -> bool:
    """The work of an activity ended with a BPMN error; False when nobody catches it.

    `instance` is held. Then the activity stays as it is, for a person to look at.
    """
    refuse_when_over(instance)
    if activity.status != Activity.Status.ACTIVE:
        raise AlreadyDone(f"{activity} was completed or cancelled meanwhile. Nothing was changed.")
    happening = ErrorThrown(
        activity.node_id, activity.scope, code, message, _inside(activity, instance),
        known.checked(dict(variables)),
    )  # fmt: skip
    step = _advance(instance, happening, subject=activity, actor=actor, now=now, facts=[fact])
    return not step.escaped


@transaction.atomic(savepoint=False)
def escalate(
    *,
    activity: Activity,
    instance: ProcessInstance,
    code: str,
    actor: str,
    now: datetime,
    fact: Fact,
) -> None:
    """The work of an activity escalates, and goes on unless who listens interrupts it.

    `instance` is held.
    """
    refuse_when_over(instance)
    happening = Escalated(
        activity.node_id, activity.scope, code, _inside(activity, instance), NOTHING
    )
    _advance(instance, happening, subject=activity, actor=actor, now=now, facts=[fact])


@transaction.atomic
def cancel(*, instance_id: UUID, by: str, reason: str, now: datetime) -> ProcessInstance:
    """Stop an instance: nothing of it is to be done any more."""
    instance = hold(instance_id)
    refuse_when_over(instance)
    activities = cancelling.live_activities(instance)
    cancelling.rows(activities, now=now)
    if instance.last_scope:
        inside = cancelling.scopes_inside(instance, [ROOT])
        cancelling.end_scopes(instance, inside, now=now)
    cancelling.waits_of_scopes(instance, [ROOT], now=now)
    instance.cancel(now=now)
    fact = Fact(
        kind="process.cancelled",
        actor=by,
        subject=f"process:{instance.pk}",
        detail={"reason": reason},
    )
    journal.record_all([fact], instance=instance, now=now, also_save=EMPTY)
    cancelling.tell_handlers(activities, instance=instance, now=now)
    handlers.over(instance, now)
    if instance.caller_id is not None:
        CallReport.objects.create(called=instance, kind="cancelled", look_at=now, created_at=now)
        wakeups.once_after_commit(wakeups.SETTLE_CALLS)
    return instance


def refuse_when_over(instance: ProcessInstance) -> None:
    """Nothing moves in an instance that is over."""
    if instance.status != ProcessInstance.Status.RUNNING:
        was = "ended" if instance.status == ProcessInstance.Status.COMPLETED else "was cancelled"
        raise Over(f"The process {was} meanwhile. Nothing was changed.")


# --- conditions and what listens ---------------------------------------------------------------


def hear(
    listener: Listener,
    *,
    instance: ProcessInstance,
    variables: Mapping[str, Any] = NOTHING,
    actor: str,
    now: datetime,
) -> None:
    """What a listener waits for has happened. It is open, its instance is held.

    Its token goes on, its boundary fires, or an event sub-process begins. A listener that does not
    interrupt goes on listening.
    """
    refuse_when_over(instance)
    node = definitions.process_of(instance).nodes[listener.node_id]
    is_boundary, token = node.kind in BOUNDARIES, listener.activity
    fact = Fact(
        kind=HEARD[listener.kind],
        actor=actor,
        subject=f"listener:{listener.pk}",
        detail={"node": node.id, "name": listener.name},
    )
    if node.interrupting or (token is not None and not is_boundary):
        listener.status, listener.ended_at = Listener.Status.HEARD, now
        listener.save(update_fields=["status", "ended_at"])
    said: dict[str, Any] = {"instance": instance, "actor": actor, "now": now, "fact": fact}
    said["variables"] = known.checked(dict(variables))
    if token is None:
        trigger(node_id=node.id, scope=listener.scope, **said)
    elif is_boundary:
        fire_boundary(activity=token, node_id=node.id, **said)
    else:
        complete(activity=token, event=node.id, **said)


def look_at_conditions(instance: ProcessInstance, *, now: datetime) -> None:
    """Variables of a held instance have changed: conditional events that hold now occur.

    Each of them occurs once at most for one change, whatever it sets off.
    """
    process = definitions.process_of(instance)
    if instance.pk in _looking.get() or not conditions.are_in(process):
        return
    token = _looking.set(_looking.get() | {instance.pk})
    try:
        had_their_turn: set[UUID] = set()
        while instance.status == ProcessInstance.Status.RUNNING and len(had_their_turn) < MOST_MET:
            met = conditions.first_met(process, instance=instance, but=had_their_turn)
            if met is None:
                return
            had_their_turn.add(met.pk)
            hear(met, instance=instance, actor="system", now=now)
    finally:
        _looking.reset(token)


# --- one step -----------------------------------------------------------------------------------


def _advance(
    instance: ProcessInstance,
    happening: Happening,
    *,
    actor: str,
    now: datetime,
    facts: Iterable[Fact],
    subject: Activity | None = None,
) -> Step:
    step = Step(
        instance=instance,
        process=definitions.process_of(instance),
        actor=actor,
        now=now,
        at=happening.scope,
        subject=subject,
        facts=facts,
    )
    step.play(happening)
    if isinstance(happening, Started) and instance.status == ProcessInstance.Status.RUNNING:
        step.begin()
    step.write(also_save=_changed(instance))
    if instance.status != ProcessInstance.Status.RUNNING:
        handlers.over(instance, now)
    for position, (activity, node) in enumerate(step.opened):
        # An earlier step may have decided itself and taken the others back.
        if position == 0 or _is_active(activity):
            handover.open_step(instance=instance, activity=activity, node=node, now=now)
    if step.may_meet_conditions:
        look_at_conditions(instance, now=now)
    return step


def _below(caller: Activity | None) -> dict[str, Any]:
    """Where a called instance belongs."""
    if caller is None:
        return {}
    above = caller.instance
    return {"caller": caller, "root_id": above.root_id or above.pk, "depth": above.depth + 1}


def _changed(instance: ProcessInstance) -> list[str]:
    over = instance.status != ProcessInstance.Status.RUNNING
    return ["status", "ended_at", "end_node"] if over else []


def _inside(activity: Activity, instance: ProcessInstance) -> int | None:
    """The scope that this activity's token has opened, if it has."""
    if not instance.last_scope:
        return None
    inside = Scope.objects.filter(activity=activity, status=Scope.Status.OPEN)
    return inside.values_list("number", flat=True).first()


def _is_active(activity: Activity) -> bool:
    return Activity.objects.filter(pk=activity.pk, status=Activity.Status.ACTIVE).exists()


def _end(activity: Activity, *, now: datetime) -> None:
    changed = Activity.objects.filter(pk=activity.pk, status=Activity.Status.ACTIVE).update(
        status=Activity.Status.COMPLETED, ended_at=now
    )
    if not changed:
        raise AlreadyDone(f"{activity} was completed or cancelled meanwhile. Nothing was changed.")
    if activity.status == Activity.Status.ACTIVE:
        activity.complete(now=now)


def _leave_boundary(activity: Activity, *, now: datetime) -> None:
    cancelling.waits([activity.pk], now=now)
    cancelling.settle_incidents([activity.pk], how="The step was completed.", now=now)


def _start_node(process: Process, wanted: str | None) -> Node:
    starts = [node for node in process.inside("") if node.kind in STARTS]
    if wanted is not None:
        starts = [node for node in starts if node.id == wanted]
    elif len(starts) > 1:
        starts = [node for node in starts if node.kind is Kind.START]
    if len(starts) != 1:
        raise NotValid(f"{process.name} cannot be started like this. Name one of its start events.")
    return starts[0]
