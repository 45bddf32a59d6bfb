from datetime import datetime

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from workflows.ids import uuid7
from workflows.models.instances import ProcessInstance


class Event(models.Model):
    """A fact that left the house or is about to: the outbox, in CloudEvents 1.0 terms."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    type = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, null=True, related_name="events")
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    # Place in the feed, given in the order of commits: a reader's cursor never passes one by.
    position = models.PositiveBigIntegerField(null=True, unique=True)
    # Set, with the position, once a delivery exists for every subscription that wants it.
    fanned_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # "What has not been handed to its subscribers?"
            models.Index(fields=["id"], name="event_to_fan_out", condition=Q(fanned_out_at=None)),
            # "What of this type has come since?", asked by observers.
            models.Index(fields=["type", "position"], name="event_of_type"),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_position_iff_fanned_out",
                condition=Q(position__isnull=True, fanned_out_at__isnull=True)
                | Q(position__isnull=False, fanned_out_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class Subscription(models.Model):
    """Somebody who wants to hear of events by webhook."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200, unique=True)
    url = models.URLField(max_length=500)
    event_types = models.JSONField(default=list)  # exact types or "loan.*"; empty means all
    secret = models.CharField(max_length=200)  # signs what is sent
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event on its way to one subscription."""

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Given up"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")

    status = FSMField(choices=Status, default=Status.PENDING, protected=True, max_length=9)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            # "What is still to be delivered?"
            models.Index(
                fields=["next_attempt_at"], name="delivery_due", condition=Q(status="pending")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "subscription"], name="delivery_once_each"),
            models.CheckConstraint(
                name="delivery_due_iff_pending",
                condition=Q(status="pending", next_attempt_at__isnull=False)
                | ~Q(status="pending") & Q(next_attempt_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.subscription}"

    @transition(field=status, source=Status.PENDING, target=Status.DELIVERED)
    def deliver(self, *, now: datetime) -> None:
        self.ended_at, self.next_attempt_at, self.last_error = now, None, ""

    @transition(field=status, source=Status.PENDING, target=Status.FAILED)
    def give_up(self, *, error: str, now: datetime) -> None:
        self.ended_at, self.next_attempt_at, self.last_error = now, None, error

    @transition(field=status, source=Status.FAILED, target=Status.PENDING)
    def revive(self, *, now: datetime) -> None:
        self.attempts, self.next_attempt_at, self.ended_at = 0, now, None
