"""Taking tokens back: activities with everything that hangs on them. The instance is held."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from workflows import handlers
from workflows.bpmn.model import Kind
from workflows.models import Activity, Incident, Job, ProcessInstance, Timer

LIVE = (Activity.Status.ACTIVE, Activity.Status.WAITING)
OPEN_JOBS = (Job.Status.READY, Job.Status.LEASED, Job.Status.DEAD)


def live_activities(instance: ProcessInstance) -> list[Activity]:
    """Everything of an instance that still holds a token."""
    return list(Activity.objects.filter(instance=instance, status__in=LIVE).order_by("id"))


def rows(activities: Sequence[Activity], *, now: datetime) -> None:
    """Cancel activities, their jobs and timers; their incidents are no longer anybody's concern."""
    if not activities:
        return
    ids = [activity.pk for activity in activities]
    Activity.objects.filter(pk__in=ids, status__in=LIVE).update(
        status=Activity.Status.CANCELLED, ended_at=now
    )
    if any(activity.kind == Kind.SERVICE_TASK for activity in activities):
        Job.objects.filter(activity__in=ids, status__in=OPEN_JOBS).update(
            status=Job.Status.CANCELLED, lease_expires_at=None, dispatch_at=None, ended_at=now
        )
    timers(ids, now=now)
    settle_incidents(ids, how="The step was cancelled.", now=now)


def timers(activity_ids: Sequence[UUID], *, now: datetime) -> None:
    """Cancel the timers that still wait at these activities."""
    Timer.objects.filter(activity__in=activity_ids, status=Timer.Status.PENDING).update(
        status=Timer.Status.CANCELLED, ended_at=now
    )


def settle_incidents(activity_ids: Sequence[UUID], *, how: str, now: datetime) -> None:
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
