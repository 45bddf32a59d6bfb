"""How attempts end: done, failed, or with an error that the model foresees. Recorded once.

A worker says under which lease (epoch) it worked; whoever comes with an older one is told who has
the job now, and nothing changes.
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from workflows import backoff, canonical, handover, job_handlers, job_steps, journal, runtime
from workflows.job_handlers import BusinessError
from workflows.journal import Fact
from workflows.models import Incident, Job, ProcessInstance
from workflows.refusals import NotValid, OutOfDate

LONGEST_ERROR = 2_000  # characters kept of what a handler said


class LeaseOver(OutOfDate):
    """The worker's lease on the job has ended; whatever it found out is not recorded."""

    slug = "lease-over"


# --- what a worker says --------------------------------------------------------------------------


@transaction.atomic
def complete(*, leased: Job, result: Mapping[str, Any], now: datetime) -> None:
    """Record a result and move the process on. `leased` is the job as `jobs.lease` gave it.

    `LeaseOver` when the lease has ended meanwhile.
    """
    instance, job = hold(leased.instance_id, leased.pk)
    insist_on(job, leased.epoch)
    if not isinstance(result, Mapping):
        raise NotValid(f"The handler {job.handler} has to give back a JSON object.")
    kept = job_steps.kept(job, instance, result)
    move_on(job, instance=instance, result=result, kept=kept, by="system", now=now)


@transaction.atomic
def fail(
    *,
    leased: Job,
    error: str,
    now: datetime,
    chance: Callable[[], float] = random.random,
) -> Job:
    """Record a failed attempt: pause with backoff and jitter, or give the job to a person."""
    instance, job = hold(leased.instance_id, leased.pk)
    insist_on(job, leased.epoch)
    pause = pause_of(job, instance, chance)
    give_back(job, instance=instance, error=error, pause=pause, now=now)
    return job


@transaction.atomic
def throw(*, leased: Job, error: BusinessError, now: datetime) -> bool:
    """Record that the work ended with a BPMN error; False when the model catches it nowhere.

    Then the job is given to a person. `LeaseOver` when the lease has ended meanwhile.
    """
    instance, job = hold(leased.instance_id, leased.pk)
    insist_on(job, leased.epoch)
    return go_the_other_way(job, instance=instance, error=error, by="system", now=now)


# --- what follows, once the rows are held --------------------------------------------------------


def hold(instance_id: UUID, job_id: UUID) -> tuple[ProcessInstance, Job]:
    """The instance, then the job, both locked."""
    instance = runtime.hold(instance_id)
    held = Job.objects.select_for_update(no_key=True, of=("self",)).select_related("activity")
    return instance, held.get(pk=job_id)


def insist_on(job: Job, epoch: int) -> None:
    """Refuse whoever does not have this job's lease any more; says who has it."""
    if job.status != Job.Status.LEASED or job.epoch != epoch:
        raise LeaseOver(f"Lease {epoch} has ended: {_where(job)}. Nothing was changed.")


def _where(job: Job) -> str:
    match job.status:
        case Job.Status.LEASED:
            until = f"{job.lease_expires_at:%Y-%m-%dT%H:%M:%SZ}"
            return f"{job.leased_by} has the job under lease {job.epoch} until {until}"
        case Job.Status.READY:
            return f"the job waits for its next worker after lease {job.epoch}"
        case Job.Status.DEAD:
            return "the job was given to a person"
    return f"the job is {job.status}"


def move_on(
    job: Job,
    *,
    instance: ProcessInstance,
    result: Mapping[str, Any],
    kept: Mapping[str, Any],
    by: str,
    now: datetime,
) -> None:
    """The work is done; the process goes on with what is kept of its result."""
    job.complete(now=now)
    job.save(update_fields=["status", "lease_expires_at", "ended_at", "last_error", "answered"])
    fact = Fact(
        kind="job.completed",
        actor=by,
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
        variables=kept,
        actor=by,
        now=now,
        fact=fact,
    )


def pause_of(
    job: Job, instance: ProcessInstance, chance: Callable[[], float] = random.random
) -> timedelta:
    """How long this job waits after an attempt that failed: exponential, full jitter, capped.

    A pause that the model says goes before, unless the handler says how it pauses.
    """
    modelled = job_steps.pause(job, instance)
    if modelled is not None and job_handlers.terms_of(job.handler).backoff is None:
        return modelled
    cap = job_handlers.terms_of(job.handler).longest_pause
    return backoff.delay(job.attempts, base=job.backoff, cap=cap, random=chance)


def give_back(
    job: Job,
    *,
    instance: ProcessInstance,
    error: str,
    pause: timedelta,
    by: str = "system",
    now: datetime,
) -> None:
    """The attempt failed: another one after a pause, or a person when that was the last.

    A failure that the model foresees as an error takes the other way.
    """
    error = error.replace("\0", "")[:LONGEST_ERROR]
    code = job_steps.foreseen(job, instance, error)
    if code is not None:
        thrown = BusinessError(code, error)
        go_the_other_way(job, instance=instance, error=thrown, by=by, now=now)
        return
    if job.attempts >= job.max_attempts:
        bury(job, instance=instance, error=error, by=by, now=now)
        return
    job.give_back(error=error, ready_at=now + pause)
    job.save(
        update_fields=[
            "status",
            "lease_expires_at",
            "last_error",
            "ready_at",
            "dispatch_at",
            "dispatches",
            "max_attempts",
            "answered",
        ]
    )
    _record("job.failed", job, instance=instance, by=by, now=now)


def go_the_other_way(
    job: Job, *, instance: ProcessInstance, error: BusinessError, by: str, now: datetime
) -> bool:
    """The work ended with a BPMN error; False, and the job a person's, when nobody catches it."""
    said = str(error).replace("\0", "")[:LONGEST_ERROR]
    fact = Fact(
        kind="job.error",
        actor=by,
        subject=f"job:{job.pk}",
        detail={
            "node": job.activity.node_id,
            "handler": job.handler,
            "attempt": job.attempts,
            "code": error.code[:100],
        },
    )
    caught = runtime.throw_error(
        activity=job.activity,
        instance=instance,
        code=error.code,
        message=error.message,
        variables=error.variables,
        actor=by,
        now=now,
        fact=fact,
    )
    if not caught:
        bury(job, instance=instance, error=said, by=by, now=now)
        return False
    # Leaving the step has taken its job back; it was answered, and says so.
    job.complete(now=now)
    job.last_error = said
    job.save(
        update_fields=[
            "status", "lease_expires_at", "dispatch_at", "ended_at", "last_error", "answered",
        ]
    )  # fmt: skip
    return True


def bury(
    job: Job, *, instance: ProcessInstance, error: str, by: str = "system", now: datetime
) -> None:
    """No more attempts: a person has to look."""
    job.bury(error=error, now=now)
    job.save(
        update_fields=[
            "status", "lease_expires_at", "ended_at", "last_error", "max_attempts", "answered",
        ]
    )  # fmt: skip
    _record("job.dead", job, instance=instance, by=by, now=now)
    times = "once" if job.attempts == 1 else f"{job.attempts} times"
    handover.open_incident(
        instance=instance,
        activity=job.activity,
        kind=Incident.Kind.DEAD_JOB,
        message=f"{job.activity} failed {times}: {error}",
        now=now,
        job=job,
    )


def _record(kind: str, job: Job, *, instance: ProcessInstance, by: str, now: datetime) -> None:
    """Errors may hold personal data: they stay on the job, out of the journal."""
    journal.record(
        kind,
        instance=instance,
        actor=by,
        now=now,
        subject=f"job:{job.pk}",
        node=job.activity.node_id,
        handler=job.handler,
        attempt=job.attempts,
        worker=job.leased_by,
    )
