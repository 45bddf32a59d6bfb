"""One step of a held instance and what it sets off: handlers are told, conditions come true."""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from workflows import cancelling, conditions, definitions, handlers, handover
from workflows import variables as known
from workflows.bpmn.kinds import BOUNDARIES, Kind
from workflows.bpmn.model import Node
from workflows.bpmn.tokens import BoundaryFired, Completed, Happening, Started, Triggered
from workflows.effects import Step
from workflows.holding import AlreadyDone, refuse_when_over
from workflows.journal import Fact
from workflows.models import Activity, Listener, ProcessInstance, Scope

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


def advance(
    instance: ProcessInstance,
    happening: Happening,
    *,
    actor: str,
    now: datetime,
    facts: Iterable[Fact],
    subject: Activity | None = None,
) -> Step:
    """Tokens go as far as they can after this has happened; rows and journal say so.

    `subject` is the activity that it happened to. `instance` is held.
    """
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


# --- the activity that it happens to -------------------------------------------------------------


def end(activity: Activity, *, now: datetime) -> None:
    """A token rests here no longer. Raises `AlreadyDone` when it does not any more."""
    changed = Activity.objects.filter(pk=activity.pk, status=Activity.Status.ACTIVE).update(
        status=Activity.Status.COMPLETED, ended_at=now
    )
    if not changed:
        raise AlreadyDone(f"{activity} was completed or cancelled meanwhile. Nothing was changed.")
    if activity.status == Activity.Status.ACTIVE:
        activity.complete(now=now)


def end_work(activity: Activity, instance: ProcessInstance, *, now: datetime) -> None:
    """The work of an activity is done: what sat on it waits no longer."""
    end(activity, now=now)
    node = definitions.process_of(instance).nodes[activity.node_id]
    if node.boundary or node.kind is Kind.EVENT_GATEWAY:
        cancelling.waits([activity.pk], now=now)
        cancelling.settle_incidents([activity.pk], how="The step was completed.", now=now)


def inside(activity: Activity, instance: ProcessInstance) -> int | None:
    """The scope that this activity's token has opened, if it has."""
    if not instance.last_scope:
        return None
    inner = Scope.objects.filter(activity=activity, status=Scope.Status.OPEN)
    return inner.values_list("number", flat=True).first()


# --- conditions and what listens ----------------------------------------------------------------


@transaction.atomic(savepoint=False)
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
    fact = Fact(
        kind=HEARD[listener.kind],
        actor=actor,
        subject=f"listener:{listener.pk}",
        detail={"node": node.id, "name": listener.name},
    )
    happening = _heard(listener, node, instance, known.checked(dict(variables)))
    if node.interrupting or isinstance(happening, Completed):
        listener.status, listener.ended_at = Listener.Status.HEARD, now
        listener.save(update_fields=["status", "ended_at"])
    if listener.activity is not None and isinstance(happening, Completed):
        end_work(listener.activity, instance, now=now)
    advance(instance, happening, subject=listener.activity, actor=actor, now=now, facts=[fact])


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


def _heard(
    listener: Listener, node: Node, instance: ProcessInstance, result: Mapping[str, Any]
) -> Happening:
    token = listener.activity
    if token is None:
        return Triggered(node.id, listener.scope, result)
    if node.kind in BOUNDARIES:
        return BoundaryFired(node.id, token.scope, inside(token, instance), result)
    return Completed(node.id, token.scope, result)


# --- after the step -----------------------------------------------------------------------------


def _changed(instance: ProcessInstance) -> list[str]:
    over = instance.status != ProcessInstance.Status.RUNNING
    return ["status", "ended_at", "end_node"] if over else []


def _is_active(activity: Activity) -> bool:
    return Activity.objects.filter(pk=activity.pk, status=Activity.Status.ACTIVE).exists()
