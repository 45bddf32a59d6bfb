"""The statement that finds the next item, reserves it and writes down the lease, all in one.

It does what `WorkItem.reserve` does to a row, guarded by the status that the transition starts
from; tests/queues/test_claims.py holds the two together. `status = 'ready'` is a literal, or a
prepared plan could not use the partial indexes.

There are two ways to look. *First look*: the first rows of each queue's ready index, whatever they
need; nearly always the answer is among them. *By need*: the first rows of each (queue,
requirement) that the person is eligible for, however deep they lie. Both give the same order. The
first look knows nothing beyond its last row, so it only offers what comes before that (`horizon`).
Candidates are collected without locks; then one of them is locked, passing by those that others
are just taking. The answer brings along all that is asked about the item next, so that a claim is
one look-up: `read` makes rows of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from queues.models import Lease, Queue, Requirement, WorkItem

CANDIDATES = 32
MORE_CANDIDATES = 1_024  # more than anybody is taking at one moment
ROWS_OF_FIRST_LOOK = 200
NO_HORIZON = 2**63 - 1

NOT_KEPT_FROM_IT = """
    AND {row}.activity_id <> ALL(%(activities)s::uuid[])
    AND NOT EXISTS (SELECT FROM queues_exclusion kept
                     WHERE kept.item_id = {row}.id AND kept.person_id = %(person)s)
    AND NOT EXISTS (SELECT FROM queues_skip rests
                     WHERE rests.item_id = {row}.id AND rests.user_id = %(user)s
                       AND rests.until > %(now)s)
"""

FIRST_LOOK = f"""
    WITH head AS MATERIALIZED (
        SELECT open.room, seen.*
          FROM unnest(%(queues)s::uuid[], %(rooms)s::int[]) AS open (queue_id, room)
         CROSS JOIN LATERAL (
                SELECT id, queue_id, activity_id, requirement_id, weight, sort_key
                  FROM queues_workitem
                 WHERE queue_id = open.queue_id AND status = 'ready'
                 ORDER BY sort_key LIMIT {ROWS_OF_FIRST_LOOK}
               ) seen
    ), edges AS (
        SELECT max(sort_key) AS last FROM head
         GROUP BY queue_id HAVING count(*) = {ROWS_OF_FIRST_LOOK}
    ), horizon AS (
        SELECT min(last) AS last FROM edges
    ), candidates AS MATERIALIZED (
        SELECT head.id, head.sort_key
          FROM head CROSS JOIN horizon
         WHERE head.sort_key <= coalesce(horizon.last, {NO_HORIZON})
           AND head.weight <= head.room
           AND head.requirement_id = ANY(%(eligible)s::bigint[])
           {NOT_KEPT_FROM_IT.format(row="head")}
         ORDER BY head.sort_key, head.id LIMIT {CANDIDATES}
    ),
"""  # noqa: S608 - put together from constants

BY_NEED = f"""
    WITH candidates AS MATERIALIZED (
        SELECT seen.id, seen.sort_key
          FROM unnest(%(queues)s::uuid[], %(rooms)s::int[]) AS open (queue_id, room)
         CROSS JOIN unnest(%(eligible)s::bigint[]) AS needed (requirement_id)
         CROSS JOIN LATERAL (
                SELECT item.id, item.sort_key
                  FROM queues_workitem item
                 WHERE item.queue_id = open.queue_id AND item.status = 'ready'
                   AND item.requirement_id = needed.requirement_id
                   AND item.weight <= open.room
                   {NOT_KEPT_FROM_IT.format(row="item")}
                 ORDER BY item.sort_key LIMIT %(depth)s
               ) seen
         ORDER BY seen.sort_key, seen.id LIMIT %(candidates)s
    ), horizon AS (
        SELECT NULL::bigint AS last
    ),
"""  # noqa: S608 - put together from constants

ROWS: dict[str, type[Model]] = {
    "leased": Lease,
    "taken": WorkItem,
    "queue": Queue,
    "needed": Requirement,
}
COLUMNS = ", ".join(
    f'{row}."{field.column}"'
    for row, model in ROWS.items()
    for field in model._meta.concrete_fields
)

TAKE = f"""
    picked AS (
        SELECT item.id
          FROM queues_workitem item JOIN candidates ON candidates.id = item.id
         WHERE item.status = 'ready'
         ORDER BY candidates.sort_key, candidates.id LIMIT 1
           FOR NO KEY UPDATE OF item SKIP LOCKED
    ), taken AS (
        UPDATE queues_workitem item
           SET status = 'reserved', holder_id = %(user)s, reserved_at = %(now)s,
               epoch = item.epoch + 1
          FROM picked
         WHERE item.id = picked.id AND item.status = 'ready'
        RETURNING item.*
    ), leased AS (
        INSERT INTO queues_lease (item_id, holder_id, epoch, claimed_at, expires_at, ending)
        SELECT taken.id, %(user)s, taken.epoch, %(now)s, %(now)s::timestamptz + queue.lease_for, ''
          FROM taken JOIN queues_queue queue ON queue.id = taken.queue_id
        RETURNING queues_lease.*
    )
    SELECT (SELECT count(*) FROM candidates),
           (SELECT last IS NOT NULL FROM horizon),
           {COLUMNS}
      FROM (VALUES (1)) always (one)
      LEFT JOIN leased ON true
      LEFT JOIN taken ON true
      LEFT JOIN queues_queue queue ON queue.id = taken.queue_id
      LEFT JOIN queues_requirement needed ON needed.id = taken.requirement_id
"""  # noqa: S608 - put together from constants
TAKE_FIRST_LOOK = FIRST_LOOK + TAKE
TAKE_BY_NEED = BY_NEED + TAKE


@dataclass(frozen=True, slots=True)
class Look:
    """What one look came to."""

    lease: Lease | None  # with its item, and that with its queue and requirement
    seen: int  # candidates, taken by others or not
    has_more: bool  # behind the first look


def read(answer: Sequence[Any]) -> Look:
    seen, has_more, *values = answer
    if values[0] is None:
        return Look(None, seen, has_more)
    lease, item, queue, needed = _rows(values)
    item.queue, item.requirement = queue, needed
    lease.item = item
    return Look(lease, seen, has_more)


def _rows(values: Sequence[Any]) -> Iterator[Any]:
    start = 0
    for model in ROWS.values():
        names = [each.attname for each in model._meta.concrete_fields]
        yield model.from_db("default", names, values[start : start + len(names)])
        start += len(names)
