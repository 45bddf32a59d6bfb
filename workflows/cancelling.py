"""Taking tokens back: activities with everything that hangs on them. The instance is held."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Q, Value, When

from workflows import handlers, wakeups
from workflows.bpmn.answers import SENDERS
from workflows.bpmn.model import Kind
from workflows.bpmn.scopes import ROOT
from workflows.models import (
    Activity,
    Call,
    Incident,
    Job,
    Listener,
    Message,
    ProcessInstance,
    Scope,
    Timer,
)

LIVE = (Activity.Status.ACTIVE, Activity.Status.WAITING)
OPEN_CALLS = (Call.Status.WANTED, Call.Status.TROUBLED, Call.Status.RUNNING)
OPEN_JOBS = (Job.Status.READY, Job.Status.LEASED, Job.Status.DEAD)
WORKED_ON = frozenset([Kind.SERVICE_TASK, Kind.SEND_TASK, Kind.RULE_TASK])


def live_activities(instance: ProcessInstance) -> list[Activity]:
    """Everything of an instance that still holds a token."""
    return list(Activity.objects.filter(instance=instance, status__in=LIVE).order_by("id"))


def live_in(
    instance: ProcessInstance, scopes: Collection[int], tokens: Collection[UUID]
) -> list[Activity]:
    """These tokens, and all that lie in these scopes, as far as they are live."""
    if not scopes and not tokens:
        return []
    if ROOT in scopes:
        return live_activities(instance)
    wanted = Q(scope__in=scopes) | Q(pk__in=tokens) if scopes else Q(pk__in=tokens)
    found = Activity.objects.filter(wanted, instance=instance, status__in=LIVE)
    return list(found.order_by("id"))


def scopes_inside(instance: ProcessInstance, scopes: Collection[int]) -> list[int]:
    """Cancel the open scopes inside of these; their numbers. 0 is the instance itself."""
    inside = Scope.objects.filter(instance=instance, status=Scope.Status.OPEN)
    if ROOT not in scopes:
        inside = inside.filter(path__overlap=list(scopes))
    return list(inside.values_list("number", flat=True))


def end_scopes(instance: ProcessInstance, numbers: Collection[int], *, now: datetime) -> None:
    """Scopes are cancelled: nothing is counted in them any more."""
    if numbers:
        Scope.objects.filter(
            instance=instance, number__in=numbers, status=Scope.Status.OPEN
        ).update(
            status=Scope.Status.CANCELLED, ended_at=now, live=0, resting={}, joins={}, queue=[]
        )


def rows(activities: Sequence[Activity], *, now: datetime) -> None:
    """Cancel activities, their jobs and timers; their incidents are no longer anybody's concern."""
    if not activities:
        return
    ids = [activity.pk for activity in activities]
    Activity.objects.filter(pk__in=ids, status__in=LIVE).update(
        status=Activity.Status.CANCELLED, ended_at=now
    )
    if any(activity.kind in WORKED_ON for activity in activities):
        Job.objects.filter(activity__in=ids, status__in=OPEN_JOBS).update(
            status=Job.Status.CANCELLED, lease_expires_at=None, dispatch_at=None, ended_at=now
        )
    if any(activity.kind == Kind.CALL_ACTIVITY for activity in activities):
        _calls(ids, now=now)
    if any(activity.kind in SENDERS for activity in activities):
        _messages(ids, now=now)
    waits(ids, now=now)
    settle_incidents(ids, how="The step was cancelled.", now=now)


def _messages(activity_ids: Collection[UUID], *, now: datetime) -> None:
    """What these steps have sent and wait for to be taken is withdrawn, unless somebody has it."""
    Message.objects.filter(
        activity__in=activity_ids, untold=True, status=Message.Status.WAITING
    ).update(
        status=Message.Status.WITHDRAWN, problem="The step that sent it was cancelled.",
        ended_by="system", ended_at=now, untold=False,
    )  # fmt: skip


def _calls(activity_ids: Collection[UUID], *, now: datetime) -> None:
    """Called processes that run are to be cancelled, each in a transaction of its own."""
    runs = Q(status=Call.Status.RUNNING)
    Call.objects.filter(activity__in=activity_ids, status__in=OPEN_CALLS).update(
        status=Case(When(runs, then=Value("stopping")), default=Value("cancelled")),
        look_at=Case(When(runs, then=Value(now)), default=None),
        ended_at=Case(When(runs, then=None), default=Value(now)),
    )
    wakeups.once_after_commit(wakeups.SETTLE_CALLS)


def waits(activity_ids: Collection[UUID], *, now: datetime) -> None:
    """Whatever still waits at these activities waits no longer: timers and listeners."""
    Timer.objects.filter(activity__in=activity_ids, status=Timer.Status.PENDING).update(
        status=Timer.Status.CANCELLED, ended_at=now
    )
    Listener.objects.filter(activity__in=activity_ids, status=Listener.Status.OPEN).update(
        status=Listener.Status.CANCELLED, ended_at=now
    )


def waits_of_scopes(instance: ProcessInstance, scopes: Iterable[int], *, now: datetime) -> None:
    """Event sub-processes of these scopes begin no longer."""
    numbers = list(scopes)
    of_scopes = Q(instance=instance, activity=None)
    if ROOT not in numbers:
        of_scopes &= Q(scope__in=numbers)
    Timer.objects.filter(of_scopes, status=Timer.Status.PENDING).update(
        status=Timer.Status.CANCELLED, ended_at=now
    )
    Listener.objects.filter(of_scopes, status=Listener.Status.OPEN).update(
        status=Listener.Status.CANCELLED, ended_at=now
    )


def settle_incidents(activity_ids: Collection[UUID], *, how: str, now: datetime) -> None:
    """Close incidents that went away together with their step."""
    Incident.objects.filter(activity__in=activity_ids, status=Incident.Status.OPEN).update(
        status=Incident.Status.RESOLVED, resolved_at=now, resolved_by="system", resolution=how
    )


def tell_handlers(
    activities: Sequence[Activity], *, instance: ProcessInstance, now: datetime
) -> None:
    """Those who opened a step for people close it again."""
    for activity in activities:
        if activity.kind == Kind.USER_TASK:
            handlers.cancelled(Kind.USER_TASK, instance, activity, now)
