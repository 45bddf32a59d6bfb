"""Timers fire: rows with a due time, found by any number of sweeps, each fired once."""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction

from workflows import definitions, handover, runtime, standing
from workflows.bpmn import cron
from workflows.bpmn.model import Kind
from workflows.journal import Fact
from workflows.literals import literal
from workflows.models import Incident, ProcessInstance, StartTimer, Timer

BATCH = 200

logger = logging.getLogger(__name__)


def fire_due(now: datetime, *, at_most: int = BATCH) -> int:
    """Fire what is due, the longest overdue first, each in a transaction of its own.

    An instance that somebody is working on is passed by until the next sweep.
    """
    due = Timer.objects.filter(status=literal("pending"), due_at__lte=now)
    found = due.order_by("due_at", "id").values_list("pk", "instance_id")[:at_most]
    return sum(_fire_safely(timer_id, instance_id, now) for timer_id, instance_id in list(found))


@transaction.atomic
def fire(timer_id: UUID, instance_id: UUID, *, now: datetime) -> bool:
    """Fire one timer; False when it is not due any more or its instance is being worked on."""
    held = _hold(timer_id, instance_id, now=now)
    if held is None:
        return False
    instance, timer = held
    timer.fire(now=now)
    timer.save(update_fields=["status", "ended_at"])
    fact = Fact(
        kind="timer.fired",
        actor="system",
        subject=f"timer:{timer.pk}",
        detail={"node": timer.node_id, "due_at": timer.due_at.isoformat()},
    )
    _happen(instance, timer, fact, now)
    return True


def _happen(instance: ProcessInstance, timer: Timer, fact: Fact, now: datetime) -> None:
    """What the timer was set for: a boundary event, an event sub-process, or a token's wait."""
    node = definitions.process_of(instance).nodes[timer.node_id]
    said: dict[str, Any] = {"instance": instance, "actor": "system", "now": now, "fact": fact}
    is_boundary, token = node.kind is Kind.BOUNDARY_TIMER, timer.activity
    if token is not None and not is_boundary:
        runtime.complete(activity=token, event=node.id, variables={}, **said)
        return
    if not node.interrupting:
        _set_again(timer, now=now)
    if token is None:
        runtime.trigger(node_id=node.id, scope=timer.scope, **said)
    else:
        runtime.fire_boundary(activity=token, node_id=node.id, **said)


def next_due(due_at: datetime, *, period: timedelta, now: datetime) -> datetime:
    """The first moment of the cycle after `now`: repetitions that were missed are not made up."""
    missed = max(0, (now - due_at) // period)
    return due_at + (missed + 1) * period


def _hold(
    timer_id: UUID, instance_id: UUID, *, now: datetime
) -> tuple[ProcessInstance, Timer] | None:
    """The instance, then the timer, both locked, if the timer is still to be fired."""
    instance = runtime.hold_if_free(instance_id)
    if instance is None:
        return None
    held = Timer.objects.select_for_update(no_key=True, of=("self",)).select_related("activity")
    timer = held.filter(pk=timer_id, status=Timer.Status.PENDING, due_at__lte=now).first()
    return (instance, timer) if timer else None


def _set_again(timer: Timer, *, now: datetime) -> None:
    due_at = due_again(timer, now=now)
    if due_at is None or timer.repeats_left == 0:
        return
    Timer.objects.create(
        instance_id=timer.instance_id,
        activity_id=timer.activity_id,
        scope=timer.scope,
        node_id=timer.node_id,
        due_at=due_at,
        repeats_left=None if timer.repeats_left is None else timer.repeats_left - 1,
        period=timer.period,
        cron=timer.cron,
    )


def due_again(timer: Timer | StartTimer, *, now: datetime) -> datetime | None:
    """When a cycle fires next; None when it does not."""
    if timer.cron:
        return cron.parse(timer.cron).after(max(now, timer.due_at))
    if timer.period is None:
        return None
    return next_due(timer.due_at, period=timer.period, now=now)


def _fire_safely(timer_id: UUID, instance_id: UUID, now: datetime) -> bool:
    """One timer that cannot fire holds up no other: it is given to a person."""
    try:
        return fire(timer_id, instance_id, now=now)
    except OperationalError as busy:
        logger.info("Timer %s is left for the next sweep: %s", timer_id, busy)
    except Exception:
        logger.exception("Timer %s cannot fire", timer_id)
        _give_to_a_person(timer_id, instance_id, now)
    return False


@transaction.atomic
def _give_to_a_person(timer_id: UUID, instance_id: UUID, now: datetime) -> None:
    held = _hold(timer_id, instance_id, now=now)
    if held is None:
        return
    instance, timer = held
    timer.cancel(now=now)
    timer.save(update_fields=["status", "ended_at"])
    handover.open_incident(
        instance=instance,
        activity=timer.activity or standing.owner_of(instance, timer.scope),
        kind=Incident.Kind.TIMER,
        message=f"The timer {timer.node_id} was due and could not fire. See the log.",
        now=now,
    )
