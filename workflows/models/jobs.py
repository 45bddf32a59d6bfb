from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from workflows.ids import uuid7
from workflows.models.instances import Activity, ProcessInstance


class Job(models.Model):
    """An automated step handed to a worker, with attempts and a lease.

    Its id is the idempotency key of every call it makes outward: the same over all attempts.
    """

    class Status(models.TextChoices):
        READY = "ready", "Ready"
        LEASED = "leased", "Leased to a worker"
        COMPLETED = "completed", "Completed"
        DEAD = "dead", "Dead-lettered"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="jobs")
    activity = models.OneToOneField(Activity, models.PROTECT, related_name="job")
    handler = models.CharField(max_length=200)
    input = models.JSONField(default=dict)
    result_variable = models.CharField(max_length=200, blank=True)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    lease_for = models.DurationField(default=timedelta(seconds=60))
    backoff = models.DurationField(default=timedelta(seconds=2))

    status = FSMField(choices=Status, default=Status.READY, protected=True, max_length=9)
    attempts = models.PositiveSmallIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=0)  # grows with each lease; an older one is refused
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=200, blank=True)
    # What an external worker said under this epoch, as a digest: said again, it is no news.
    answered = models.CharField(max_length=64, blank=True, db_default="")
    # No attempt is made before this moment: the pause after a failure.
    ready_at = models.DateTimeField()
    # When a wake-up is (next) sent. Grows by back-off while nobody answers.
    dispatch_at = models.DateTimeField(null=True, blank=True)
    dispatches = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            # "Which jobs wait to be told to a worker?"
            models.Index(
                fields=["dispatch_at"], name="job_to_dispatch", condition=Q(status="ready")
            ),
            # "Whose worker did not come back?"
            models.Index(
                fields=["lease_expires_at"], name="job_lease_expiry", condition=Q(status="leased")
            ),
            # "Which jobs of these topics come first?"
            models.Index(
                fields=["handler", "ready_at", "id"],
                name="job_ready_of_kind",
                condition=Q(status="ready"),
            ),
            # "How many of this kind are at work?"
            models.Index(
                fields=["handler"], name="job_leased_of_kind", condition=Q(status="leased")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_lease_iff_leased",
                condition=Q(status="leased", lease_expires_at__isnull=False)
                | ~Q(status="leased") & Q(lease_expires_at__isnull=True),
            ),
            models.CheckConstraint(
                name="job_dispatch_iff_ready",
                condition=Q(status="ready", dispatch_at__isnull=False)
                | ~Q(status="ready") & Q(dispatch_at__isnull=True),
            ),
            models.CheckConstraint(
                name="job_ended_iff_over",
                condition=Q(status__in=["ready", "leased"], ended_at__isnull=True)
                | Q(status__in=["completed", "dead", "cancelled"], ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler} {self.pk}"

    @transition(field=status, source=Status.READY, target=Status.LEASED)
    def lease(self, *, by: str, now: datetime) -> None:
        self.epoch += 1
        self.attempts += 1
        self.leased_by, self.lease_expires_at, self.dispatch_at = by, now + self.lease_for, None
        self.answered = ""

    @transition(field=status, source=Status.LEASED, target=Status.READY)
    def give_back(self, *, error: str, ready_at: datetime) -> None:
        self.lease_expires_at, self.last_error, self.dispatches = None, error, 0
        self.ready_at = self.dispatch_at = ready_at

    @transition(field=status, source=Status.LEASED, target=Status.COMPLETED)
    def complete(self, *, now: datetime) -> None:
        self.lease_expires_at, self.ended_at, self.last_error = None, now, ""

    @transition(field=status, source=Status.LEASED, target=Status.DEAD)
    def bury(self, *, error: str, now: datetime) -> None:
        self.lease_expires_at, self.ended_at, self.last_error = None, now, error

    @transition(field=status, source=Status.DEAD, target=Status.READY)
    def revive(self, *, now: datetime) -> None:
        self.attempts, self.dispatches, self.ended_at = 0, 0, None
        self.ready_at = self.dispatch_at = now

    @transition(
        field=status, source=[Status.READY, Status.LEASED, Status.DEAD], target=Status.CANCELLED
    )
    def cancel(self, *, now: datetime) -> None:
        self.lease_expires_at = self.dispatch_at = None
        self.ended_at = now


class WorkerHeartbeat(models.Model):
    """When a worker last took something off the broker: alive is not the same as consuming."""

    name = models.CharField(max_length=200, primary_key=True)
    started_at = models.DateTimeField()
    consumed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
