from django.db import models
from django.db.models import Q

from workflows.ids import uuid7
from workflows.models.definitions import ProcessDefinition
from workflows.models.instances import ProcessInstance


class StartTimer(models.Model):
    """A timer that starts a process: one row for each timer start of the definition in force.

    A cycle keeps its row and moves its moment on, so that a newer version cancels it whatever else
    happens at the same time.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        FIRED = "fired", "Fired for the last time"
        CANCELLED = "cancelled", "Replaced by a newer version"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    definition = models.ForeignKey(ProcessDefinition, models.PROTECT, related_name="start_timers")
    node_id = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    look_at = models.DateTimeField()  # later than due only after a start that failed
    repeats_left = models.PositiveIntegerField(default=0, null=True, blank=True)
    period = models.DurationField(null=True, blank=True)
    cron = models.CharField(max_length=100, blank=True)
    fired = models.PositiveIntegerField(default=0)  # instances that it has started
    attempts = models.PositiveSmallIntegerField(default=0)  # that failed since
    last_error = models.TextField(blank=True)
    is_on = models.BooleanField(default=True)  # an administrator may switch it off for a while
    last_instance = models.ForeignKey(ProcessInstance, models.PROTECT, null=True, related_name="+")

    status = models.CharField(max_length=9, choices=Status, default=Status.PENDING)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["look_at", "id"], name="start_timer_due", condition=Q(status="pending")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "node_id"], name="start_timer_once_per_version"
            ),
            models.CheckConstraint(
                name="start_timer_ended_iff_not_pending",
                condition=Q(status="pending", ended_at__isnull=True)
                | ~Q(status="pending") & Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} at {self.due_at:%Y-%m-%d %H:%M:%S}"
