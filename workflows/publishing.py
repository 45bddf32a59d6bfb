"""The outbox: facts are written beside what made them true, and leave the house afterwards."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from workflows import backoff, journal, outbound, wakeups, webhooks
from workflows.inserting import insert_all
from workflows.literals import literal
from workflows.making import new
from workflows.models import Delivery, Event, ProcessInstance, Subscription
from workflows.refusals import NotValid

FANNING_OUT = 7_331_002  # advisory lock: places in the feed are given one after the other
BATCH = 5_000  # events that are given their places at once
PLACE = """
UPDATE workflows_event AS event SET position = %s + place.number, fanned_out_at = %s
  FROM (
    SELECT id, row_number() OVER (ORDER BY id) AS number FROM (
        SELECT id FROM workflows_event WHERE fanned_out_at IS NULL ORDER BY id LIMIT %s
    ) AS fresh
  ) AS place
 WHERE event.id = place.id
RETURNING event.id, event.type
"""

LEASE = timedelta(seconds=2 * outbound.AT_MOST)  # longer than any call takes
MOST_ATTEMPTS = 12  # over about a day
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=6)
BUDGET = 30.0  # seconds that one worker gives to deliveries before it looks at other work
SHORTEST_SECRET = 16

logger = logging.getLogger(__name__)


@transaction.atomic
def subscribe(
    *, name: str, url: str, event_types: Sequence[str], secret: str, by: str, now: datetime
) -> Subscription:
    """Send events to this address from now on: exact types, `loan.*`, or all when none is named."""
    outbound.check(url)
    if len(secret) < SHORTEST_SECRET:
        raise NotValid(
            f"The secret is shorter than {SHORTEST_SECRET} characters. Use a random one."
        )
    try:
        with transaction.atomic():
            subscription = Subscription.objects.create(
                name=name, url=url, event_types=[*event_types], secret=secret, created_at=now
            )
    except IntegrityError as error:
        raise NotValid(f"There is a subscription named {name}. Choose another name.") from error
    journal.record_outside(
        "subscription.created",
        subject=f"subscription:{subscription.pk}",
        actor=by,
        now=now,
        event_types=[*event_types],
    )
    return subscription


# --- into the outbox ----------------------------------------------------------------------------


def event_of(type: str, *, instance: ProcessInstance, data: Any, now: datetime) -> Event:  # noqa: A002 - CloudEvents' word
    """An event about an instance, not yet written."""
    said = {"type": type, "subject": str(instance.pk), "instance": instance}
    return new(Event, **said, data=data, at=now)


def publish(*, type: str, instance: ProcessInstance, data: Any, now: datetime) -> Event:  # noqa: A002 - CloudEvents' word
    """Write an event down in the caller's transaction. `instance` is held."""
    event = event_of(type, instance=instance, data=data, now=now)
    event.save(force_insert=True)
    journal.record(
        "event.published",
        instance=instance,
        actor="system",
        now=now,
        subject=f"event:{event.pk}",
        type=type,
    )
    return event


# --- out of the house ---------------------------------------------------------------------------


@transaction.atomic
def fan_out_due(now: datetime, *, at_most: int = BATCH) -> int:
    """Give new events their place in the feed and a delivery to each subscription that wants them.

    One at a time: places follow commits, so a reader's cursor never passes an event by.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FANNING_OUT])
        if not cursor.fetchone()[0]:
            return 0
    last = Event.objects.aggregate(last=Max("position"))["last"] or 0
    with connection.cursor() as cursor:
        cursor.execute(PLACE, [last, now, at_most])
        placed = sorted(cursor.fetchall())
    insert_all(
        [
            Delivery(event_id=event, subscription=subscription, next_attempt_at=now)
            for subscription in (Subscription.objects.filter(is_active=True) if placed else ())
            for event, kind in placed
            if wants(subscription, kind)
        ]
    )
    return len(placed)


def wake_deliverers(now: datetime) -> int:
    """Wake a worker when something is due: a slow receiver must not hold up the sweep."""
    due = Delivery.objects.filter(status=literal("pending"), next_attempt_at__lte=now)
    return int(due.exists() and wakeups.send_sparingly(wakeups.DELIVER, every=2.0))


def deliver_due(
    now: datetime, *, budget: float = BUDGET, clock: Callable[[], datetime] = timezone.now
) -> int:
    """Send what is due, one by one, until nothing is left or the time is up; how many arrived.

    The moment of the next attempt is pushed ahead before the call, as a lease: no lock is held
    while the other side takes its time, and a worker that dies leaves the delivery to the others.
    """
    until = time.monotonic() + budget
    arrived = 0
    while time.monotonic() < until:
        delivery = _lease(now=now)
        if delivery is None:
            break
        arrived += _attempt(delivery, clock=clock)
    return arrived


@transaction.atomic
def _lease(*, now: datetime) -> Delivery | None:
    free = Delivery.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    due = free.filter(status=literal("pending"), next_attempt_at__lte=now)
    delivery = due.select_related("event", "subscription").order_by("next_attempt_at", "id").first()
    if delivery is not None:
        delivery.attempts += 1
        delivery.next_attempt_at = now + LEASE
        delivery.save(update_fields=["attempts", "next_attempt_at"])
    return delivery


def _attempt(delivery: Delivery, *, clock: Callable[[], datetime]) -> bool:
    """One call, and what came of it."""
    subscription = delivery.subscription
    if not subscription.is_active:
        _settle(delivery, error=f"{subscription.name} is switched off.", now=clock())
        return False
    body = webhooks.body_of(delivery.event)
    headers = webhooks.headers_for(
        delivery.event, body=body, secret=subscription.secret, now=clock()
    )
    error = ""
    try:
        answer = outbound.post(subscription.url, body=body, headers=headers)
        if not answer.is_success:
            error = f"{subscription.name} answered {answer.status}."
    except (outbound.NotCallable, outbound.Unreachable) as trouble:
        error = str(trouble)
    _settle(delivery, error=error, now=clock())
    return not error


@transaction.atomic
def _settle(delivery: Delivery, *, error: str, now: datetime) -> None:
    """Record the outcome, unless another worker has taken the delivery over meanwhile."""
    held = Delivery.objects.select_for_update(no_key=True)
    mine = held.filter(
        pk=delivery.pk, status=Delivery.Status.PENDING, attempts=delivery.attempts
    ).first()
    if mine is None:
        return
    if not error:
        mine.deliver(now=now)
    elif mine.attempts >= MOST_ATTEMPTS or not delivery.subscription.is_active:
        mine.give_up(error=error, now=now)
        logger.warning("Event %s is given up: %s", delivery.event_id, error)
    else:
        mine.last_error = error
        mine.next_attempt_at = now + backoff.delay(
            mine.attempts, base=FIRST_PAUSE, cap=LONGEST_PAUSE, random=random.random
        )
    mine.save(update_fields=["status", "ended_at", "next_attempt_at", "last_error"])


def wants(subscription: Subscription, type: str) -> bool:  # noqa: A002 - CloudEvents' word
    """Whether a subscription asked for this type: exactly, by `loan.*`, or by naming none."""
    if not subscription.event_types:
        return True
    return any(
        type == wanted or (wanted.endswith(".*") and type.startswith(wanted[:-1]))
        for wanted in subscription.event_types
    )
