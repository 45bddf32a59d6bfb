"""Timers that start processes: set with a definition, gone when a newer one replaces it.

Each row belongs to the version in force. Whoever fires one holds its row, so two sweeps never start
two instances for one moment; repetitions that were missed are not made up.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction

from workflows import journal, runtime, timers
from workflows.literals import literal
from workflows.models import ProcessInstance, StartTimer
from workflows.refusals import OutOfDate

BATCH = 200
LONGEST_PAUSE = timedelta(hours=1)  # between two tries to start what could not be started
LONGEST_ERROR = 2_000

logger = logging.getLogger(__name__)
Status = StartTimer.Status


def fire_due(now: datetime, *, at_most: int = BATCH) -> int:
    """Start what is due, the longest overdue first, each in a transaction of its own."""
    due = StartTimer.objects.filter(status=literal("pending"), is_on=True, look_at__lte=now)
    found = list(due.order_by("look_at", "id").values_list("pk", flat=True)[:at_most])
    return sum(_fire_safely(timer, now) for timer in found)


@transaction.atomic
def fire(timer_id: UUID, *, now: datetime) -> ProcessInstance | None:
    """Start one instance; None when it is not due any more or another sweep is just at it."""
    timer = _hold(timer_id, now)
    if timer is None:
        return None
    _move_on(timer, now)
    instance = runtime.start(
        definition=timer.definition,
        variables={},
        business_key="",
        by="system",
        now=now,
        start_node=timer.node_id,
    )
    timer.last_instance = instance
    timer.save(update_fields=["last_instance"])
    return instance


@transaction.atomic
def switch(*, timer_id: UUID, on: bool, by: str, now: datetime) -> StartTimer:
    """Have a timer start its process, or not, until somebody says otherwise.

    What a cycle has missed while it was off is not made up, so it may be over; a single moment that
    has passed then comes at once. Raises `OutOfDate` when the timer was replaced or is over.
    """
    timer = StartTimer.objects.select_for_update(no_key=True).get(pk=timer_id)
    if timer.status != Status.PENDING:
        raise OutOfDate(f"The timer is over: {timer.get_status_display().lower()}.")
    if timer.is_on == on:
        return timer
    timer.is_on = on
    if on and timer.due_at <= now and (timer.period or timer.cron):
        _pass_over(timer, now)
    timer.save()
    journal.record_outside(
        f"start_timer.switched_{'on' if on else 'off'}",
        subject=f"definition:{timer.definition.key}", actor=by, now=now, node=timer.node_id,
    )  # fmt: skip
    return timer


def _move_on(timer: StartTimer, now: datetime) -> None:
    """It starts one more; the same row waits for the next moment of a cycle, if there is one."""
    timer.fired, timer.attempts, timer.last_error = timer.fired + 1, 0, ""
    _pass_over(timer, now)
    timer.save()


def _pass_over(timer: StartTimer, now: datetime) -> None:
    again = timers.due_again(timer, now=now)
    if again is None:
        timer.status, timer.ended_at = Status.FIRED, now
    else:
        timer.due_at, timer.repeats_left = again
        timer.look_at = timer.due_at


def _hold(timer_id: UUID, now: datetime) -> StartTimer | None:
    free = StartTimer.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    found = free.select_related("definition").defer("definition__source")
    return found.filter(pk=timer_id, status=Status.PENDING, is_on=True, look_at__lte=now).first()


def _fire_safely(timer_id: UUID, now: datetime) -> bool:
    """A start that fails holds up no other; it is tried again after a growing pause."""
    try:
        return fire(timer_id, now=now) is not None
    except OperationalError as busy:
        logger.info("Start timer %s is left for the next sweep: %s", timer_id, busy)
    except Exception as error:
        logger.exception("Start timer %s cannot start its process", timer_id)
        _put_off(timer_id, f"{type(error).__name__}: {error}", now)
    return False


@transaction.atomic
def _put_off(timer_id: UUID, error: str, now: datetime) -> None:
    timer = _hold(timer_id, now)
    if timer is None:
        return
    timer.attempts = min(timer.attempts + 1, 30)
    timer.last_error = error.replace("\0", "")[:LONGEST_ERROR]
    timer.look_at = now + min(timedelta(seconds=2**timer.attempts), LONGEST_PAUSE)
    timer.save(update_fields=["attempts", "last_error", "look_at"])
