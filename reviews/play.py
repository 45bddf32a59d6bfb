"""Play mode: what a person goes on with, or why they cannot."""

from datetime import datetime

from queues import claims
from queues.models import Exclusion, Queue, User, WorkItem
from workflows.refusals import Refusal

Status = WorkItem.Status


def next_item(*, by: User, now: datetime, queue: Queue | None = None) -> WorkItem | None:
    """What they hold already, the longest held first; else the next one that they can take."""
    held = WorkItem.objects.filter(holder=by, status=Status.RESERVED)
    if queue is not None:
        held = held.filter(queue=queue)
    in_hand = held.order_by("reserved_at", "id").first()
    if in_hand is not None:
        return in_hand
    lease = claims.claim_next(by=by, now=now, queue=queue)
    return lease.item if lease else None


def next_or_why_not(
    *, by: User, now: datetime, queue: Queue | None = None
) -> tuple[WorkItem | None, str]:
    """The next item, or the sentence that says why there is none."""
    try:
        return next_item(by=by, now=now, queue=queue), ""
    except Refusal as refusal:
        return None, refusal.sentence


def why_not(item: WorkItem, user: User) -> str:
    """Why this person cannot claim it now; empty when nothing is known against it."""
    kept = Exclusion.objects.filter(item=item, person=user.person_id).first()
    if kept:
        return f"{kept.reason} Somebody else has to take this one."
    member = user.memberships.filter(queue=item.queue_id, can_work=True)
    if not member.exists():
        return f"You do not work on {item.queue}, so you can read this but not claim it."
    match item.status:
        case Status.RESERVED:
            return f"{item.holder} works on this now."
        case Status.SUSPENDED:
            return "This is set aside for now."
        case Status.COMPLETED:
            return "This has been decided."
        case Status.OBSOLETE:
            return "Nobody is needed here any more: the process took another way."
    return ""
