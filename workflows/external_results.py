"""What workers outside say about a job: still at it, done, failed, or an error the model foresees.

Every word carries the epoch of the lease. Said again after a lost answer, the same word under the
same epoch is no news and is answered as the first time; anything else after the lease has ended is
refused, with who has the job now.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from workflows import breakers, canonical, job_results, job_steps, variables
from workflows.job_handlers import BusinessError
from workflows.job_results import LeaseOver, insist_on
from workflows.models import Job, ProcessInstance
from workflows.refusals import NotValid, Refusal

LONGEST_PAUSE = timedelta(days=7)
MOST_ATTEMPTS = 10_000


class NoSuchJob(Refusal):
    """There is none, or the caller's token does not name its topic."""

    status = 404
    slug = "not-found"


@dataclass(frozen=True, slots=True)
class Worker:
    """Who speaks: the account, the topics that its token names, and the lease it speaks of."""

    account: str
    topics: Collection[str]
    epoch: int


def extend(job_id: UUID, *, worker: Worker, by: timedelta, now: datetime) -> Job:
    """The worker is still at it: its lease ends so long after now."""
    with transaction.atomic():
        held = Job.objects.select_for_update(no_key=True).filter(pk=_known(job_id, worker).pk)
        job = held.get()
        _insist(job, worker, now)
        job.lease_expires_at = now + by
        job.save(update_fields=["lease_expires_at"])
    return job


def complete(job_id: UUID, *, worker: Worker, given: Mapping[str, Any], now: datetime) -> Job:
    """The work is done; what it gave becomes variables of the process, and it goes on.

    Where the model names a variable for the result, `given` is kept there as a whole.
    """
    said = canonical.digest({"complete": variables.checked(given)})
    with transaction.atomic():
        instance, job, is_news = _held(job_id, worker, said, now)
        if is_news:
            job.answered = said
            kept = job_steps.kept(job, instance, given) if job.result_variable else given
            job_results.move_on(
                job, instance=instance, result=given, kept=kept, by=worker.account, now=now
            )
    if is_news:
        breakers.succeeded(job, now=now)
    return job


def fail(
    job_id: UUID,
    *,
    worker: Worker,
    message: str,
    attempts_left: int | None = None,
    retry_after: timedelta | None = None,
    now: datetime,
) -> Job:
    """The attempt failed. Unless the worker knows better, the job's own attempts and pauses count;
    without any left, a person has to look."""
    pause = None if retry_after is None else int(retry_after.total_seconds())
    said = canonical.digest({"fail": message, "left": attempts_left, "pause": pause})
    with transaction.atomic():
        instance, job, is_news = _held(job_id, worker, said, now)
        if is_news:
            job.answered = said
            if attempts_left is not None:
                job.max_attempts = min(job.attempts + attempts_left, MOST_ATTEMPTS)
            job_results.give_back(
                job,
                instance=instance,
                error=message,
                pause=job_results.pause_of(job, instance) if retry_after is None else retry_after,
                by=worker.account,
                now=now,
            )
    if is_news:
        breakers.failed(job, now=now)
    return job


def throw(job_id: UUID, *, worker: Worker, error: BusinessError, now: datetime) -> Job:
    """The work ended with a BPMN error. Where nothing in the model catches it, a person looks."""
    kept = variables.checked(error.variables)
    said = canonical.digest({"error": error.code, "message": error.message, "variables": kept})
    with transaction.atomic():
        instance, job, is_news = _held(job_id, worker, said, now)
        if is_news:
            job.answered = said
            job_results.go_the_other_way(
                job, instance=instance, error=error, by=worker.account, now=now
            )
    if is_news:
        breakers.succeeded(job, now=now)
    return job


# --- whose job it is -----------------------------------------------------------------------------


def _known(job_id: UUID, worker: Worker) -> Job:
    """The job as it was a moment ago, if the caller may know of it."""
    found = Job.objects.filter(pk=job_id, handler__in=list(worker.topics)).defer("input").first()
    if found is None:
        raise NoSuchJob("There is no such job in the topics of your token.")
    return found


def _held(
    job_id: UUID, worker: Worker, said: str, now: datetime
) -> tuple[ProcessInstance, Job, bool]:
    """The rows, locked, and whether this is news; refused when it is, and the lease is over."""
    known = _known(job_id, worker)
    instance, job = job_results.hold(known.instance_id, known.pk)
    if job.answered == said and job.epoch == worker.epoch and _is_theirs(job, worker):
        return instance, job, False
    _insist(job, worker, now)
    return instance, job, True


def _insist(job: Job, worker: Worker, now: datetime) -> None:
    insist_on(job, worker.epoch)
    if not _is_theirs(job, worker):
        raise LeaseOver(f"{job.leased_by} has the job under lease {job.epoch}, not you.")
    if job.lease_expires_at is not None and job.lease_expires_at <= now:
        raise LeaseOver(
            f"Lease {job.epoch} of {job.leased_by} ended at "
            f"{job.lease_expires_at:%Y-%m-%dT%H:%M:%SZ}; the job goes to its next worker. Nothing "
            "was changed."
        )


def _is_theirs(job: Job, worker: Worker) -> bool:
    return job.leased_by.rpartition("/")[0] == worker.account


def account_and_worker(account: str, name: str) -> str:
    """How a lease names its holder; `name` has no slash."""
    if "/" in name:
        raise NotValid("The name of a worker has no slash.")
    return f"{account}/{name}"
