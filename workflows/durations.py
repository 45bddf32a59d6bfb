"""How long the steps of real instances took: one statement, bounded by time and by rows.

The instances are found by the index over definition and start, the newest first, and the steps of
one after the other by the index over instance and entry (OFFSET 0 keeps it that way): what it costs
does not grow with the table.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from workflows.heat import TIMED, Timed
from workflows.models import Activity, ProcessDefinition

MOST_INSTANCES, MOST_STEPS = 5_000, 100_000

MEASURED = """
WITH chosen AS (
    SELECT id FROM workflows_processinstance
     WHERE definition_id = ANY(%(definitions)s) AND started_at >= %(since)s
     ORDER BY started_at DESC LIMIT %(instances)s
), passed AS MATERIALIZED (
    SELECT step.id, step.node_id, step.ended_at IS NULL AS is_there,
           extract(epoch FROM coalesce(step.ended_at, %(now)s) - step.entered_at)::float8 AS took
      FROM chosen CROSS JOIN LATERAL (
               SELECT id, node_id, entered_at, ended_at
                 FROM workflows_activity
                WHERE instance_id = chosen.id AND kind = ANY(%(kinds)s) AND status <> 'cancelled'
               OFFSET 0) step
     LIMIT %(steps)s
), held AS (
    SELECT item.activity_id,
           coalesce(sum(extract(epoch FROM coalesce(lease.ended_at, %(now)s) - lease.claimed_at)),
                    0)::float8 AS took
      FROM passed JOIN {items} item ON item.activity_id = passed.id
      LEFT JOIN {leases} lease ON lease.item_id = item.id
     WHERE NOT passed.is_there
     GROUP BY item.activity_id
)
SELECT passed.node_id,
       count(*) FILTER (WHERE NOT is_there),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY passed.took) FILTER (WHERE NOT is_there),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY passed.took) FILTER (WHERE NOT is_there),
       sum(passed.took) FILTER (WHERE NOT is_there),
       sum(least(held.took, passed.took)) /
           nullif(sum(passed.took) FILTER (WHERE held.activity_id IS NOT NULL), 0),
       count(*) FILTER (WHERE is_there),
       max(passed.took) FILTER (WHERE is_there),
       (SELECT count(*) FROM chosen),
       (SELECT count(*) FROM passed)
  FROM passed LEFT JOIN held ON held.activity_id = passed.id
 GROUP BY passed.node_id
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found, and how much was looked at."""

    steps: list[Timed]
    instances: int = 0
    counted: int = 0  # passes through a step
    is_cut: bool = False  # there was more than is looked at


def of(definitions: list[ProcessDefinition], *, since: datetime, now: datetime) -> Measured:
    """The steps of the newest instances of these definitions that began at `since` or later.

    Of work items, the time in somebody's hands is what their reservations lasted.
    """
    items = Activity._meta.get_field("items").related_model
    leases: Any = items._meta.get_field("leases").related_model
    statement = MEASURED.format(items=items._meta.db_table, leases=leases._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "definitions": [each.pk for each in definitions],
                "since": since,
                "now": now,
                "kinds": list(TIMED),
                "instances": MOST_INSTANCES,
                "steps": MOST_STEPS,
            },
        )
        found = cursor.fetchall()
    if not found:
        return Measured([])
    instances, counted = found[0][8:]
    is_cut = instances == MOST_INSTANCES or counted == MOST_STEPS
    return Measured([_timed(row) for row in found], instances, counted, is_cut)


def _timed(row: tuple[Any, ...]) -> Timed:
    node, finished, median, ninetieth, total, in_hand, standing, longest, _, _ = row
    share = None if in_hand is None else min(max(in_hand, 0.0), 1.0)
    return Timed(node, finished, median, ninetieth, total, share, standing, longest)
