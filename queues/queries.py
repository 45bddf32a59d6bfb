"""Every question that managers' screens ask about queues and items, and who may ask it."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When

from queues.models import (
    Clock,
    Escalation,
    Exclusion,
    Lease,
    Notice,
    Queue,
    Skip,
    TableRouting,
    User,
    WorkItem,
)
from workflows.models import JournalEntry

Status = WorkItem.Status
OPEN = (Status.CREATED, Status.READY, Status.RESERVED, Status.SUSPENDED)


class Standing(StrEnum):
    """How an open item stands: by the worst of its promises that run."""

    ON_TRACK = "on_track"
    WATCH = "watch"
    WARN = "warn"
    BREACHED = "breached"
    PAUSED = "paused"
    NONE = "none"  # nothing is promised


def is_manager(user: User | AnonymousUser) -> bool:
    """Whether the managers' pages are for this account. Programs use the API alone."""
    return (
        isinstance(user, User)
        and user.is_person
        and (user.is_admin or user.memberships.filter(can_manage=True).exists())
    )


def queues_visible_to(user: User) -> QuerySet[Queue]:
    """Queues that a person manages; administrators see all."""
    queues = Queue.objects.select_related("policy__calendar")
    if not user.is_person or not user.is_active:
        return queues.none()
    if user.is_admin:
        return queues
    return queues.filter(
        pk__in=user.memberships.filter(can_manage=True).values("queue_id"),
    )


def items_visible_to(user: User) -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(
        queue_id__in=list(queues_visible_to(user).values_list("pk", flat=True))
    )


def is_open() -> Q:
    return Q(status__in=OPEN)


def stands(standing: Standing, now: datetime) -> Q:
    """The condition on an open item; every open item meets exactly one of them."""
    in_time = Q(due_at__gte=now)
    warned = Q(warn_at__isnull=False, warn_at__lte=now)
    watched = Q(watch_at__isnull=False, watch_at__lte=now)
    match standing:
        case Standing.BREACHED:
            return Q(due_at__lt=now)
        case Standing.WARN:
            return in_time & warned
        case Standing.WATCH:
            return in_time & ~warned & watched
        case Standing.ON_TRACK:
            return in_time & ~warned & ~watched
        case Standing.PAUSED:
            return Q(due_at__isnull=True, status=Status.SUSPENDED)
        case Standing.NONE:
            return Q(due_at__isnull=True) & ~Q(status=Status.SUSPENDED)


def rows(where: Q) -> Count:
    """How many rows of a group meet a condition; needs no column beyond those of the condition."""
    return Count(Value(1), filter=where)


def with_standing(items: QuerySet[WorkItem], now: datetime) -> QuerySet[WorkItem]:
    """Adds `standing`, empty for what is over."""
    cases = [When(is_open() & stands(each, now), then=Value(each.value)) for each in Standing]
    return items.annotate(
        standing=Case(*cases, default=Value(""), output_field=CharField(max_length=8))
    )


def holders_in(queues: list[Queue]) -> Iterator[tuple[object, int]]:
    """Each (queue, person at work there) once."""
    held = WorkItem.objects.filter(status=Status.RESERVED, queue__in=queues)
    return (
        held.order_by().values_list("queue_id", "holder_id").distinct().iterator(chunk_size=2_000)
    )


def people_of(queues: QuerySet[Queue]) -> QuerySet[User]:
    """Who can hold an item of these queues, for the filter."""
    return (
        User.objects.filter(memberships__queue__in=queues, memberships__can_work=True)
        .distinct()
        .order_by("username")
    )


def unread_notices(user: User) -> QuerySet[Notice]:
    return user.notices.filter(read_at__isnull=True).order_by("-at")


def latest_notices(user: User) -> QuerySet[Notice]:
    """The last fifty, read or not."""
    return user.notices.select_related("item").order_by("-at")[:50]


def journal_about(item: WorkItem, *subjects: str) -> QuerySet[JournalEntry]:
    """What the journal of its process has about an item, and about other subjects, in order."""
    return JournalEntry.objects.filter(
        chain=item.instance_id, subject__in=[f"item:{item.pk}", *subjects]
    ).order_by("sequence")


def clocks_of(item: WorkItem) -> QuerySet[Clock]:
    return item.clocks.select_related("goal__policy__calendar").order_by("due_at", "kind")


def leases_of(item: WorkItem) -> QuerySet[Lease]:
    return item.leases.select_related("holder").order_by("epoch")


def skips_of(item: WorkItem) -> QuerySet[Skip]:
    return item.skip_records.select_related("user", "reason").order_by("at")


def exclusions_of(item: WorkItem) -> QuerySet[Exclusion]:
    return item.exclusions.select_related("person").order_by("person__name")


def table_routing_of(item: WorkItem) -> TableRouting | None:
    """The decision table that sent it where it is, if it was one."""
    return TableRouting.objects.filter(item=item).first()


def escalations_of(item: WorkItem) -> QuerySet[Escalation]:
    fired = Escalation.objects.filter(clock__item=item).select_related("clock", "rung")
    return fired.order_by("fired_at", "pk")


def is_about(entry: JournalEntry, clock: Clock) -> bool:
    """Whether an entry about an item speaks of this clock of it."""
    named = {str(entry.detail.get(name, "")) for name in ("clock", "goal", "clock_kind")}
    return bool(named & {str(clock.pk), clock.kind})
