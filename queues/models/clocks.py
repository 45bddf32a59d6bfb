from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField

from queues.models.items import WorkItem
from queues.models.promises import Rung, SLAGoal
from workflows.ids import uuid7
from workflows.models import ProcessInstance


class Clock(models.Model):
    """One running measurement of a promise: a ledger of business time used up.

    Its arithmetic is `queues.sla`; `queues.clocks` alone writes it, on the locked row.
    """

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        MET = "met", "Met"
        BREACHED = "breached", "Breached"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="clocks")
    item = models.ForeignKey(WorkItem, models.PROTECT, null=True, blank=True, related_name="clocks")
    goal = models.ForeignKey(SLAGoal, models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=7, choices=SLAGoal.Kind)
    generation = models.PositiveSmallIntegerField(default=1)

    status = FSMField(choices=Status, default=Status.RUNNING, protected=False, max_length=9)
    budget = models.DurationField()
    consumed = models.DurationField(default=timedelta(0))
    running_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # while running
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)  # due time of the recorded breach
    # When the fractions of the budget are reached while running; what the board counts by.
    watch_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    # The next moment at which something is to be done: a warning, the breach, a rung.
    next_check_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # "Which clocks have something to say now?"
            models.Index(
                fields=["next_check_at"],
                name="clock_check",
                condition=Q(next_check_at__isnull=False),
            ),
            # "What runs on this item?"
            models.Index(fields=["item"], name="clock_of_item"),
            models.Index(fields=["instance"], name="clock_of_instance"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind"],
                name="clock_once_per_item_and_goal",
                condition=Q(item__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["instance"],
                name="clock_resolves_once_per_instance",
                condition=Q(item__isnull=True),
            ),
            models.CheckConstraint(
                name="clock_of_item_unless_resolve",
                condition=Q(kind="resolve", item__isnull=True)
                | ~Q(kind="resolve") & Q(item__isnull=False),
            ),
            models.CheckConstraint(
                name="clock_runs_iff_running",
                condition=Q(
                    stopped_at__isnull=True, running_since__isnull=False, due_at__isnull=False
                )
                | Q(running_since__isnull=True, due_at__isnull=True),
            ),
            models.CheckConstraint(
                name="clock_stopped_iff_over",
                condition=Q(status__in=["met", "cancelled"], stopped_at__isnull=False)
                | Q(status__in=["running", "paused"], stopped_at__isnull=True)
                | Q(status="breached"),
            ),
            models.CheckConstraint(
                name="clock_breached_keeps_when",
                condition=~Q(status="breached") | Q(breached_at__isnull=False),
            ),
            models.CheckConstraint(
                name="clock_stops_after_it_starts",
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} clock of {self.item or self.instance}"


class Breach(models.Model):
    """A promise was broken; recorded once, and it stays on record whatever happens later."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="breaches")
    generation = models.PositiveSmallIntegerField()
    at = models.DateTimeField()  # when it was due
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "breaches"
        indexes = [models.Index(fields=["-at"], name="breach_newest")]
        constraints = [
            models.UniqueConstraint(fields=["clock", "generation"], name="breach_once"),
        ]

    def __str__(self) -> str:
        return f"Breach of {self.clock}"


class Escalation(models.Model):
    """One step of a ladder, or one warning, that fired. Each fires once."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="escalations")
    generation = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=60)  # "warn:0.75", "breach", "rung:17"
    rung = models.ForeignKey(Rung, models.PROTECT, null=True, blank=True, related_name="+")
    fired_at = models.DateTimeField()
    outcome = models.CharField(max_length=300, blank=True)  # what was done, in a sentence

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "generation", "step"], name="escalation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.clock}"


class Notice(models.Model):
    """Something a person should know, shown until it is read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    text = models.CharField(max_length=300)
    item = models.ForeignKey(WorkItem, models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["user", "-at"], name="notice_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.text
