"""Every question that screens and the API ask about processes, and who may ask it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from workflows import workers
from workflows.models import (
    Activity,
    Event,
    Incident,
    Job,
    JournalEntry,
    ProcessDefinition,
    ProcessInstance,
    Timer,
    WorkerHeartbeat,
)

LIVE = (Activity.Status.ACTIVE, Activity.Status.WAITING)
SHOWN_AT_MOST = 100


class Viewer(Protocol):
    """An account as far as processes know it."""

    pk: int
    is_active: bool
    is_admin: bool

    @property
    def is_person(self) -> bool: ...

    @property
    def actor(self) -> str: ...

    @property
    def memberships(self) -> Any: ...  # what it may do in which queue


# --- who sees what ------------------------------------------------------------------------------


def instances_visible_to(user: Viewer) -> QuerySet[ProcessInstance]:
    """Administrators see every instance, managers those with an item in a queue they manage,
    programs those that they started."""
    instances = ProcessInstance.objects.select_related("definition")
    if not user.is_active:
        return instances.none()
    if not user.is_person:
        return instances.filter(started_by=user.actor)
    return instances if user.is_admin else instances.filter(pk__in=_managed_by(user))


def incidents_visible_to(user: Viewer) -> QuerySet[Incident]:
    incidents = Incident.objects.select_related("instance__definition", "activity", "job")
    if not (user.is_active and user.is_person):
        return incidents.none()
    return incidents if user.is_admin else incidents.filter(instance__in=_managed_by(user))


def items_of(instance: ProcessInstance, user: Viewer) -> QuerySet[Any]:
    """Its work items in the queues that somebody manages."""
    items = instance.items.select_related("queue", "holder").order_by("-id")
    if not user.is_admin:
        items = items.filter(queue__memberships__user=user.pk, queue__memberships__can_manage=True)
    return items[:SHOWN_AT_MOST]


def _managed_by(user: Viewer) -> QuerySet[ProcessInstance, Any]:
    """Ids of instances of which an item lies in a queue that the person manages.

    An instance that is stuck before it has reached any queue is every manager's to look at.
    """
    managed = Q(items__queue__memberships__user=user.pk, items__queue__memberships__can_manage=True)
    if user.memberships.filter(can_manage=True).exists():
        managed |= Q(items__isnull=True, incidents__status=Incident.Status.OPEN)
    return ProcessInstance.objects.filter(managed).values("pk")


# --- lists --------------------------------------------------------------------------------------


def open_incidents(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    return incidents.filter(status=Incident.Status.OPEN)


def definition_keys() -> QuerySet[ProcessDefinition]:
    """The newest version of each process, for choosing one."""
    return ProcessDefinition.objects.order_by("key", "-version").distinct("key")


def definitions() -> QuerySet[ProcessDefinition]:
    return ProcessDefinition.objects.all()


def standing_of(instances: Iterable[ProcessInstance]) -> dict[UUID, list[str]]:
    """Names of the steps at which each of these instances stands."""
    found: dict[UUID, list[str]] = defaultdict(list)
    live = Activity.objects.filter(instance__in=list(instances), status__in=LIVE)
    for activity in live.order_by("entered_at"):
        name = str(activity)
        if name not in found[activity.instance_id]:
            found[activity.instance_id].append(name)
    return dict(found)


def in_trouble() -> QuerySet[Incident, Any]:
    """Ids of instances with an open incident."""
    return Incident.objects.filter(status=Incident.Status.OPEN).values("instance_id")


def troubled(instances: Iterable[ProcessInstance]) -> dict[UUID, int]:
    """How many incidents are open, by instance."""
    counted = (
        Incident.objects.filter(instance__in=list(instances), status=Incident.Status.OPEN)
        .order_by()
        .values("instance_id")
        .annotate(many=Count("*"))
    )
    return {row["instance_id"]: row["many"] for row in counted}


# --- one instance -------------------------------------------------------------------------------


def live_activities_of(instance: ProcessInstance) -> QuerySet[Activity]:
    """Where its tokens are, the first to arrive first."""
    return instance.activities.filter(status__in=LIVE).order_by("entered_at", "id")[:SHOWN_AT_MOST]


def visits(instance: ProcessInstance) -> Sequence[tuple[str, str, int]]:
    """(node, status, how many) of everything executed or being executed."""
    counted = instance.activities.order_by().values("node_id", "status").annotate(many=Count("*"))
    return [(row["node_id"], row["status"], row["many"]) for row in counted]


def flows_taken(instance: ProcessInstance) -> list[str]:
    taken = instance.activities.exclude(flow_id="").order_by()
    return list(taken.values_list("flow_id", flat=True).distinct())


def story_of(instance: ProcessInstance, before: int | None = None) -> QuerySet[JournalEntry]:
    """Its journal, the newest entry first."""
    entries = JournalEntry.objects.filter(chain=instance.pk).order_by("-sequence")
    return entries.filter(sequence__lt=before) if before else entries


def jobs_of(instance: ProcessInstance) -> QuerySet[Job]:
    return instance.jobs.select_related("activity").order_by("-id")[:SHOWN_AT_MOST]


def timers_of(instance: ProcessInstance) -> QuerySet[Timer]:
    return instance.timers.select_related("activity").order_by("-id")[:SHOWN_AT_MOST]


def incidents_of(instance: ProcessInstance) -> QuerySet[Incident]:
    return instance.incidents.select_related("activity", "job").order_by("-id")[:SHOWN_AT_MOST]


def events_of(instance: ProcessInstance) -> QuerySet[Event]:
    return instance.events.prefetch_related("deliveries__subscription").order_by("-id")[
        :SHOWN_AT_MOST
    ]


# --- the house as a whole -----------------------------------------------------------------------


def events_after(cursor: int = 0, *, at_most: int = SHOWN_AT_MOST) -> QuerySet[Event]:
    """The feed from this place on; the last event's `position` is the next cursor.

    Places follow commits, so nothing is ever passed by.
    """
    return Event.objects.filter(position__gt=cursor).order_by("position")[:at_most]


def stale_workers(now: datetime) -> list[WorkerHeartbeat]:
    """Workers that were at work within the last hour and have taken nothing for a minute."""
    return workers.stale(now)
