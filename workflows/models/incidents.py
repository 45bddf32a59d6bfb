from datetime import datetime

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from workflows.ids import uuid7
from workflows.models.instances import Activity, ProcessInstance
from workflows.models.jobs import Job


class Incident(models.Model):
    """Something a person must look at before a process can go on."""

    class Kind(models.TextChoices):
        DEAD_JOB = "dead_job", "Job gave up"
        STUCK = "stuck", "No way on"
        TIMER = "timer", "Timer cannot be set"
        HANDLER = "handler", "Step could not be opened"
        EVENT = "event", "Event could not be published"
        MESSAGE = "message", "Message was not taken"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        RESOLVED = "resolved", "Resolved"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="incidents")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="incidents")
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True, related_name="incidents")
    kind = models.CharField(max_length=10, choices=Kind)
    message = models.TextField()

    status = FSMField(choices=Status, default=Status.OPEN, protected=True, max_length=8)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=200, blank=True)
    resolution = models.TextField(blank=True)

    class Meta:
        indexes = [
            # "What needs a person now?"
            models.Index(fields=["opened_at"], name="incident_open", condition=Q(status="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["activity"], name="incident_open_once", condition=Q(status="open")
            ),
            models.CheckConstraint(
                name="incident_resolved_iff_closed",
                condition=Q(status="open", resolved_at__isnull=True)
                | Q(status="resolved", resolved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.message

    @transition(field=status, source=Status.OPEN, target=Status.RESOLVED)
    def resolve(self, *, by: str, how: str, now: datetime) -> None:
        self.resolved_by, self.resolution, self.resolved_at = by, how, now
