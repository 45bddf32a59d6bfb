"""Looking after jobs: workers that were not told, and workers that did not come back."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from workflows import breakers, job_handlers, job_results, runtime, wakeups
from workflows.job_results import LeaseOver
from workflows.literals import literal
from workflows.models import Job, JobKind

BATCH = 200
BATCH_OUTSIDE = 5_000  # nothing is sent for these

# What workers outside do is nobody's to be told of here: they ask by themselves. Looked at again in
# an hour, in case a handler was installed meanwhile.
SET_ASIDE = """
UPDATE workflows_job SET dispatch_at = %(now)s::timestamptz + interval '1 hour'
WHERE id IN (
    SELECT id FROM workflows_job WHERE status = 'ready' AND dispatch_at <= %(now)s::timestamptz
        AND handler <> ALL (%(installed)s)
        AND handler = ANY (SELECT name FROM workflows_jobkind WHERE external)
    ORDER BY dispatch_at LIMIT %(aside)s FOR NO KEY UPDATE SKIP LOCKED
) AND status = 'ready'
"""
# One statement, so that several sweeps share the due rows among them. `ready` is spelt out for the
# partial index.
DISPATCH = """
UPDATE workflows_job SET
    dispatches = dispatches + 1,
    dispatch_at = %(now)s::timestamptz + make_interval(secs => least(60, 2 ^ least(dispatches, 6)))
WHERE id IN (
    SELECT id FROM workflows_job WHERE status = 'ready' AND dispatch_at <= %(now)s::timestamptz
    ORDER BY dispatch_at LIMIT %(at_most)s FOR NO KEY UPDATE SKIP LOCKED
) AND status = 'ready'
RETURNING id
"""


def dispatch_due(now: datetime, *, at_most: int = BATCH) -> int:
    """Wake workers for ready jobs that nobody has answered for; each waits longer every time.

    1, 2, 4 … 60 seconds between two wake-ups of one job, so a slow broker is not flooded.
    """
    given: dict[str, Any] = {
        "now": now, "at_most": at_most, "aside": BATCH_OUTSIDE,
        "installed": sorted(job_handlers.installed()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        if JobKind.objects.filter(external=True).exists():
            cursor.execute(SET_ASIDE, given)
        cursor.execute(DISPATCH, given)
        due = [str(row[0]) for row in cursor.fetchall()]
    return wakeups.send_all(wakeups.RUN_JOB, due)


def wake_next(handler: str, *, now: datetime) -> None:
    """A place became free where only so many may be at work: tell a worker of who comes next."""
    if job_handlers.terms_of(handler).at_once is None:
        return
    waiting = Job.objects.filter(status=literal("ready"), handler=handler, ready_at__lte=now)
    following = waiting.order_by("ready_at", "id").values_list("pk", flat=True).first()
    if following is not None:
        wakeups.send(wakeups.RUN_JOB, str(following))


def expire_leases(now: datetime, *, at_most: int = BATCH) -> int:
    """A worker that did not come back within its lease counts as a failed attempt."""
    late = Job.objects.filter(status=literal("leased"), lease_expires_at__lte=now)
    expired = 0
    for job in list(late.order_by("lease_expires_at").defer("input")[:at_most]):
        if _expire(job, now=now):
            expired += 1
            breakers.failed(job, now=now)
            wake_next(job.handler, now=now)
    return expired


@transaction.atomic
def _expire(job: Job, *, now: datetime) -> bool:
    """False when the worker came back at the last moment, or somebody works on the instance."""
    if runtime.hold_if_free(job.instance_id) is None:
        return False
    error = f"The worker {job.leased_by} did not come back within its lease."
    try:
        job_results.fail(leased=job, error=error, now=now)
    except LeaseOver:
        return False
    return True
