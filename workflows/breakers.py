"""How much of one kind of work may be done just now: its circuit breaker and its limit.

Both are settled on the row of the kind, so they hold over all workers. A process that dies between
an outcome and its count loses that count and nothing else: a breaker that tries one job forgets it
when its lease is over.

Who holds a kind's row never waits for a job or an instance, so nobody waits in a circle.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from workflows import job_handlers, journal
from workflows.job_handlers import Terms
from workflows.literals import literal
from workflows.models import Job, JobKind

Breaker = JobKind.Breaker
FULL_FOR = timedelta(seconds=5)  # until the next look, when as many as may be are at work
WOKEN_AT_ONCE = 1_000
STATE = ["breaker", "failures", "until", "probe", "changed_at"]

# Jobs that were told to wait for a breaker need not wait any longer.
LET_GO = """
UPDATE workflows_job SET dispatch_at = %(now)s, dispatches = 0 WHERE id IN (
    SELECT id FROM workflows_job WHERE status = 'ready' AND handler = %(name)s
        AND ready_at <= %(now)s AND dispatch_at > %(now)s
    ORDER BY ready_at, id LIMIT %(at_most)s FOR NO KEY UPDATE SKIP LOCKED
) AND status = 'ready'
"""


def held_back(job: Job, *, terms: Terms, now: datetime) -> datetime | None:
    """None when an attempt may begin; otherwise the moment for another look.

    To be called in the transaction that leases the job: the place it got is then taken.
    """
    kind = JobKind.objects.filter(pk=job.handler).first()
    works = kind is None or kind.breaker == Breaker.CLOSED
    if works and terms.at_once is None:
        return None
    kind = hold(job.handler)
    if (until := resting_until(kind, now)) is not None:
        return until
    if terms.at_once is not None and at_work(job.handler) >= terms.at_once:
        return now + FULL_FOR
    if kind.breaker != Breaker.CLOSED:
        try_one(kind, job=job.pk, until=now + job.lease_for, now=now)
    return None


def resting_until(kind: JobKind, now: datetime) -> datetime | None:
    """Until when nothing of this kind is begun; None when a job may be."""
    return kind.until if kind.until is not None and kind.until > now else None


def try_one(kind: JobKind, *, job: UUID, until: datetime, now: datetime) -> None:
    """The pause is over: this job alone is done now. `kind` is held."""
    kind.try_one(job=job, until=until, now=now)
    kind.save(update_fields=STATE)


def at_work(name: str) -> int:
    """How many of this kind are leased."""
    return Job.objects.filter(status=literal("leased"), handler=name).count()


def succeeded(job: Job, *, now: datetime) -> None:
    """The work was done, or ended in a way that the model foresees: who does it is well."""
    ailing = JobKind.objects.filter(pk=job.handler).exclude(breaker=Breaker.CLOSED, failures=0)
    if ailing.exists():
        _recovers(job, now=now)


@transaction.atomic
def _recovers(job: Job, *, now: datetime) -> None:
    kind = hold(job.handler)
    if kind.breaker == Breaker.CLOSED:
        kind.failures = 0
    elif kind.probe == job.pk:
        kind.close(now=now)
        _let_go(kind.name, now=now)
    kind.save(update_fields=STATE)


@transaction.atomic
def failed(job: Job, *, now: datetime) -> None:
    """An attempt failed, or its worker did not come back."""
    terms = job_handlers.terms_of(job.handler)
    kind = hold(job.handler)
    if kind.breaker == Breaker.OPEN or (kind.breaker == Breaker.TRYING and kind.probe != job.pk):
        return
    kind.failures += 1
    if kind.breaker == Breaker.TRYING or kind.failures >= terms.trips_after:
        kind.trip(rests_for=terms.rests_for, now=now)
    kind.save(update_fields=STATE)


@transaction.atomic
def close(name: str, *, by: str, now: datetime) -> bool:
    """A person knows that it works again; False when nothing was held back."""
    if not JobKind.objects.filter(pk=name).exclude(breaker=Breaker.CLOSED).exists():
        return False
    kind = hold(name)
    if kind.breaker == Breaker.CLOSED:
        return False
    kind.close(now=now)
    kind.save(update_fields=STATE)
    _let_go(name, now=now)
    journal.record_outside("breaker.closed", subject=f"job:{name}", actor=by, now=now, name=name)
    return True


def hold(name: str) -> JobKind:
    """The row of a kind, held until the transaction ends; made on first use."""
    JobKind.objects.bulk_create([JobKind(name=name)], ignore_conflicts=True)
    return JobKind.objects.select_for_update(no_key=True).get(pk=name)


def _let_go(name: str, *, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LET_GO, {"name": name, "now": now, "at_most": WOKEN_AT_ONCE})
