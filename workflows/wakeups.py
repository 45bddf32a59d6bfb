"""Telling workers that there is something to look at. The rows are the promise, this is speed.

A message that cannot be sent is forgotten: the sweep finds the row again. After trouble with the
broker nothing is sent for a few seconds, so that nobody's click waits for a server that is down.
"""

import logging
import time
from collections.abc import Iterable
from itertools import islice
from uuid import UUID

from celery import current_app
from django.db import transaction

RUN_JOB = "workflows.tasks.run_job"
DELIVER = "workflows.tasks.deliver_events"
SETTLE_CALLS = "workflows.tasks.settle_calls"
TELL = "workflows.tasks.deliver_message"
MIGRATE = "workflows.tasks.migrate_instances"
BEAT = "workflows.tasks.beat"
MOST_AT_ONCE = 100  # wake-ups after one commit; the sweep looks after the others
QUIET_FOR = 3.0  # seconds without a try after the broker was out of reach

logger = logging.getLogger(__name__)
_quiet_until = 0.0
_sent_at: dict[str, float] = {}


def after_commit(task: str, ids: Iterable[UUID]) -> None:
    """Wake workers for these rows once they are there for everybody to see.

    For the first of them when they are many: somebody waits for this transaction to be over.
    """
    waiting = [str(each) for each in islice(ids, MOST_AT_ONCE)]

    def wake() -> None:  # a named function: Django logs the name when it fails
        send_all(task, waiting)

    transaction.on_commit(wake, robust=True)


def once_after_commit(task: str) -> None:
    """Wake one worker, that looks for itself what there is to do."""

    def wake() -> None:
        send(task)

    transaction.on_commit(wake, robust=True)


def send_all(task: str, ids: Iterable[str]) -> int:
    """Send one wake-up for each id until the broker fails; the number that went out."""
    sent = 0
    for each in ids:
        if not send(task, each):
            break
        sent += 1
    return sent


def send(task: str, *arguments: str) -> bool:
    """Whether the wake-up is with the broker."""
    global _quiet_until  # noqa: PLW0603 - one broker per process, so one memory of its trouble
    if time.monotonic() < _quiet_until:
        return False
    try:
        current_app.send_task(task, args=arguments)
    except Exception as error:  # noqa: BLE001 - whatever ails the broker, the sweep makes up for it
        _quiet_until = time.monotonic() + QUIET_FOR
        logger.warning("The broker cannot be reached, wake-ups wait for the sweep: %s", error)
        return False
    return True


def send_sparingly(task: str, *, every: float) -> bool:
    """Send at most one wake-up `every` so many seconds: without workers, few pile up."""
    if time.monotonic() - _sent_at.get(task, -every) < every:
        return False
    _sent_at[task] = time.monotonic()
    return send(task)
