"""One step of a held instance and what it sets off: handlers are told, conditions come true."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from workflows import cancelling, conditions, definitions, handlers, handover, journal, postponing
from workflows import variables as known
from workflows.bpmn.kinds import BOUNDARIES, Kind
from workflows.bpmn.model import Node
from workflows.bpmn.tokens import BoundaryFired, Completed, Happening, Started, Triggered
from workflows.effects import Step, write_down
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
# What `Activity.complete` does, for as many as there are, unless one is over already.
END = """
UPDATE workflows_activity SET status = 'completed', ended_at = %s
 WHERE id = ANY(%s) AND status = 'active'
"""
_looking: ContextVar[frozenset[UUID]] = ContextVar("instances being looked at", default=frozenset())


@dataclass(frozen=True, slots=True)
class Move:
    """What has happened to a held instance, and what the journal says of it.

    `subject` is the activity that it happened to.
    """

    instance: ProcessInstance
    happening: Happening
    facts: Iterable[Fact]
    subject: Activity | None = None


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
    [step] = advance_each([Move(instance, happening, facts, subject)], actor=actor, now=now)
    return step


def advance_each(moves: Iterable[Move], *, actor: str, now: datetime) -> list[Step]:
    """The same for several instances at once, all of which are held."""
    steps = [_played(move, actor=actor, now=now) for move in moves]
    with ExitStack() as kept:
        for step in steps:
            if step.opened or len(steps) == 1:  # handlers have something to say as well
                kept.enter_context(journal.gathering(step.instance))
        write_down(steps, now=now)
        handlers.over(*(step.instance for step in steps if _is_over(step.instance)), now=now)
        for step in steps:
            handover.open_steps(instance=step.instance, steps=step.opened, now=now)
    for step in steps:
        if step.may_meet_conditions:
            look_at_conditions(step.instance, now=now)
    return steps


def _played(move: Move, *, actor: str, now: datetime) -> Step:
    instance, happening = move.instance, move.happening
    step = Step(
        instance=instance,
        process=definitions.process_of(instance),
        actor=actor,
        now=now,
        at=happening.scope,
        subject=move.subject,
        facts=move.facts,
    )
    step.play(happening)
    if isinstance(happening, Started) and instance.status == ProcessInstance.Status.RUNNING:
        step.begin()
    return step


# --- the activity that it happens to -------------------------------------------------------------


def end(*activities: Activity, now: datetime) -> None:
    """Tokens rest here no longer. Raises `AlreadyDone` when one does not any more."""
    keys = [each.pk for each in activities]
    changed = postponing.run(Activity._meta.db_table, END, [now, keys])
    if changed != len(activities):
        which = ", ".join(map(str, activities))
        raise AlreadyDone(f"{which} was completed or cancelled meanwhile. Nothing was changed.")
    for activity in activities:
        if activity.status == Activity.Status.ACTIVE:
            activity.complete(now=now)


def end_work(*works: tuple[Activity, ProcessInstance], now: datetime) -> None:
    """The work of activities is done: what sat on them waits no longer."""
    if not works:
        return
    end(*(activity for activity, _ in works), now=now)
    waited = [activity.pk for activity, instance in works if _has_events(activity, instance)]
    if waited:
        cancelling.waits(waited, now=now)
        cancelling.settle_incidents(waited, how="The step was completed.", now=now)


def _has_events(activity: Activity, instance: ProcessInstance) -> bool:
    node = definitions.process_of(instance).nodes[activity.node_id]
    return bool(node.boundary) or node.kind is Kind.EVENT_GATEWAY


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
        end_work((listener.activity, instance), now=now)
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


def _is_over(instance: ProcessInstance) -> bool:
    return str(instance.status) != ProcessInstance.Status.RUNNING
