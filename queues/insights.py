"""How queues stand and flow: the figures of the board.

Counts are exact. They come from the covering index of open items alone, so closed rows cost
nothing; docs/explanation/board.md says what they cost as the backlog grows.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from queues import queries, working_time
from queues.models import Queue, User, WorkItem
from queues.queries import Standing

HOURS_SHOWN = 12
PATIENCE = 4.0  # seconds for one statement

# Whole hours before now, the last hour first.
PER_HOUR = """
    SELECT queue_id, floor(extract(epoch FROM %(now)s - {column}) / 3600)::int, count(*)
      FROM queues_workitem
     WHERE queue_id = ANY(%(queues)s) AND {column} > %(since)s AND {column} <= %(now)s {only}
     GROUP BY 1, 2
"""
ARRIVALS = PER_HOUR.format(column="created_at", only="")
COMPLETIONS = PER_HOUR.format(column="ended_at", only="AND status = 'completed'")

Flow = Mapping[UUID, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether a queue's promises run at this moment."""

    is_open: bool
    opens_at: datetime | None = None  # in the calendar's own zone
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """How one queue, or all of them, stand."""

    standing: Mapping[Standing, int] = field(default_factory=dict)
    ready: int = 0
    reserved: int = 0
    suspended: int = 0
    oldest_ready_at: datetime | None = None
    next_due_at: datetime | None = None
    people: int = 0
    arrivals: Sequence[int] = (0,) * HOURS_SHOWN  # per hour, the oldest first
    completions: Sequence[int] = (0,) * HOURS_SHOWN

    @property
    def open(self) -> int:
        return sum(self.standing.values())

    @property
    def is_quiet(self) -> bool:
        """Nothing is open, and nothing came or was done in the hours that are shown."""
        return not (self.open or any(self.arrivals) or any(self.completions))

    @property
    def at_risk(self) -> int:
        return self.standing.get(Standing.WATCH, 0) + self.standing.get(Standing.WARN, 0)


@dataclass(frozen=True, slots=True)
class Row:
    queue: Queue
    figures: Figures
    hours: Hours


@dataclass(frozen=True, slots=True)
class Board:
    """Every queue that somebody manages, as it stands at one moment."""

    rows: Sequence[Row]
    total: Figures
    at: datetime
    hours_ago: Sequence[int] = range(HOURS_SHOWN, 0, -1)

    @property
    def quiet(self) -> list[Row]:
        """Rows that would only be noughts among rows that are not."""
        quiet = [row for row in self.rows if row.figures.is_quiet]
        return quiet if len(quiet) < len(self.rows) else []

    @property
    def shown(self) -> list[Row]:
        quiet = {row.queue.pk for row in self.quiet}
        return [row for row in self.rows if row.queue.pk not in quiet]


# What was counted for a set of queues, when by this process's own clock, and how long it took.
_remembered: dict[frozenset[UUID], tuple[Board, float, float]] = {}
SHARE_OF_TIME = 0.1  # that counting for one set of queues may take of a process's time
QUICK = 0.1  # seconds; counts as quick as this are made afresh for everybody
REMEMBERED_AT_MOST = 50


def board(user: User, now: datetime) -> Board:
    """As it is now. With a backlog so long that counting is slow, as it was a few seconds ago."""
    queues = list(queries.queues_visible_to(user))
    key = frozenset(queue.pk for queue in queues)
    began = monotonic()
    if key in _remembered:
        last, counted_at, took = _remembered[key]
        if took > QUICK and began - counted_at < took / SHARE_OF_TIME:
            return last
    if len(_remembered) >= REMEMBERED_AT_MOST:
        _remembered.clear()
    fresh = _fresh(queues, now)
    _remembered[key] = fresh, began, monotonic() - began
    return fresh


def _fresh(queues: list[Queue], now: datetime) -> Board:
    counted = _counted(queues, now)
    holders: dict[object, set[int]] = defaultdict(set)
    for queue_id, holder in queries.holders_in(queues):
        holders[queue_id].add(holder)
    arrivals = _per_hour(ARRIVALS, queues, now)
    completions = _per_hour(COMPLETIONS, queues, now)
    rows = [
        Row(
            queue=queue,
            hours=hours_of(queue, now),
            figures=_figures(
                counted.get(queue.pk, {}),
                people=len(holders[queue.pk]),
                arrivals=arrivals[queue.pk],
                completions=completions[queue.pk],
            ),
        )
        for queue in queues
    ]
    everybody = set[int]().union(*holders.values())
    return Board(rows=rows, total=_together([row.figures for row in rows], len(everybody)), at=now)


def hours_of(queue: Queue, now: datetime) -> Hours:
    if queue.policy is None:
        return Hours(is_open=True)
    calendar = working_time.from_spec(queue.policy.calendar.spec)
    if calendar.is_open(now):
        return Hours(is_open=True, zone=calendar.zone)
    opens_at = calendar.local(calendar.next_opening(now))
    return Hours(is_open=False, opens_at=opens_at, zone=calendar.zone)


def _counting(queues: list[Queue], now: datetime) -> QuerySet[WorkItem, dict[str, Any]]:
    """One index-only pass over what is open."""
    ready = Q(status=WorkItem.Status.READY)
    counted = (
        WorkItem.objects.filter(queries.is_open(), queue__in=queues)
        .order_by()
        .values("queue_id")
        .annotate(
            ready=queries.rows(ready),
            reserved=queries.rows(Q(status=WorkItem.Status.RESERVED)),
            suspended=queries.rows(Q(status=WorkItem.Status.SUSPENDED)),
            oldest_ready_at=Min("ready_at", filter=ready),
            next_due_at=Min("due_at", filter=Q(due_at__gte=now)),
            **{
                each.value: queries.rows(queries.stands(each, now))
                for each in Standing
                if each is not Standing.ON_TRACK
            },
            everything=Count("*"),
        )
    )
    return cast("QuerySet[WorkItem, dict[str, Any]]", counted)


def _counted(queues: list[Queue], now: datetime) -> dict[UUID, dict[str, Any]]:
    return {row.pop("queue_id"): row for row in _counting(queues, now)}


def _figures(
    counted: dict[str, Any], *, people: int, arrivals: Sequence[int], completions: Sequence[int]
) -> Figures:
    counts = {each: counted.pop(each.value, 0) for each in Standing}
    # On track is what is left: one condition fewer for every row of a long backlog.
    counts[Standing.ON_TRACK] = counted.pop("everything", 0) - sum(counts.values())
    return Figures(
        standing=counts, people=people, arrivals=arrivals, completions=completions, **counted
    )


def _per_hour(statement: str, queues: list[Queue], now: datetime) -> Flow:
    flow: dict[UUID, list[int]] = {queue.pk: [0] * HOURS_SHOWN for queue in queues}
    since = now - timedelta(hours=HOURS_SHOWN)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"queues": list(flow), "since": since, "now": now})
        for queue_id, hours_ago, count in cursor.fetchall():
            if hours_ago < HOURS_SHOWN:
                flow[queue_id][HOURS_SHOWN - 1 - hours_ago] = count
    return flow


def _together(rows: list[Figures], people: int) -> Figures:
    standing: Counter[Standing] = Counter()
    for row in rows:
        standing.update(row.standing)
    return Figures(
        standing={each: standing[each] for each in Standing},
        ready=sum(row.ready for row in rows),
        reserved=sum(row.reserved for row in rows),
        suspended=sum(row.suspended for row in rows),
        oldest_ready_at=min((r.oldest_ready_at for r in rows if r.oldest_ready_at), default=None),
        next_due_at=min((r.next_due_at for r in rows if r.next_due_at), default=None),
        people=people,
        arrivals=_summed([row.arrivals for row in rows]),
        completions=_summed([row.completions for row in rows]),
    )


def _summed(flows: list[Sequence[int]]) -> Sequence[int]:
    return [sum(hour) for hour in zip(*flows, strict=True)] or [0] * HOURS_SHOWN
