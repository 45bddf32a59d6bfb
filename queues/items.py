"""Work items from the moment somebody is needed until nobody is.

The process instance of an item is held by the caller, before the item: one lock order everywhere.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from queues import leases, ledgers, measuring, ordering, requirements
from queues.models import Exclusion, Lease, Person, Queue, TableRouting, User, WorkItem
from queues.refusals import NotReady
from queues.routing import Route
from workflows import journal, postponing, runtime
from workflows.fetching import FOR_UPDATE, fetch_one
from workflows.journal import Fact
from workflows.making import new
from workflows.models import Activity, ProcessInstance
from workflows.refusals import NotValid

LONGEST_TITLE = 200
ITS_INSTANCE = "SELECT instance_id FROM queues_workitem WHERE id = %s"
OVER = (WorkItem.Status.COMPLETED, WorkItem.Status.OBSOLETE)


def lock(item_id: UUID, *also: str) -> WorkItem:
    """The row as it is now, held until the transaction ends.

    Whatever was read before this call may be out of date. `also` names what is read along with
    it, and never changes for an item.
    """
    return fetch_one(WorkItem, f"self.id = %s {FOR_UPDATE}", [item_id], "queue", *also)


def hold(item_id: UUID) -> tuple[ProcessInstance, WorkItem]:
    """The process, then the item with its activity, as they are now.

    One object stands for the process: it carries the head of the chain.
    """
    instance = runtime.hold_of(ITS_INSTANCE, [item_id])
    item = lock(item_id, "activity")
    item.instance = instance
    return instance, item


def hold_if_free(item_id: UUID) -> tuple[ProcessInstance, WorkItem] | None:
    """For sweeps, which pass by what somebody is working on and come back later."""
    instance_id = WorkItem.objects.values_list("instance_id", flat=True).get(pk=item_id)
    instance = runtime.hold_if_free(instance_id)
    return (instance, lock(item_id)) if instance else None


@transaction.atomic(savepoint=False)
def open_item(
    *,
    instance: ProcessInstance,
    activity: Activity,
    title: str,
    route: Route,
    now: datetime,
    excluded: Mapping[Person, str] | None = None,
    priority: int | None = None,
    promised_by: datetime | None = None,
    weight: int = 1,
) -> WorkItem:
    """Somebody is needed: a ready item in its place, its clocks running. `instance` is held."""
    item = new(
        WorkItem,
        instance=instance,
        activity=activity,
        queue=route.queue,
        requirement=requirements.requirement_for(route.skills, route.region),
        title=title[:LONGEST_TITLE],
        priority=_priority(route.priority if priority is None else priority),
        weight=weight,
        routed_by=route.reason,
        created_at=now,
    )
    item.make_ready(now=now)
    measuring.start(item=item, queue=route.queue, promised_by=promised_by, now=now)
    kept_from = _keep_from(item, excluded or {})
    journal.record_all([_opened(item, route, kept_from)], instance=instance, now=now)
    return item


def _opened(item: WorkItem, route: Route, kept_from: Iterable[Exclusion]) -> Fact:
    return fact(
        "item.opened",
        item,
        activity=str(item.activity_id),
        queue=route.queue.slug,
        priority=item.priority,
        requirement=item.requirement.key,
        routed_by=route.reason,
        **_table(item, route),
        excluded=sorted(str(each.person_id) for each in kept_from),
    )


def _keep_from(item: WorkItem, excluded: Mapping[Person, str]) -> list[Exclusion]:
    """These people can never take the item, for the reason that stands beside each."""
    rows = [Exclusion(item=item, person=person, reason=why) for person, why in excluded.items()]
    postponing.insert(rows)
    return rows


def _table(item: WorkItem, route: Route) -> dict[str, Any]:
    """What the table saw stays with the item, as it may be personal; the journal names rules."""
    source = route.source
    if source is None:
        return {}
    row = TableRouting(
        item=item, decision=source.decision, version=source.version, trace=source.trace
    )
    postponing.insert([row])
    return {"table": source.decision, "table_version": source.version, "rules": source.rules}


def complete(
    *,
    item: WorkItem,
    by: User,
    epoch: int,
    now: datetime,
    lease: Lease | None = None,
    facts: Iterable[Fact] = (),
) -> WorkItem:
    """The work under this lease is done. `item` is locked, its process held.

    `lease` is the open one where the caller has read it under this lock; `facts` are what the
    caller has to say after it.
    """
    lease = leases.held(item=item, by=by, epoch=epoch, known=lease)
    with transaction.atomic(savepoint=False):
        ended = leases.ended(lease, Lease.Ending.DECIDED, now=now)
        item.complete(now=now)
        change = measuring.stopped(item, now)
        change.save("status", "holder", "ended_at", also=[ended])
        done = fact("item.completed", item, actor=by.actor, **leases.facts_of(lease))
        journal.record_all([done, *change.facts, *facts], instance=item.instance, now=now)
    return item


@transaction.atomic
def reopen(*, item: WorkItem, by: User, now: datetime) -> Lease:
    """An undo, within its window: who completed the item holds it again, under a new lease."""
    if item.status != WorkItem.Status.COMPLETED:
        raise NotReady(f"Only a completed item can be reopened. {leases.whereabouts(item)}")
    item.reopen(holder=by, now=now)
    change = measuring.reopened(item, now)
    change.save("status", "holder", "reserved_at", "ended_at", "epoch")
    lease = Lease.objects.create(
        item=item,
        holder=by,
        epoch=item.epoch,
        claimed_at=now,
        expires_at=now + item.queue.lease_for,
    )
    again = fact("item.reopened", item, actor=by.actor, **leases.facts_of(lease))
    journal.record_all([again, *change.facts], instance=item.instance, now=now)
    return lease


@transaction.atomic
def drop(*, item: WorkItem, now: datetime) -> WorkItem:
    """Nobody is needed any more. Dropping what is over already changes nothing."""
    if item.status in OVER:
        return item
    lease = leases.open_of(item)
    ended = [leases.ended(lease, Lease.Ending.OBSOLETE, now=now)] if lease else []
    item.drop(now=now)
    change = measuring.cancelled(item, now)
    change.save("status", "holder", "ended_at", also=ended)
    gone = fact("item.obsolete", item, **(leases.facts_of(lease) if lease else {}))
    journal.record_all([gone, *change.facts], instance=item.instance, now=now)
    return item


def raise_priority(*, item: WorkItem, instance: ProcessInstance, now: datetime) -> bool:
    """One class more urgent; False when it is the most urgent already. Both rows are held."""
    before, item.priority = item.priority, ordering.raised(item.priority)
    if item.priority == before:
        return False
    _settle_in(item)
    item.save(update_fields=["priority", "sort_key"])
    raised = fact("item.priority_raised", item, was=before, priority=item.priority)
    journal.record_all([raised], instance=instance, now=now)
    return True


def move(
    *, item: WorkItem, instance: ProcessInstance, to: Queue, actor: str, now: datetime
) -> WorkItem:
    """To another queue, for its members. Its promises stay as they were made. Both rows are held;
    nobody holds the item under a lease."""
    was, item.queue = item.queue, to
    _settle_in(item)
    item.save(update_fields=["queue", "sort_key"])
    moved = fact("item.moved", item, actor=actor, was=was.slug, queue=to.slug)
    journal.record_all([moved], instance=instance, now=now)
    return item


@transaction.atomic
def reorder(queue: Queue) -> int:
    """After a queue has changed what it goes by: every open item gets its new place."""
    held = WorkItem.objects.select_for_update(no_key=True, of=("self",))
    found = held.filter(queue=queue).exclude(status__in=OVER).order_by("id")
    changed = []
    for item in found.iterator(chunk_size=2_000):
        before = item.sort_key
        item.queue = queue
        _settle_in(item)
        if item.sort_key != before:
            changed.append(item)
    return WorkItem.objects.bulk_update(changed, ["sort_key"], batch_size=1_000)


def fact(kind: str, item: WorkItem, *, actor: str = "system", **detail: object) -> Fact:
    said = {"item": str(item.pk), **detail}
    return Fact(kind=kind, actor=actor, subject=f"item:{item.pk}", detail=said)


def _settle_in(item: WorkItem) -> None:
    if item.queue.order == Queue.Order.DEADLINE:
        ledgers.note_on_item(item, ledgers.of_item(item), item.queue)
    else:
        item.sort_key = ledgers.place(item, item.queue, None)


def _priority(priority: int) -> int:
    if not ordering.MOST_URGENT <= priority <= ordering.LEAST_URGENT:
        raise NotValid(f"Priority {priority} does not exist. Use 1, the most urgent, to 5.")
    return priority
