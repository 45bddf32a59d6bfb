"""Workers show that they take messages: a process that is alive may have stopped consuming."""

import time
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import DatabaseError, transaction

from workflows import wakeups
from workflows.models import WorkerHeartbeat

EVERY = 1.0  # seconds between two writes of one process
BEAT_EVERY = 10.0  # seconds
STALE_AFTER = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(hours=1)

_written_at: dict[str, float] = {}


class Request(Protocol):
    """A bound Celery task, as far as it is of interest here."""

    request: Any


def name_of(task: Request) -> str:
    """The worker that runs a task."""
    return str(task.request.hostname or "worker")[:200]


def consumed(name: str, *, now: datetime) -> None:
    """Note that a worker took a message; at most once a second is written."""
    if time.monotonic() - _written_at.get(name, -EVERY) < EVERY:
        return
    _written_at[name] = time.monotonic()
    WorkerHeartbeat.objects.bulk_create(
        [WorkerHeartbeat(name=name, started_at=now, consumed_at=now)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["consumed_at"],
    )


def gone(name: str) -> None:
    """Forget a worker that was stopped in order."""
    try:
        with transaction.atomic():
            WorkerHeartbeat.objects.filter(name=name).delete()
    except DatabaseError:
        return  # it is going down: the row ages and is forgotten later


def stale(now: datetime) -> list[WorkerHeartbeat]:
    """Workers that were at work within the last hour and have taken nothing for a minute."""
    since, until = now - FORGOTTEN_AFTER, now - STALE_AFTER
    late = WorkerHeartbeat.objects.filter(consumed_at__gte=since, consumed_at__lt=until)
    return list(late.order_by("name"))


def send_beat(now: datetime) -> int:
    """Give the workers something to take, and forget those that have long been silent."""
    WorkerHeartbeat.objects.filter(consumed_at__lt=now - FORGOTTEN_AFTER).delete()
    return int(wakeups.send_sparingly(wakeups.BEAT, every=BEAT_EVERY))
