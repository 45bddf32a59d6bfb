"""Taking work, keeping it, giving it back.

A claim locks the item, and the person who claims, but never the process: the record of a claim is
its lease, and whatever ends that writes it into the process's journal. Who waits for an item does
so before holding a person; who holds a person passes by items that are locked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from queues import claim_statement, desk, items, leases, measuring, requirements
from queues.claim_statement import Look
from queues.desk import Desk
from queues.models import Exclusion, Lease, Queue, User, WorkItem
from queues.reasons import why, why_empty
from queues.refusals import (
    AccountInactive,
    AlreadyReserved,
    Excluded,
    LeaseLost,
    NotAMember,
    NotAPerson,
    NotEligible,
    NotReady,
    QueueClosed,
    WorkLimitReached,
)
from queues.returns import expire_due, release, resume, skip, suspend, wake_due

__all__ = [
    "AccountInactive", "AlreadyReserved", "Excluded", "LeaseLost", "NotAMember", "NotAPerson",
    "NotEligible", "NotReady", "QueueClosed", "WorkLimitReached", "claim", "claim_next",
    "expire_due", "heartbeat", "release", "resume", "skip", "suspend", "wake_due",
    "why", "why_empty",
]  # fmt: skip

Status = WorkItem.Status
MANY_NEEDS = 64  # from here on fewer candidates are looked at for each
DEEP, SHALLOW = claim_statement.CANDIDATES, 4


@transaction.atomic
def claim(*, item_id: UUID, by: User, now: datetime) -> Lease:
    """Reserve this item. Claiming what one holds already gives the lease that one has."""
    item = items.lock(item_id)
    if item.status == Status.RESERVED and item.holder_id == by.pk:
        return leases.held(item=item, by=by, epoch=item.epoch)
    found = desk.sit_down(by)
    _check_free(item)
    _check_entitled(item, found)
    if item.weight > found.room(item.queue_id):
        raise found.limit_reached(item.queue)
    item.reserve(holder=by, now=now)
    lease = Lease.objects.create(
        item=item,
        holder=by,
        epoch=item.epoch,
        claimed_at=now,
        expires_at=now + item.queue.lease_for,
    )
    changed = measuring.claimed(item, now)
    item.save(update_fields=["status", "holder", "reserved_at", "epoch", *changed])
    return lease


@transaction.atomic
def claim_next(*, by: User, now: datetime, queue: Queue | None = None) -> Lease | None:
    """Reserve what comes first for this person, in one queue or in all of theirs; None when
    nothing waits that they can take."""
    found = desk.sit_down(by)
    if queue is not None:
        desk.refuse_unless_working_in(found, queue)
    wanted = found.queues if queue is None else [queue.pk]
    rooms = {queue_id: found.room(queue_id) for queue_id in wanted}
    rooms = {queue_id: room for queue_id, room in rooms.items() if room > 0}
    if wanted and not rooms:
        raise found.limit_reached(queue)
    lease = _take(found, rooms, now) if rooms else None
    if lease is None:
        return None
    lease.holder = lease.item.holder = by
    if changed := measuring.claimed(lease.item, now):
        lease.item.save(update_fields=changed)
    return lease


@transaction.atomic
def heartbeat(*, item_id: UUID, by: User, epoch: int, now: datetime) -> Lease:
    """Still here: the lease lasts on from now. Raises LeaseLost, saying who has the item."""
    item = items.lock(item_id)
    lease = leases.held(item=item, by=by, epoch=epoch)
    lease.expires_at = max(lease.expires_at, now + item.queue.lease_for)
    lease.save(update_fields=["expires_at"])
    return lease


# --- may this person, now? ---


def _check_free(item: WorkItem) -> None:
    if item.status == Status.RESERVED:
        raise AlreadyReserved(f"{item.holder} was faster. {leases.whereabouts(item)}")
    if item.status != Status.READY:
        raise NotReady(f"{item} cannot be claimed. {leases.whereabouts(item)}")


def _check_entitled(item: WorkItem, found: Desk) -> None:
    """Four eyes already here, so that nobody works for nothing."""
    user = found.user
    assert user.person is not None  # noqa: S101 - only people have a desk
    desk.refuse_unless_working_in(found, item.queue)
    if item.requirement_id not in found.eligible:
        lacking = ", ".join(requirements.missing(user.person, item.requirement))
        raise NotEligible(f"{item} needs {lacking}, which {user} does not have.")
    if item.activity_id in found.activities:
        raise Excluded(f"You hold the other item of this already. Somebody else takes {item}.")
    kept = Exclusion.objects.filter(item=item, person=user.person).first()
    if kept:
        raise Excluded(f"{kept.reason} Somebody else has to take {item}.")


# --- what comes first? ---


def _take(found: Desk, rooms: Mapping[UUID, int], now: datetime) -> Lease | None:
    """The lease of the first item that nobody else is just taking.

    Once more when everything that was seen was just being taken: there may be more behind it.
    """
    partitions = max(1, len(found.eligible) * len(rooms))
    given = {
        "queues": list(rooms),
        "rooms": list(rooms.values()),
        "eligible": list(found.eligible),
        "candidates": claim_statement.CANDIDATES,
        "depth": DEEP if partitions <= MANY_NEEDS else SHALLOW,
        "person": found.user.person_id,
        "user": found.user.pk,
        "activities": list(found.activities),
        "now": now,
    }
    look = _run(claim_statement.TAKE_FIRST_LOOK, given)
    if look.lease or not (look.seen or look.has_more):
        return look.lease
    look = _run(claim_statement.TAKE_BY_NEED, given)
    if look.lease or not look.seen:
        return look.lease
    given["candidates"] = claim_statement.MORE_CANDIDATES
    given["depth"] = max(SHALLOW, claim_statement.MORE_CANDIDATES // partitions)
    return _run(claim_statement.TAKE_BY_NEED, given).lease


def _run(statement: str, given: dict[str, Any]) -> Look:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return claim_statement.read(cursor.fetchone())
