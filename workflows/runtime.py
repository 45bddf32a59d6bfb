"""The only place where engine meets database: instances start, move on and are cancelled here.

Behind this door: `holding` locks an instance, `instances` starts one, `advancing` takes one step.

Lock order everywhere: process instance, then review, then work item. Whoever moves an instance on
holds its row; everything below happens in the caller's transaction.

A transaction holds one instance. What an instance wants of another one, or has to tell it, is a row
(`Call`, `CallReport`) that `workflows.calls` settles in a transaction of its own. The one exception
is the start of a called instance: its caller is held, and nobody else can see the new one yet.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from workflows import cancelling, handlers, journal, wakeups
from workflows.advancing import (
    NOTHING,
    advance,
    end,
    end_work,
    hear,
    inside,
    look_at_conditions,
)
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.happenings import CannotBe
from workflows.bpmn.kinds import Kind
from workflows.bpmn.scopes import ROOT
from workflows.bpmn.tokens import (
    Activated,
    BoundaryFired,
    Completed,
    ErrorThrown,
    Escalated,
    Retried,
    SaidDone,
    Triggered,
)
from workflows.effects import Step
from workflows.holding import AlreadyDone, Over, hold, hold_if_free, hold_of, refuse_when_over
from workflows.instances import start, undo
from workflows.journal import Fact
from workflows.models import Activity, CallReport, ProcessInstance
from workflows.refusals import NotValid
from workflows.variables import checked

__all__ = [
    "AlreadyDone",
    "Over",
    "cancel",
    "choose",
    "complete",
    "escalate",
    "fire_boundary",
    "hear",
    "hold",
    "hold_if_free",
    "hold_of",
    "look_at_conditions",
    "refuse_when_over",
    "retry",
    "start",
    "throw_error",
    "trigger",
    "undo",
]

# What an instance that was cancelled writes of itself.
EMPTY = ("status", "ended_at", "live_tokens", "resting", "joins")


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
    called: str = "",
) -> None:
    """The work of an activity is done: its token moves on, with what is known now.

    `instance` is held. `fact` is what the journal says instead of "activity.completed", and
    `before` what it says first: why the work is done. `event` is the one that occurred behind an
    event-based gateway, `called` the instance that a call has called, when that can be undone.
    """
    refuse_when_over(instance)
    end_work((activity, instance), now=now)
    said = fact or Fact(
        kind="activity.completed",
        actor=actor,
        subject=f"activity:{activity.pk}",
        detail={"node": activity.node_id},
    )
    advance(
        instance,
        Completed(
            event or activity.node_id, activity.scope, checked(variables), _own(activity), called
        ),
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
    end(activity, now=now)
    entering = activity.stuck == Activity.Stuck.ENTERING
    happening = Retried(activity.node_id, activity.scope, entering, activity.flow_id or None)
    advance(instance, happening, subject=activity, actor=actor, now=now, facts=[fact])


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
    happening = BoundaryFired(node_id, activity.scope, inside(activity, instance), variables)
    advance(instance, happening, subject=activity, actor=actor, now=now, facts=[fact])


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
    advance(instance, happening, actor=actor, now=now, facts=[fact])


@transaction.atomic(savepoint=False)
def choose(
    happening: Activated | SaidDone,
    *,
    instance: ProcessInstance,
    actor: str,
    now: datetime,
    fact: Fact,
) -> None:
    """Somebody begins an activity of an ad-hoc sub-process, or says that it is done.

    `instance` is held. Raises `NotValid` with a sentence when that cannot be.
    """
    refuse_when_over(instance)
    try:
        advance(instance, happening, actor=actor, now=now, facts=[fact])
    except (CannotBe, Unclear) as reason:
        raise NotValid(str(reason)) from reason


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

    `instance` is held. Then the activity stays as it is, for a person to look at. Raises `NotValid`
    when it cannot be told what a call lets out.
    """
    refuse_when_over(instance)
    if activity.status != Activity.Status.ACTIVE:
        raise AlreadyDone(f"{activity} was completed or cancelled meanwhile. Nothing was changed.")
    happening = ErrorThrown(
        activity.node_id, activity.scope, code, message, inside(activity, instance),
        checked(dict(variables)),
    )  # fmt: skip
    step = _told(activity, happening, instance=instance, actor=actor, now=now, fact=fact)
    return not step.escaped


@transaction.atomic(savepoint=False)
def escalate(
    *,
    activity: Activity,
    instance: ProcessInstance,
    code: str,
    variables: Mapping[str, Any] = NOTHING,
    actor: str,
    now: datetime,
    fact: Fact,
) -> None:
    """The work of an activity escalates, and goes on unless who listens interrupts it.

    `instance` is held. Raises `NotValid` when it cannot be told what a call lets out.
    """
    refuse_when_over(instance)
    happening = Escalated(
        activity.node_id, activity.scope, code, inside(activity, instance),
        checked(dict(variables)),
    )  # fmt: skip
    _told(activity, happening, instance=instance, actor=actor, now=now, fact=fact)


def _told(
    activity: Activity,
    happening: ErrorThrown | Escalated,
    *,
    instance: ProcessInstance,
    actor: str,
    now: datetime,
    fact: Fact,
) -> Step:
    try:
        return advance(instance, happening, subject=activity, actor=actor, now=now, facts=[fact])
    except Unclear as reason:
        raise NotValid(str(reason)) from reason


@transaction.atomic
def cancel(*, instance_id: UUID, by: str, reason: str, now: datetime) -> ProcessInstance:
    """Stop an instance: nothing of it is to be done any more."""
    instance = hold(instance_id)
    refuse_when_over(instance)
    activities = cancelling.live_activities(instance)
    cancelling.rows(activities, now=now)
    if instance.last_scope:
        scopes = cancelling.scopes_inside(instance, [ROOT])
        cancelling.end_scopes(instance, scopes, now=now)
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
    handlers.over(instance, now=now)
    if instance.caller_id is not None:
        CallReport.objects.create(called=instance, kind="cancelled", look_at=now, created_at=now)
        wakeups.once_after_commit(wakeups.SETTLE_CALLS)
    return instance


def _own(activity: Activity) -> Mapping[str, Any]:
    """What an activity alone knows. What comes back from a call belongs to its caller."""
    return NOTHING if activity.kind == Kind.CALL_ACTIVITY else activity.inputs or NOTHING
