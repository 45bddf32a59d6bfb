from datetime import datetime

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from workflows.ids import uuid7
from workflows.models.instances import Activity, ProcessInstance


class Timer(models.Model):
    """A moment that a process waits for.

    It belongs to the token that waits, or to a scope whose event sub-process it begins.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        FIRED = "fired", "Fired"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="timers")
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="timers")
    scope = models.PositiveIntegerField(default=0, db_default=0)
    node_id = models.CharField(max_length=200)  # the event itself: boundary, catching or start
    due_at = models.DateTimeField()
    # Cycles: how often more after this one (empty: without end), and the time between two.
    repeats_left = models.PositiveIntegerField(default=0, null=True, blank=True)
    period = models.DurationField(null=True, blank=True)
    # Tells the time of the next one where there is no period.
    cron = models.CharField(max_length=100, blank=True, db_default="")

    status = FSMField(choices=Status, default=Status.PENDING, protected=True, max_length=9)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # "What is due?"
            models.Index(fields=["due_at"], name="timer_due", condition=Q(status="pending")),
            models.Index(
                fields=["activity"], name="timer_of_activity", condition=Q(status="pending")
            ),
            models.Index(
                fields=["instance", "scope"],
                name="timer_of_scope",
                condition=Q(status="pending", activity__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="timer_ended_iff_not_pending",
                condition=Q(status="pending", ended_at__isnull=True)
                | ~Q(status="pending") & Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} at {self.due_at:%Y-%m-%d %H:%M:%S}"

    @transition(field=status, source=Status.PENDING, target=Status.FIRED)
    def fire(self, *, now: datetime) -> None:
        self.ended_at = now

    @transition(field=status, source=Status.PENDING, target=Status.CANCELLED)
    def cancel(self, *, now: datetime) -> None:
        self.ended_at = now
