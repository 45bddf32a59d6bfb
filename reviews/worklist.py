"""Every question that a person at work asks: what is ready, what do I hold, what did I do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from queues import queries as of_queues
from queues import requirements
from queues.models import Lease, Queue, SkipReason, User, WorkItem
from queues.queries import Standing
from reviews.models import Decision, Effect, Evidence, Flag, ReasonCode, Review, ReviewItem

LAST = 10  # decisions in the strip
HELD_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class QueueAtWork:
    """What one queue has for one person now."""

    queue: Queue
    ready: int
    breached: int
    warned: int
    oldest_at: datetime | None
    due_at: datetime | None


def visible_to(user: User) -> QuerySet[WorkItem]:
    """Items of the queues somebody belongs to, and what they have decided themselves."""
    if not user.is_person or not user.is_active:
        return WorkItem.objects.none()
    theirs = user.memberships.values("queue_id")
    decided = Decision.objects.filter(account=user).values("item_id")
    return WorkItem.objects.filter(Q(queue_id__in=theirs) | Q(holder=user) | Q(pk__in=decided))


def shown_to(user: User, now: datetime) -> QuerySet[WorkItem]:
    """With all that the page of an item says about it."""
    found = visible_to(user).select_related(
        "queue", "holder", "requirement", "instance__definition", "seat__review__grid"
    )
    return of_queues.with_standing(found, now)


def queues_of(user: User) -> QuerySet[Queue]:
    """Queues somebody works on."""
    return Queue.objects.filter(memberships__user=user, memberships__can_work=True)


def ready_for(user: User, now: datetime) -> QuerySet[WorkItem]:
    """What this person could be given now: eligible, not excluded, not skipped a moment ago."""
    if user.person is None:
        return WorkItem.objects.none()
    return (
        WorkItem.objects.filter(
            status=WorkItem.Status.READY,
            requirement__in=requirements.eligible_for(user.person),
            queue__in=queues_of(user).filter(is_active=True),
        )
        .exclude(exclusions__person=user.person_id)
        .exclude(pk__in=user.skips.filter(until__gt=now).values("item_id"))
    )


def by_queue(user: User, now: datetime) -> list[QueueAtWork]:
    """Each queue of this person, the most pressing first."""
    breached = of_queues.stands(Standing.BREACHED, now)
    warned = of_queues.stands(Standing.WARN, now)
    figures = (
        ready_for(user, now)
        .order_by()
        .values("queue_id")
        .annotate(
            ready=Count("pk"),
            breached=of_queues.rows(breached),
            warned=of_queues.rows(warned),
            oldest_at=Min("ready_at"),
            next_due_at=Min("due_at"),
        )
    )
    found: dict[UUID, Mapping[str, Any]] = {row["queue_id"]: row for row in figures}
    return sorted(
        (_at_work(queue, found.get(queue.pk)) for queue in queues_of(user)),
        key=lambda each: (each.ready == 0, -each.breached, -each.warned, each.queue.name),
    )


def _at_work(queue: Queue, row: Mapping[str, Any] | None) -> QueueAtWork:
    if row is None:
        return QueueAtWork(queue, 0, 0, 0, None, None)
    names = ("ready", "breached", "warned", "oldest_at", "next_due_at")
    return QueueAtWork(queue, *(row[name] for name in names))


def held_by(user: User, now: datetime) -> list[WorkItem]:
    """What somebody holds, the longest held first."""
    held = WorkItem.objects.filter(holder=user, status=WorkItem.Status.RESERVED)
    found = of_queues.with_standing(held.select_related("queue"), now)
    return list(found.order_by("reserved_at", "id")[:HELD_AT_MOST])


def lease_of(item: WorkItem) -> Lease | None:
    """The reservation that is in force."""
    return item.leases.filter(ended_at__isnull=True).first()


def last_decisions(user: User) -> list[Decision]:
    """The newest first; what was taken back is not among them."""
    made = Decision.objects.filter(account=user, withdrawn_at__isnull=True)
    return list(
        made.select_related("item", "review", "effect").order_by("-decided_at", "-id")[:LAST]
    )


def done_since(user: User, since: datetime) -> dict[str, int]:
    """How often somebody gave which answer."""
    made = Decision.objects.filter(account=user, decided_at__gte=since, withdrawn_at__isnull=True)
    counted = made.order_by().values("outcome").annotate(count=Count("pk"))
    return {row["outcome"]: row["count"] for row in counted}


def seat_of(item: WorkItem) -> ReviewItem | None:
    """Which signature an item asks for; none for work that is no review."""
    return getattr(item, "seat", None)


def answers_to(review: Review) -> list[Decision]:
    """Signatures of the current version that were not taken back, the oldest first."""
    given = review.decisions.filter(version=review.version, withdrawn_at__isnull=True)
    return list(
        given.select_related("account", "effect", "item__seat").order_by("decided_at", "id")
    )


def own_answer_on(item: WorkItem, user: User) -> Decision | None:
    made = Decision.objects.filter(item=item, account=user, withdrawn_at__isnull=True)
    return made.select_related("effect").first()


def undoable_by(user: User, pk: UUID) -> Decision | None:
    """A decision of this very account, whatever its state."""
    return Decision.objects.select_related("item").filter(account=user, pk=pk).first()


def is_undoable(decision: Decision, now: datetime) -> bool:
    effect = decision.effect
    return effect.status == Effect.Status.PENDING and now < effect.due_at


def took_effect(decision: Decision) -> bool:
    return bool(decision.effect.status == Effect.Status.DONE)


def evidence_of(review: Review) -> list[Evidence]:
    """What is laid out beside the current version, in the order in which it was sealed."""
    return list(review.evidence.filter(version=review.version))


def reasons_of(review: Review) -> list[ReasonCode]:
    """The chips that are offered with an answer."""
    return list(ReasonCode.objects.filter(review_kind=review.kind))


def skip_reasons() -> list[SkipReason]:
    return list(SkipReason.objects.all())


def flags_of(item: WorkItem) -> list[Flag]:
    return list(item.flags.select_related("account"))


def may_manage(user: User, item: WorkItem) -> bool:
    managing = user.memberships.filter(queue=item.queue_id, can_manage=True)
    return user.is_admin or managing.exists()
