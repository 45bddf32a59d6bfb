"""Reservations as rows: whose is it, who has it now, how it ended."""

from datetime import datetime
from typing import Any

from queues.models import Lease, User, WorkItem
from queues.refusals import LeaseLost
from workflows.fetching import fetch_all
from workflows.updating import Change, update

Status = WorkItem.Status


def held(*, item: WorkItem, by: User, epoch: int, known: Lease | None = None) -> Lease:
    """The open lease under which this account holds a locked item, or LeaseLost.

    `known` is the open lease where the caller has read it since it locked the item.
    """
    is_held = item.status == Status.RESERVED and item.holder_id == by.pk and item.epoch == epoch
    lease = (known or open_of(item)) if is_held else None
    if lease is None:
        raise LeaseLost(f"You do not hold {item} any more. {whereabouts(item)}")
    lease.holder = by
    return lease


def open_of(item: WorkItem) -> Lease | None:
    """The lease of who holds a locked item, if somebody does."""
    held_by_somebody = "self.item_id = %s AND self.ended_at IS NULL"
    return next(iter(fetch_all(Lease, held_by_somebody, [item.pk])), None)


def end(lease: Lease, ending: Lease.Ending, *, now: datetime) -> None:
    update(*ended(lease, ending, now=now))


def ended(lease: Lease, ending: Lease.Ending, *, now: datetime) -> Change:
    """The same, to be written together with other rows."""
    lease.ended_at, lease.ending = now, ending
    return lease, ["ended_at", "ending"]


def whereabouts(item: WorkItem) -> str:
    """Who has an item, or what became of it, in a sentence."""
    match item.status:
        case Status.RESERVED if item.holder and item.reserved_at:
            return f"{item.holder} has had it since {item.reserved_at:%H:%M} UTC."
        case Status.READY | Status.CREATED:
            return "It is back in its queue. Claim it again to go on."
        case Status.SUSPENDED:
            return "It is set aside for now."
        case Status.COMPLETED:
            return "It has been completed."
    return "It is no longer needed."


def facts_of(lease: Lease) -> dict[str, Any]:
    """The claim itself, for the journal: a claim does not hold the process, what ends it does."""
    return {
        "claimed_by": lease.holder.actor,
        "claimed_at": lease.claimed_at.isoformat(),
        "epoch": lease.epoch,
    }
