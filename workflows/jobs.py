"""Automated steps: handed to workers under a lease, tried again with backoff, then given to people.

A job may run twice, its result is recorded once: a worker completes with the epoch of its lease,
and an older epoch is refused. The handler runs outside of any transaction.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from workflows import breakers, job_handlers, job_steps, job_sweeps
from workflows.incidents import retry
from workflows.job_handlers import BusinessError, Terms, Work, handler
from workflows.job_results import LeaseOver, complete, fail, throw
from workflows.job_sweeps import dispatch_due, expire_leases
from workflows.models import Job, JobKind

__all__ = [
    "BusinessError",
    "LeaseOver",
    "Terms",
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

PAUSES = (0.2, 1.0)  # seconds between tries to record a result
LOOK_AGAIN = timedelta(hours=1)  # at a job of workers outside, in case a handler was installed
# Large, and of no interest to a worker: it is given the job's input.
UNREAD = ("instance__variables", "activity__trace")
LEASED = ["status", "epoch", "attempts", "leased_by", "lease_expires_at", "dispatch_at", "answered"]
OF_THE_TERMS = ["max_attempts", "lease_for", "backoff"]

logger = logging.getLogger(__name__)


def run(job_id: UUID, worker: str, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Do one attempt if the job waits for one; whether its result was recorded."""
    job = lease(job_id, by=worker, now=clock())
    if job is None:
        return False
    done = attempt(job, clock)
    job_sweeps.wake_next(job.handler, now=clock())
    return done


@transaction.atomic
def lease(job_id: UUID, *, by: str, now: datetime) -> Job | None:
    """Take a job that is ready, or nothing when it is not or somebody is just taking it.

    Nothing also while its kind rests after failures, has as many at work as may be, or is done by
    workers outside; that uses up no attempt.
    """
    free = Job.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    free = free.select_related("instance", "activity").defer(*UNREAD)
    job = free.filter(pk=job_id, status=Job.Status.READY, ready_at__lte=now).first()
    if job is None:
        return None
    terms = job_handlers.terms_of(job.handler)
    changed = _agree(job, terms)
    if (again := _held_back(job, terms, now)) is not None:
        Job.objects.filter(pk=job.pk).update(dispatch_at=max(again, job.dispatch_at or again))
        return None
    job.lease(by=by[:200], now=now)
    job.save(update_fields=[*LEASED, *changed])
    return job


def _held_back(job: Job, terms: Terms, now: datetime) -> datetime | None:
    if job.handler not in job_handlers.installed() and _is_external(job.handler):
        return now + LOOK_AGAIN
    return breakers.held_back(job, terms=terms, now=now)


def _is_external(name: str) -> bool:
    return JobKind.objects.filter(pk=name, external=True).exists()


def _agree(job: Job, terms: Terms) -> list[str]:
    """What the handler says of itself goes before what the model says; the fields that changed."""
    before = job.max_attempts, job.lease_for, job.backoff
    job.max_attempts = terms.attempts or job.max_attempts
    job.lease_for = terms.timeout or job.lease_for
    job.backoff = terms.backoff or job.backoff
    after = job.max_attempts, job.lease_for, job.backoff
    return OF_THE_TERMS if before != after else []


# --- one attempt ---------------------------------------------------------------------------------


def attempt(job: Job, clock: Callable[[], datetime] = timezone.now) -> bool:
    """Have the handler do a job that was leased; whether its result was recorded."""
    try:
        result = job_handlers.named(job.handler)(_work(job))
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
    breakers.succeeded(job, now=clock())
    return True


def _work(job: Job) -> Work:
    return Work(
        input=job.input,
        idempotency_key=str(job.pk),
        attempt=job.attempts,
        deadline=job.lease_expires_at,
        headers=job_steps.headers(job),
    )


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


def _fail_quietly(job: Job, error: Exception, *, now: datetime) -> bool:
    logger.warning("%s failed, attempt %s", job, job.attempts, exc_info=error)
    try:
        fail(leased=job, error=_said(error), now=now)
    except LeaseOver as refusal:
        logger.info("%s: %s", job, refusal)
    else:
        breakers.failed(job, now=now)
    return False


def _throw_quietly(job: Job, error: BusinessError, *, now: datetime) -> bool:
    try:
        caught = throw(leased=job, error=error, now=now)
    except LeaseOver as refusal:
        logger.info("%s: %s", job, refusal)
        return False
    except Exception as trouble:  # noqa: BLE001 - what the handler sent cannot be kept
        return _fail_quietly(job, trouble, now=now)
    breakers.succeeded(job, now=now)
    return caught


def _said(error: Exception) -> str:
    text = str(error).strip()
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
