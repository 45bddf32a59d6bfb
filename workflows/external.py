"""Work that programs outside do: they ask for jobs by topic, and hold them under a lease.

A topic is the handler name of a job that no function of this installation does. Asking takes one
short transaction; who waits for work holds neither a transaction nor a connection while waiting.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from workflows import breakers, job_handlers
from workflows.models import Job, JobKind
from workflows.refusals import NotAllowed, NotValid

LONGEST_WAIT = 30.0  # seconds
MOST_AT_ONCE = 100  # jobs
LONGEST_LEASE = timedelta(hours=24)
FIRST_LOOK, LAST_LOOK = 0.1, 1.0  # seconds between two looks of one who waits: longer and longer
ASK_AGAIN = 1.0  # seconds, when there was no place to wait
# Others need the threads of a web process too.
MOST_WAITING = 4
# Large, and of no interest to a worker: it is given the job's input.
UNREAD = ("instance__variables", "instance__definition__source", "activity__trace")
_places = threading.BoundedSemaphore(MOST_WAITING)

# `ready` is spelt out for the partial index, which is walked once for each topic: however many jobs
# wait, so many rows are read as are taken. What others are just taking is passed by.
TAKE = """
WITH first AS MATERIALIZED (
    SELECT waiting.id, waiting.ready_at FROM unnest(%(topics)s::text[]) AS topic (name)
    CROSS JOIN LATERAL (
        SELECT id, ready_at FROM workflows_job
        WHERE status = 'ready' AND handler = topic.name AND ready_at <= %(now)s::timestamptz
        ORDER BY ready_at, id LIMIT %(at_most)s FOR NO KEY UPDATE SKIP LOCKED
    ) AS waiting
    ORDER BY waiting.ready_at, waiting.id LIMIT %(at_most)s
)
UPDATE workflows_job AS job SET
    status = 'leased', epoch = epoch + 1, attempts = attempts + 1, leased_by = %(by)s,
    lease_expires_at = %(now)s::timestamptz + coalesce(%(lease)s::interval, lease_for),
    dispatch_at = NULL, answered = ''
FROM first WHERE job.id = first.id AND job.status = 'ready'
RETURNING job.id
"""


class NotYourTopic(NotAllowed):
    """Each token names the topics that its worker may take jobs of."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which jobs somebody would take, how many, and for how long."""

    topics: tuple[str, ...]
    by: str  # account and worker, as `api:shipping/press-2`
    at_most: int = 1
    lease: timedelta | None = None  # None: as long as the model says


@dataclass(frozen=True, slots=True)
class Fetched:
    """Jobs that are leased now, and topics that rest after failures until some moment."""

    jobs: Sequence[Job] = ()
    resting: Mapping[str, datetime] = field(default_factory=dict)
    ask_again_in: float = 0.0  # seconds


# --- which topics there are ----------------------------------------------------------------------


@transaction.atomic
def know(topics: Iterable[str]) -> None:
    """Workers outside do these from now on. Raises `NotValid` for what a handler here does."""
    names = sorted(set(topics))
    if here := sorted(job_handlers.installed().intersection(names)):
        raise NotValid(f"{', '.join(here)} is done by this installation itself. Leave it out.")
    JobKind.objects.bulk_create(
        [JobKind(name=name, external=True) for name in names],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["external"],
    )


def check_topics(wanted: Collection[str], allowed: Collection[str]) -> None:
    """Raises `NotYourTopic` for a topic that the caller's token does not name."""
    if foreign := sorted(set(wanted) - set(allowed)):
        raise NotYourTopic(
            f"Your token does not name the topic {foreign[0]}. Ask an administrator for one that "
            "does."
        )


# --- asking for work -----------------------------------------------------------------------------


def wait_for(
    wish: Wish,
    *,
    seconds: float,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
) -> Fetched:
    """Like `fetch`, and when nothing is there, look again until something is or the time is over.

    Only so many wait at a time in one process; who finds no place is told when to ask again.
    """
    found = fetch(wish, now=clock())
    if found.jobs or seconds <= 0:
        return found
    if not _places.acquire(blocking=False):
        return Fetched((), found.resting, ASK_AGAIN)
    try:
        return _wait(wish, min(seconds, LONGEST_WAIT), clock, sleep)
    finally:
        _places.release()


def _wait(
    wish: Wish,
    seconds: float,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> Fetched:
    until, pause = time.monotonic() + seconds, FIRST_LOOK
    while True:
        _let_go_of_the_connection()
        sleep(max(0.0, min(pause, until - time.monotonic())))
        found = fetch(wish, now=clock())
        if found.jobs or time.monotonic() >= until:
            return found
        pause = min(LAST_LOOK, pause * 1.5)


def _let_go_of_the_connection() -> None:
    if not connection.in_atomic_block:
        connection.close()  # back to the pool


@transaction.atomic
def fetch(wish: Wish, *, now: datetime) -> Fetched:
    """Lease what has waited longest in these topics; nothing when nothing is ready.

    What somebody else is just taking is passed by. A topic that rests after failures gives nothing;
    after its pause it gives one job, and how that ends says whether the others follow.
    """
    if here := job_handlers.installed().intersection(wish.topics):
        raise NotValid(f"{min(here)} is done by this installation itself. Leave it out.")
    kinds = {kind.name: kind for kind in JobKind.objects.filter(pk__in=wish.topics)}
    ailing = [kind for kind in kinds.values() if kind.breaker != JobKind.Breaker.CLOSED]
    works = [name for name in wish.topics if name not in {kind.name for kind in ailing}]
    resting: dict[str, datetime] = {}
    taken = _take(wish, works, at_most=wish.at_most, now=now)
    for kind in ailing:
        if until := breakers.resting_until(kind, now):
            resting[kind.name] = until
        elif len(taken) < wish.at_most:
            taken += _try_one(wish, kind.name, now=now)
    return Fetched(_in_full(taken), resting)


def _take(wish: Wish, topics: Sequence[str], *, at_most: int, now: datetime) -> list[UUID]:
    if not topics:
        return []
    given: dict[str, Any] = {
        "topics": list(topics), "at_most": at_most, "by": wish.by[:200], "lease": wish.lease,
        "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TAKE, given)
        return [row[0] for row in cursor.fetchall()]


def _try_one(wish: Wish, topic: str, *, now: datetime) -> list[UUID]:
    kind = breakers.hold(topic)
    if breakers.resting_until(kind, now):  # somebody else is trying meanwhile
        return []
    taken = _take(wish, [topic], at_most=1, now=now)
    if taken and kind.breaker != JobKind.Breaker.CLOSED:
        [job] = Job.objects.filter(pk__in=taken)
        breakers.try_one(kind, job=job.pk, until=job.lease_expires_at or now, now=now)
    return taken


def _in_full(taken: Sequence[UUID]) -> list[Job]:
    if not taken:
        return []
    found = Job.objects.filter(pk__in=taken).select_related("instance__definition", "activity")
    return list(found.defer(*UNREAD).order_by("ready_at", "id"))
