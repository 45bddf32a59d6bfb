"""Every question that pages ask about reviews, and who may ask it."""

from django.db.models import QuerySet

from queues import queries as of_queues
from queues.models import User, WorkItem
from reviews.models import Decision, Evidence, Review, ReviewItem


def history_visible_to(user: User) -> QuerySet[WorkItem]:
    """Items whose whole history a manager may read."""
    return of_queues.items_visible_to(user).select_related(
        "queue__policy__calendar", "holder", "instance__definition", "activity", "requirement"
    )


def blocked_visible_to(user: User) -> QuerySet[Review]:
    """Stopped reviews, the longest waiting first. Those without a queue are for administrators."""
    blocked = (
        Review.objects.filter(status=Review.Status.BLOCKED)
        .select_related("instance__definition", "queue", "grid")
        .order_by("opened_at", "id")
    )
    if user.is_admin and user.is_person:
        return blocked
    return blocked.filter(queue__in=of_queues.queues_visible_to(user))


def seat_of(item: WorkItem) -> ReviewItem | None:
    """Which signature of which review an item asks for."""
    return ReviewItem.objects.select_related("review__grid").filter(item=item).first()


def decisions_of(review: Review) -> QuerySet[Decision]:
    return review.decisions.select_related("account", "person", "effect").order_by("decided_at")


def evidence_of(review: Review) -> QuerySet[Evidence]:
    return review.evidence.order_by("-version", "id")


def seats_of(review: Review) -> QuerySet[ReviewItem]:
    return review.seats.select_related("item__queue").order_by("version", "pk")


def is_sealed_for_now(review: Review) -> bool:
    """Blind review: what the first person said is nobody's to read until all have signed."""
    return review.mode == Review.Mode.BLIND and review.status == Review.Status.OPEN
