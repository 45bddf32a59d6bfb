"""Ways in which an item comes back: released, skipped, put aside, taken back, lease expired.

All of them hold the process and then the item, end the lease and write down the claim with it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from queues import items, leases, measuring, notices, row_by_row
from queues.models import Lease, Skip, SkipReason, User, WorkItem
from queues.refusals import NotReady
from workflows import journal
from workflows.models import ProcessInstance
from workflows.refusals import NotValid

LONGEST_TEXT = 500
LONGEST_REST = timedelta(days=366)


@transaction.atomic
def release(*, item_id: UUID, by: User, epoch: int, now: datetime) -> WorkItem:
    """Given back to its place in the queue."""
    instance, item = items.hold(item_id)
    lease = leases.held(item=item, by=by, epoch=epoch)
    _give_back(item, instance, lease, Lease.Ending.RELEASED, "item.released", by.actor, now)
    return item


@transaction.atomic
def skip(
    *, item_id: UUID, by: User, epoch: int, reason: str, text: str = "", now: datetime
) -> WorkItem:
    """Passed on to somebody else, with a reason; not offered to this account for a while."""
    instance, item = items.hold(item_id)
    lease = leases.held(item=item, by=by, epoch=epoch)
    chosen = _reason(reason)
    said = _text(text)
    until = now + item.queue.skip_rest
    Skip.objects.create(item=item, user=by, reason=chosen, text=said, at=now, until=until)
    item.skips += 1
    item.save(update_fields=["skips"])
    _give_back(
        item, instance, lease, Lease.Ending.SKIPPED, "item.skipped", by.actor, now,
        reason=chosen.code, rests_until=until.isoformat(),
    )  # fmt: skip
    return item


@transaction.atomic
def suspend(*, item_id: UUID, by: User, epoch: int, until: datetime, now: datetime) -> WorkItem:
    """Put aside until a moment; the clocks that the policy says pause, and nobody holds it."""
    if not now < until <= now + LONGEST_REST:
        raise NotValid("Put an item aside until a time from now up to a year ahead.")
    instance, item = items.hold(item_id)
    lease = leases.held(item=item, by=by, epoch=epoch)
    ended = leases.ended(lease, Lease.Ending.SUSPENDED, now=now)
    item.suspend(until=until)
    change = measuring.paused(item, f"Set aside by {by}", now)
    change.save("status", "holder", "reserved_at", "suspended_until", also=[ended])
    aside = items.fact(
        "item.suspended", item, actor=by.actor, until=until.isoformat(), **leases.facts_of(lease)
    )
    journal.record_all([aside, *change.facts], instance=instance, now=now)
    return item


@transaction.atomic
def resume(*, item_id: UUID, actor: str, now: datetime) -> WorkItem:
    """Back from being put aside, in its old place."""
    instance, item = items.hold(item_id)
    if item.status != WorkItem.Status.SUSPENDED:
        raise NotReady(f"{item} is not set aside. {leases.whereabouts(item)}")
    _resume(item, instance, actor, now)
    return item


def take_back(*, item: WorkItem, instance: ProcessInstance, why: str, now: datetime) -> bool:
    """Returned by the house; who held it is told. False when nobody did. Both rows are held."""
    lease = leases.open_of(item)
    if lease is None:
        return False
    item.returns += 1
    item.save(update_fields=["returns"])
    _give_back(
        item, instance, lease, Lease.Ending.TAKEN_BACK, "item.returned", "system", now, reason=why
    )
    notices.tell([lease.holder], f"{item} went back to {item.queue}: {why}", item=item, now=now)
    return True


def wake_due(now: datetime) -> int:
    """Everything whose time aside is over. One transaction each; any number of sweepers."""
    due = WorkItem.objects.filter(
        status=WorkItem.Status.SUSPENDED, suspended_until__lte=now
    ).order_by("suspended_until")
    return row_by_row.each(due.values_list("pk", flat=True)[: row_by_row.PER_SWEEP], _wake, now)


def expire_due(now: datetime) -> int:
    """Items of people who went away return to their place. One transaction each."""
    due = Lease.objects.filter(ended_at__isnull=True, expires_at__lte=now).order_by("expires_at")
    found = due.values_list("item_id", flat=True)[: row_by_row.PER_SWEEP]
    return row_by_row.each(found, _expire, now)


@transaction.atomic
def _wake(item_id: UUID, now: datetime) -> bool:
    held = items.hold_if_free(item_id)
    if held is None:
        return False
    instance, item = held
    until = item.suspended_until
    if item.status != WorkItem.Status.SUSPENDED or until is None or until > now:
        return False
    _resume(item, instance, "system", now)
    return True


@transaction.atomic
def _expire(item_id: UUID, now: datetime) -> bool:
    held = items.hold_if_free(item_id)
    if held is None:
        return False
    instance, item = held
    lease = leases.open_of(item)
    if lease is None or lease.expires_at > now:
        return False
    item.returns += 1
    item.save(update_fields=["returns"])
    _give_back(
        item, instance, lease, Lease.Ending.EXPIRED, "item.lease_expired", "system", now,
        returns=item.returns,
    )  # fmt: skip
    if item.returns % max(1, item.queue.max_returns) == 0:
        _tell_of_returns(item, instance, now)
    return True


def _give_back(
    item: WorkItem,
    instance: ProcessInstance,
    lease: Lease,
    ending: Lease.Ending,
    kind: str,
    actor: str,
    now: datetime,
    **detail: object,
) -> None:
    """Ready again where it was in the order: its place is written on it."""
    leases.end(lease, ending, now=now)
    item.return_to_queue()
    item.save(update_fields=["status", "holder", "reserved_at"])
    back = items.fact(kind, item, actor=actor, **leases.facts_of(lease), **detail)
    journal.record_all([back], instance=instance, now=now)


def _resume(item: WorkItem, instance: ProcessInstance, actor: str, now: datetime) -> None:
    item.make_ready(now=now)
    change = measuring.resumed(item, now)
    change.save("status", "ready_at", "suspended_until")
    again = items.fact("item.resumed", item, actor=actor)
    journal.record_all([again, *change.facts], instance=instance, now=now)


def _tell_of_returns(item: WorkItem, instance: ProcessInstance, now: datetime) -> None:
    told = notices.tell(
        notices.managers(item.queue),
        f"{item} came back {item.returns} times without a decision.",
        item=item,
        now=now,
    )
    often = items.fact("item.returned_too_often", item, returns=item.returns, told=told)
    journal.record_all([often], instance=instance, now=now)


def _reason(code: str) -> SkipReason:
    chosen = SkipReason.objects.filter(code=code).first() if "\x00" not in code else None
    if chosen is None:
        raise NotValid("Choose one of the reasons for passing an item on.")
    return chosen


def _text(text: str) -> str:
    said = text.strip()
    if len(said) > LONGEST_TEXT or "\x00" in said:
        raise NotValid(f"Say it in plain text of at most {LONGEST_TEXT} characters.")
    return said
