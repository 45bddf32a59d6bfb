"""Celery's ways in: ids only, safe to run twice, never the only way to get there."""

import logging
from uuid import UUID

from celery import shared_task
from celery.signals import worker_shutdown
from django.utils import timezone

from workflows import answering, calls, correlation, jobs, migration_batches, publishing, workers

logger = logging.getLogger(__name__)


@shared_task(bind=True, name="workflows.tasks.run_job", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def run_job(self: workers.Request, job_id: object = None, *rest: object, **named: object) -> None:
    """Look at this job. Whatever else a message says, or an id that is none, is noted only."""
    workers.consumed(workers.name_of(self), now=timezone.now())
    wanted = _uuid(job_id)
    if wanted is None or rest or named:
        logger.warning("A wake-up named no job: %.200r", job_id)
        return
    jobs.run(wanted, workers.name_of(self))


@shared_task(bind=True, name="workflows.tasks.deliver_events", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def deliver_events(self: workers.Request, *_rest: object) -> None:
    """Send what is due to subscribers."""
    workers.consumed(workers.name_of(self), now=timezone.now())
    publishing.deliver_due(timezone.now())


@shared_task(bind=True, name="workflows.tasks.settle_calls", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def settle_calls(self: workers.Request, *_rest: object) -> None:
    """Begin processes that are called, and tell callers what became of them."""
    workers.consumed(workers.name_of(self), now=timezone.now())
    calls.settle_due(timezone.now())


@shared_task(bind=True, name="workflows.tasks.deliver_message", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def deliver_message(self: workers.Request, message_id: object = None, *_rest: object) -> None:
    """Bring a message or a signal to whom it is meant for, and let a sender that waits go on."""
    now = timezone.now()
    workers.consumed(workers.name_of(self), now=now)
    wanted = _uuid(message_id)
    if wanted is None:
        logger.warning("A wake-up named no message: %.200r", message_id)
        return
    correlation.deliver(wanted, now=now)
    answering.tell(wanted, now=now)


@shared_task(bind=True, name="workflows.tasks.migrate_instances", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def migrate_instances(self: workers.Request, *_rest: object) -> None:
    """Let instances go on in other versions, as long as one turn lasts."""
    workers.consumed(workers.name_of(self), now=timezone.now())
    migration_batches.work_on(timezone.now())


@shared_task(bind=True, name="workflows.tasks.beat", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery ships no types
def beat(self: workers.Request, *_rest: object) -> None:
    """Show that this worker takes messages, even when there is nothing to do."""
    workers.consumed(workers.name_of(self), now=timezone.now())


@worker_shutdown.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def forget_worker(sender: object = None, **_named: object) -> None:
    """A worker that was stopped is not missed."""
    workers.gone(str(getattr(sender, "hostname", "")))


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
