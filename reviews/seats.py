"""The work items that ask for a review's signatures, one seat each."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from queues import clocks, notices, routing
from queues.items import open_item
from queues.models import Person, Queue, WorkItem
from queues.routing import Route
from reviews import assigned, parties
from reviews.models import Decision, Review, ReviewItem
from workflows import postponing
from workflows.models import ProcessInstance

UNDECIDED = [
    WorkItem.Status.CREATED,
    WorkItem.Status.READY,
    WorkItem.Status.RESERVED,
    WorkItem.Status.SUSPENDED,
]

SIGNED = "You gave another signature of this review."


def open_missing(review: Review, instance: ProcessInstance, *, now: datetime) -> list[WorkItem]:
    """Asks for the signatures that are asked for now: all at once when blind, else one by one."""
    order = [ReviewItem.Seat.FIRST, ReviewItem.Seat.SECOND][: review.signatures_needed]
    taken = set(in_force(review).values_list("seat", flat=True))
    opened = []
    for seat in order:
        if seat in taken:
            if review.mode == Review.Mode.COUNTERSIGN and is_undecided(review, seat):
                break
            continue
        opened.append(open_seat(review, instance, seat, now=now))
        if review.mode == Review.Mode.COUNTERSIGN:
            break
    return opened


def open_seat(review: Review, instance: ProcessInstance, seat: str, *, now: datetime) -> WorkItem:
    """One more item, kept from everybody with a part in the review and from who has signed."""
    found = route(review, seat, now=now)
    if review.queue_id != found.queue.pk:
        review.queue = found.queue
        if not review._state.adding:
            review.save(update_fields=["queue"])
    item = open_item(
        instance=instance,
        activity=review.activity,
        title=review.title,
        route=found,
        now=now,
        excluded=kept_from(review, instance, found.queue),
        priority=review.routing_facts.get("priority") if review.is_work else None,
        promised_by=review.promised_by,
    )
    taken = ReviewItem(review=review, item=item, seat=seat, version=review.version)
    postponing.insert([taken])
    if found.queue.policy:
        clocks.start_resolve(
            instance=instance,
            policy=found.queue.policy,
            now=now,
            promised_by=review.promised_by,
        )
    return item


def route(review: Review, seat: str = ReviewItem.Seat.FIRST, *, now: datetime) -> Route:
    """Where an item of this review goes."""
    if review.is_work:
        return assigned.route(review, now=now)
    return routing.route({**review.routing_facts, "seat": str(seat)}, now=now)


def kept_from(review: Review, instance: ProcessInstance, queue: Queue) -> dict[Person, str]:
    """Who may not take an item of this review, and why."""
    if review.is_work:
        return assigned.kept_from(review, queue)
    return {**signers(review), **parties.excluded(review, instance)}


def signers(review: Review) -> dict[Person, str]:
    """Who has signed this version, and so gives no other signature of it."""
    signed = Decision.objects.filter(
        review=review, version=review.version, withdrawn_at__isnull=True
    ).select_related("person")
    return {decision.person: SIGNED for decision in signed}


def in_force(review: Review) -> QuerySet[ReviewItem]:
    """Seats of the current version whose signature counts or is still asked for."""
    return ReviewItem.objects.filter(review=review, version=review.version, is_void=False)


def is_undecided(review: Review, seat: str) -> bool:
    return in_force(review).filter(seat=seat, item__status__in=UNDECIDED).exists()


def open_items(review: Review, instance: ProcessInstance) -> list[WorkItem]:
    """Its items that nobody has decided, locked in the order of their ids."""
    held = WorkItem.objects.select_for_update(no_key=True, of=("self",)).select_related("queue")
    found = list(held.filter(seat__review=review, status__in=UNDECIDED).order_by("id"))
    for item in found:
        item.instance = instance  # one object carries the head of the chain
    return found


def rename_open(reviews: Sequence[Review]) -> dict[UUID, list[str]]:
    """Items that nobody has decided are called as their review; their ids, by review."""
    titles = {review.pk: review.title for review in reviews}
    held = WorkItem.objects.select_for_update(no_key=True, of=("self",)).select_related("seat")
    found = held.filter(seat__review__in=titles, status__in=UNDECIDED).order_by("id")
    renamed: dict[UUID, list[str]] = defaultdict(list)
    items = list(found)
    for item in items:
        item.title = titles[item.seat.review_id]
        renamed[item.seat.review_id].append(str(item.pk))
    WorkItem.objects.bulk_update(items, ["title"])
    return renamed


def tell_managers(
    review: Review, text: str, *, now: datetime, item: WorkItem | None = None
) -> None:
    """A notice to everybody who manages the queue of a review."""
    notices.tell(notices.managers(review.queue), text, item=item, now=now)
