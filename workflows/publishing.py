"""The outbox: facts are written beside what made them true, and leave the house afterwards."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from workflows import journal
from workflows.models import Delivery, Event, ProcessInstance, Subscription

FANNING_OUT = 7_331_002  # advisory lock: places in the feed are given one after the other
BATCH = 500


def event_of(type: str, *, instance: ProcessInstance, data: Any, now: datetime) -> Event:  # noqa: A002 - CloudEvents' word
    """An event about an instance, not yet written."""
    return Event(type=type, subject=str(instance.pk), instance=instance, data=data, at=now)


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


@transaction.atomic
def fan_out_due(now: datetime, *, at_most: int = BATCH) -> int:
    """Give new events their place in the feed and a delivery to each subscription that wants them.

    One at a time: places follow commits, so a reader's cursor never passes an event by.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FANNING_OUT])
        if not cursor.fetchone()[0]:
            return 0
    events = list(Event.objects.filter(fanned_out_at=None).order_by("id")[:at_most])
    if not events:
        return 0
    last = Event.objects.aggregate(last=Max("position"))["last"] or 0
    for position, event in enumerate(events, start=last + 1):
        event.position, event.fanned_out_at = position, now
    Delivery.objects.bulk_create(
        [
            Delivery(event=event, subscription=subscription, next_attempt_at=now)
            for subscription in Subscription.objects.filter(is_active=True)
            for event in events
            if wants(subscription, event.type)
        ]
    )
    Event.objects.bulk_update(events, ["position", "fanned_out_at"])
    return len(events)


def wants(subscription: Subscription, type: str) -> bool:  # noqa: A002 - CloudEvents' word
    """Whether a subscription asked for this type: exactly, by `loan.*`, or by naming none."""
    if not subscription.event_types:
        return True
    return any(
        type == wanted or (wanted.endswith(".*") and type.startswith(wanted[:-1]))
        for wanted in subscription.event_types
    )
