"""Webhooks after they are set up: switched on and off, and tried again where they gave up."""

import base64
import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from workflows import journal
from workflows.models import Delivery, Subscription
from workflows.refusals import OutOfDate, Refusal
from workflows.webhooks import PREFIX

LATEST = 20


class SwitchedOff(Refusal):
    """Nothing is sent to a subscription that is switched off."""

    slug = "subscription-switched-off"


def new_secret() -> str:
    """256 random bits, written as Standard Webhooks write a secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


@transaction.atomic
def switch(subscription: Subscription, *, on: bool, by: str, now: datetime) -> None:
    held = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
    if held.is_active == on:
        return
    held.is_active = on
    held.save(update_fields=["is_active"])
    journal.record_outside(
        "subscription.switched",
        subject=f"subscription:{held.pk}",
        actor=by,
        now=now,
        before=not on,
        after=on,
    )


@transaction.atomic
def retry(delivery_id: UUID, *, by: str, now: datetime) -> Delivery:
    """Puts a delivery that was given up back on its way."""
    held = Delivery.objects.select_for_update(no_key=True, of=("self",))
    delivery = held.select_related("subscription").get(pk=delivery_id)
    if not delivery.subscription.is_active:
        raise SwitchedOff(f"{delivery.subscription} is switched off. Switch it on before.")
    if delivery.status != Delivery.Status.FAILED:
        raise OutOfDate("This delivery is not given up: it is on its way or has arrived.")
    delivery.revive(now=now)
    delivery.save(update_fields=["status", "attempts", "next_attempt_at", "ended_at"])
    journal.record_outside(
        "delivery.retried",
        subject=f"subscription:{delivery.subscription_id}",
        actor=by,
        now=now,
        delivery=str(delivery.pk),
    )
    return delivery


def every() -> QuerySet[Subscription]:
    given_up = Count("deliveries", filter=Q(deliveries__status=Delivery.Status.FAILED))
    pending = Count("deliveries", filter=Q(deliveries__status=Delivery.Status.PENDING))
    return Subscription.objects.annotate(given_up=given_up, pending=pending)


def latest_deliveries(subscription: Subscription) -> QuerySet[Delivery]:
    """The newest first."""
    found = subscription.deliveries.select_related("event")
    return found.order_by("-id")[:LATEST]


def deliveries() -> QuerySet[Delivery]:
    return Delivery.objects.select_related("subscription")
