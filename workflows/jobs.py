"""Automated steps: handed to workers under a lease, tried again with backoff, then given to people.

A job may run twice, its result is recorded once: a worker completes with the epoch of its lease,
and an older epoch is refused. The handler runs outside of any transaction.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from workflows import backoff, canonical, handover, job_handlers, journal, runtime, wakeups
from workflows.incidents import retry
from workflows.job_handlers import BusinessError, Work, handler
from workflows.journal import Fact
from workflows.literals import literal
from workflows.models import Incident, Job, ProcessInstance
from workflows.refusals import NotValid, OutOfDate

__all__ = [
    "BusinessError",
    "Work",
    "complete",
    "dispatch_due",
    "expire_leases",
    "fail",
    "handler",
    "lease",
    "retry",
    "run",
    "throw",
]

LONGEST_PAUSE = timedelta(minutes=5)
PAUSES = (0.2, 1.0)  # seconds between tries to record a result
LONGEST_ERROR = 2_000  # characters kept of what a handler said
BATCH = 200

logger = logging.getLogger(__name__)


class LeaseOver(OutOfDate):
    """The worker's lease on the job has ended; whatever it found out is not recorded."""


# --- a worker's way -----------------------------------------------------------------------------


def run(job_id: UUID, worker: str, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Do one attempt if the job waits for one; whether its result was recorded."""
    job = lease(job_id, by=worker, now=clock())
    if job is None:
        return False
    try:
        work = Work(input=job.input, idempotency_key=str(job.pk), attempt=job.attempts)
        result = job_handlers.named(job.handler)(work)
        _insist(lambda: complete(leased=job, result=result, now=clock()))
    except LeaseOver as refusal:
        logger.info("%s: %s", job, refusal)
        return False
    except BusinessError as error:
        return _throw_quietly(job, error, now=clock())
    except OperationalError:
        raise  # the lease runs out, and the job is done again with the same key
    except Exception as error:  # noqa: BLE001 - a handler may raise anything; it is recorded
        return _fail_quietly(job, error, now=clock())
    return True


@transaction.atomic
def lease(job_id: UUID, *, by: str, now: datetime) -> Job | None:
    """Take a job that is ready, or nothing when it is not or somebody is just taking it."""
    free = Job.objects.select_for_update(skip_locked=True, no_key=True)
    job = free.filter(pk=job_id, status=Job.Status.READY, ready_at__lte=now).first()
    if job is None:
        return None
    job.lease(by=by[:200], now=now)
    job.save(
        update_fields=[
            "status",
            "epoch",
            "attempts",
            "leased_by",
            "lease_expires_at",
            "dispatch_at",
        ]
    )
    return job


@transaction.atomic
def complete(*, leased: Job, result: Mapping[str, Any], now: datetime) -> None:
    """Record a result and move the process on. `leased` is the job as `lease` gave it.

    `LeaseOver` when the lease has ended meanwhile.
    """
    instance, job = _hold(leased)
    if not isinstance(result, Mapping):
        raise NotValid(f"The handler {job.handler} has to give back a JSON object.")
    job.complete(now=now)
    job.save(update_fields=["status", "lease_expires_at", "ended_at", "last_error"])
    fact = Fact(
        kind="job.completed",
        actor="system",
        subject=f"job:{job.pk}",
        detail={
            "node": job.activity.node_id,
            "handler": job.handler,
            "attempt": job.attempts,
            "result_sha256": canonical.digest(result),
        },
    )
    runtime.complete(
        activity=job.activity,
        instance=instance,
        variables={job.result_variable: result} if job.result_variable else {},
        actor="system",
        now=now,
        fact=fact,
    )


@transaction.atomic
def fail(
    *,
    leased: Job,
    error: str,
    now: datetime,
    chance: Callable[[], float] = random.random,
) -> Job:
    """Record a failed attempt: pause with backoff and jitter, or give the job to a person."""
    instance, job = _hold(leased)
    error = error.replace("\0", "")[:LONGEST_ERROR]
    if job.attempts >= job.max_attempts:
        _bury(job, instance=instance, error=error, now=now)
        return job
    pause = backoff.delay(job.attempts, base=job.backoff, cap=LONGEST_PAUSE, random=chance)
    job.give_back(error=error, ready_at=now + pause)
    job.save(
        update_fields=[
            "status",
            "lease_expires_at",
            "last_error",
            "ready_at",
            "dispatch_at",
            "dispatches",
        ]
    )
    _record("job.failed", job, instance=instance, now=now)
    return job


@transaction.atomic
def throw(*, leased: Job, error: BusinessError, now: datetime) -> bool:
    """Record that the work ended with a BPMN error; False when the model catches it nowhere.

    Then the job is given to a person. `LeaseOver` when the lease has ended meanwhile.
    """
    instance, job = _hold(leased)
    said = str(error).replace("\0", "")[:LONGEST_ERROR]
    fact = Fact(
        kind="job.error",
        actor="system",
        subject=f"job:{job.pk}",
        detail={"node": job.activity.node_id, "handler": job.handler, "attempt": job.attempts},
    )
    caught = runtime.throw_error(
        activity=job.activity,
        instance=instance,
        code=error.code,
        message=error.message,
        variables=error.variables,
        actor="system",
        now=now,
        fact=fact,
    )
    if not caught:
        _bury(job, instance=instance, error=said, now=now)
        return False
    job.complete(now=now)
    job.last_error = said
    job.save(update_fields=["status", "lease_expires_at", "dispatch_at", "ended_at", "last_error"])
    return True


def _insist(record: Callable[[], None]) -> None:
    """Work that was done is worth a second try when the database could not take it just then."""
    for pause in PAUSES:
        try:
            return record()
        except OperationalError as error:
            logger.info("The result could not be recorded, once more in %s s: %s", pause, error)
            connection.close_if_unusable_or_obsolete()
            time.sleep(pause)
    return record()


# --- sweeps -------------------------------------------------------------------------------------


def dispatch_due(now: datetime, *, at_most: int = BATCH) -> int:
    """Wake workers for ready jobs that nobody has answered for; each waits longer every time.

    1, 2, 4 … 60 seconds between two wake-ups of one job, so a slow broker is not flooded.
    """
    with connection.cursor() as cursor:
        cursor.execute(DISPATCH, {"now": now, "at_most": at_most})
        due = [str(row[0]) for row in cursor.fetchall()]
    return wakeups.send_all(wakeups.RUN_JOB, due)


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


def expire_leases(now: datetime, *, at_most: int = BATCH) -> int:
    """A worker that did not come back within its lease counts as a failed attempt."""
    late = Job.objects.filter(status=literal("leased"), lease_expires_at__lte=now)
    expired = 0
    for job in list(late.order_by("lease_expires_at").defer("input")[:at_most]):
        expired += _expire(job, now=now)
    return expired


@transaction.atomic
def _expire(job: Job, *, now: datetime) -> bool:
    """False when the worker came back at the last moment, or somebody works on the instance."""
    if runtime.hold_if_free(job.instance_id) is None:
        return False
    error = f"The worker {job.leased_by} did not come back within its lease."
    try:
        fail(leased=job, error=error, now=now)
    except LeaseOver:
        return False
    return True


# --- rows ---------------------------------------------------------------------------------------


def _hold(leased: Job) -> tuple[ProcessInstance, Job]:
    """The instance, then the job, both locked; refused unless this lease is still the job's."""
    instance = runtime.hold(leased.instance_id)
    held = Job.objects.select_for_update(no_key=True, of=("self",)).select_related("activity")
    job = held.get(pk=leased.pk)
    if job.status != Job.Status.LEASED or job.epoch != leased.epoch:
        raise LeaseOver(
            f"Lease {leased.epoch} has ended; the job is {job.status} under lease {job.epoch}."
        )
    return instance, job


def _bury(job: Job, *, instance: ProcessInstance, error: str, now: datetime) -> None:
    job.bury(error=error, now=now)
    job.save(update_fields=["status", "lease_expires_at", "ended_at", "last_error"])
    _record("job.dead", job, instance=instance, now=now)
    times = "once" if job.attempts == 1 else f"{job.attempts} times"
    handover.open_incident(
        instance=instance,
        activity=job.activity,
        kind=Incident.Kind.DEAD_JOB,
        message=f"{job.activity} failed {times}: {error}",
        now=now,
        job=job,
    )


def _record(kind: str, job: Job, *, instance: ProcessInstance, now: datetime) -> None:
    """Errors may hold personal data: they stay on the job, out of the journal."""
    journal.record(
        kind,
        instance=instance,
        actor="system",
        now=now,
        subject=f"job:{job.pk}",
        node=job.activity.node_id,
        handler=job.handler,
        attempt=job.attempts,
        worker=job.leased_by,
    )


def _fail_quietly(job: Job, error: Exception, *, now: datetime) -> bool:
    logger.warning("%s failed, attempt %s", job, job.attempts, exc_info=error)
    try:
        fail(leased=job, error=_said(error), now=now)
    except LeaseOver as refusal:
        logger.info("%s: %s", job, refusal)
    return False


def _throw_quietly(job: Job, error: BusinessError, *, now: datetime) -> bool:
    try:
        return throw(leased=job, error=error, now=now)
    except LeaseOver as refusal:
        logger.info("%s: %s", job, refusal)
    except Exception as trouble:  # noqa: BLE001 - what the handler sent cannot be kept
        return _fail_quietly(job, trouble, now=now)
    return False


def _said(error: Exception) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
