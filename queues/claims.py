"""Taking work, keeping it, giving it back.

A claim locks the item, and the person who claims, but never the process: the record of a claim is
its lease, and whatever ends that writes it into the process's journal. Who waits for an item does
so before holding a person; who holds a person passes by items that are locked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Sum

from queues import claim_statement, items, leases, measuring, requirements
from queues.models import Exclusion, Lease, Membership, Queue, User, WorkItem
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
    "expire_due", "heartbeat", "held_lease", "release", "resume", "skip", "suspend", "wake_due",
    "why", "why_empty",
]  # fmt: skip

Status = WorkItem.Status
NO_LIMIT = 32_767
MANY_NEEDS = 64  # from here on fewer candidates are looked at for each
DEEP, SHALLOW = claim_statement.CANDIDATES, 4


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person may take on, read while their row is held: nobody adds to it meanwhile."""

    user: User
    queues: Mapping[UUID, int | None]  # each with its limit per person
    held: Mapping[UUID, int]  # weight in hand by queue

    @property
    def load(self) -> int:
        return sum(self.held.values())

    def room(self, queue_id: UUID) -> int:
        """The heaviest item that still fits; with nothing in hand, any."""
        own = _room(self.user.wip_limit, self.load)
        return min(own, _room(self.queues[queue_id], self.held.get(queue_id, 0)))


def _room(limit: int | None, held: int) -> int:
    if limit is None or (limit and not held):
        return NO_LIMIT
    return limit - held


@transaction.atomic
def claim(*, item_id: UUID, by: User, now: datetime) -> Lease:
    """Reserve this item. Claiming what one holds already gives the lease that one has."""
    item = items.lock(item_id)
    if item.status == Status.RESERVED and item.holder_id == by.pk:
        return leases.held(item=item, by=by, epoch=item.epoch)
    desk = _desk(by, queue=None)
    _check_free(item)
    _check_entitled(item, desk)
    if item.weight > desk.room(item.queue_id):
        raise _limit_reached(desk, item.queue)
    item.reserve(holder=desk.user, now=now)
    lease = Lease.objects.create(
        item=item,
        holder=desk.user,
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
    desk = _desk(by, queue=queue)
    rooms = {queue_id: desk.room(queue_id) for queue_id in desk.queues}
    open_queues = [queue_id for queue_id, room in rooms.items() if room > 0]
    if not open_queues:
        if desk.queues:
            raise _limit_reached(desk, queue)
        return None
    lease_id = _take(desk.user, open_queues, [rooms[queue_id] for queue_id in open_queues], now)
    if lease_id is None:
        return None
    lease = Lease.objects.select_related("item__queue", "item__requirement").get(pk=lease_id)
    lease.holder = lease.item.holder = desk.user
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


def held_lease(*, item: WorkItem, by: User, epoch: int, now: datetime) -> Lease:  # noqa: ARG001 - asked with the moment; a lease lasts until a sweep or somebody ends it
    """The lease under which this account holds a locked item, or LeaseLost."""
    return leases.held(item=item, by=by, epoch=epoch)


# --- may this person, now? ---


def _desk(by: User, *, queue: Queue | None) -> Desk:
    """Holds the person, so that two claims of theirs, of any account, cannot pass a limit."""
    user = _held_account(by)
    member = Membership.objects.filter(user=user, can_work=True)
    if queue is not None:
        member = member.filter(queue=queue)
        if not member.exists():
            raise NotAMember(f"{user} does not work on {queue}. Ask its manager to be added.")
    queues = member.filter(queue__is_active=True).values_list("queue_id", "queue__wip_limit")
    if queue is not None and not queues:
        raise QueueClosed(f"{queue} is closed for work at the moment.")
    held = WorkItem.objects.filter(status=Status.RESERVED, holder__person=user.person_id)
    by_queue = held.order_by().values_list("queue_id").annotate(Sum("weight"))
    return Desk(user=user, queues=dict(queues), held=dict(by_queue))


def _held_account(by: User) -> User:
    if not by.is_person:
        raise NotAPerson("Only people take work. Programs and agents start processes and listen.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM queues_person WHERE id = %s FOR NO KEY UPDATE", [by.person_id])
    user = User.objects.select_related("person").get(pk=by.pk)
    if not user.is_active:
        raise AccountInactive("This account is switched off. An administrator can switch it on.")
    return user


def _check_free(item: WorkItem) -> None:
    if item.status == Status.RESERVED:
        raise AlreadyReserved(f"{item.holder} was faster. {leases.whereabouts(item)}")
    if item.status != Status.READY:
        raise NotReady(f"{item} cannot be claimed. {leases.whereabouts(item)}")


def _check_entitled(item: WorkItem, desk: Desk) -> None:
    """Four eyes already here, so that nobody works for nothing."""
    user = desk.user
    if item.queue_id not in desk.queues:
        if item.queue.is_active:
            raise NotAMember(f"{user} does not work on {item.queue}. Ask its manager to be added.")
        raise QueueClosed(f"{item.queue} is closed for work at the moment.")
    assert user.person is not None  # noqa: S101 - only people have a desk
    if not requirements.is_eligible(user.person, item.requirement):
        lacking = ", ".join(requirements.missing(user.person, item.requirement))
        raise NotEligible(f"{item} needs {lacking}, which {user} does not have.")
    kept = Exclusion.objects.filter(item=item, person=user.person).first()
    if kept:
        raise Excluded(f"{kept.reason} Somebody else has to take {item}.")


def _limit_reached(desk: Desk, queue: Queue | None) -> WorkLimitReached:
    limit = desk.queues.get(queue.pk) if queue else None
    if queue and limit is not None and desk.held.get(queue.pk, 0) >= limit:
        return WorkLimitReached(
            f"You hold as much of {queue} as one person may: {limit}. Finish or give back one."
        )
    return WorkLimitReached(
        f"You hold {desk.load} of {desk.user.wip_limit} at a time. Finish or give back one first."
    )


# --- what comes first? ---


def _take(user: User, queues: list[UUID], rooms: list[int], now: datetime) -> int | None:
    """The lease of the first item that nobody else is just taking.

    Once more when everything that was seen was just being taken: there may be more behind it.
    """
    assert user.person is not None  # noqa: S101 - only people have a desk
    eligible = list(requirements.eligible_for(user.person).values_list("pk", flat=True))
    partitions = len(eligible) * len(queues)
    given = {
        "queues": queues,
        "rooms": rooms,
        "eligible": eligible,
        "candidates": claim_statement.CANDIDATES,
        "depth": DEEP if partitions <= MANY_NEEDS else SHALLOW,
        "person": user.person_id,
        "user": user.pk,
        "now": now,
    }
    lease_id, seen, has_more = _run(claim_statement.TAKE_FIRST_LOOK, given)
    if lease_id or not (seen or has_more):
        return lease_id
    lease_id, seen, _ = _run(claim_statement.TAKE_BY_NEED, given)
    if lease_id or not seen:
        return lease_id
    given["candidates"] = claim_statement.MORE_CANDIDATES
    given["depth"] = max(SHALLOW, claim_statement.MORE_CANDIDATES // partitions)
    lease_id, _, _ = _run(claim_statement.TAKE_BY_NEED, given)
    return lease_id


def _run(statement: str, given: dict[str, Any]) -> tuple[int | None, int, bool]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        row: tuple[int | None, int, bool] = cursor.fetchone()
    return row
