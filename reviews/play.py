"""Play mode: what a person goes on with, and why it is this."""

from datetime import datetime

from queues import claims
from queues.models import Exclusion, Queue, User, WorkItem
from reviews import worklist
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


def why_this(item: WorkItem) -> str:
    """Why this item is asked of people like this one, from what is stored."""
    asked = str(item.requirement)
    needs = f"It needs {asked}." if asked != "anybody" else "Anybody in the queue may do it."
    return f"{item.routed_by or f'It waits in {item.queue}.'} {needs}"


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


def why_empty(user: User, queues: list[worklist.QueueAtWork], now: datetime) -> str:
    """Why nothing is ready for this person although there may be work."""
    if not queues:
        return "You work on no queue yet. Ask a manager to add you to one."
    if not any(each.queue.is_active for each in queues):
        return "Your queues are closed for work at the moment."
    waiting = worklist.waiting_in_queues_of(user).count()
    if not waiting:
        return "Nothing waits in your queues. New work appears here by itself."
    resting = worklist.resting_for(user, now).count()
    kept = worklist.kept_from(user).count()
    parts = [
        f"{count} {words}"
        for count, words in (
            (resting, "you skipped a while ago"),
            (kept, "you may not decide, because you have a part in them"),
            (waiting - resting - kept, "need skills that you do not have"),
        )
        if count > 0
    ]
    return f"Of {waiting} waiting in your queues: {', '.join(parts)}."
