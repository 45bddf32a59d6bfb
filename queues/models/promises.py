from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from workflows.ids import uuid7


def default_warnings() -> list[float]:
    return [0.5, 0.75, 0.9]


class Calendar(models.Model):
    """One version of the hours in which a promise runs; never changed once published."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    spec = models.JSONField()  # queues.working_time.Calendar.to_spec()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="calendar_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class SLAPolicy(models.Model):
    """One version of what is promised; never changed once published."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="policies")
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200)

    class Meta:
        verbose_name = "SLA policy"
        verbose_name_plural = "SLA policies"
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="policy_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class SLAGoal(models.Model):
    """One promise of a policy: within this much business time, something has happened."""

    class Kind(models.TextChoices):
        CLAIM = "claim", "Claim"
        DECIDE = "decide", "Decide"
        RESOLVE = "resolve", "Resolve"

    policy = models.ForeignKey(SLAPolicy, models.PROTECT, related_name="goals")
    kind = models.CharField(max_length=7, choices=Kind)
    budget = models.DurationField("within business time")
    warnings = ArrayField(models.FloatField(), default=default_warnings)
    pauses_when_suspended = models.BooleanField(default=True)

    class Meta:
        verbose_name = "SLA goal"
        constraints = [
            models.UniqueConstraint(fields=["policy", "kind"], name="goal_once_per_policy"),
            models.CheckConstraint(
                name="goal_budget_is_positive", condition=Q(budget__gt=timedelta(0))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} within {self.budget}"


class Rung(models.Model):
    """One step of a goal's escalation ladder."""

    class Action(models.TextChoices):
        NOTIFY_MANAGERS = "notify_managers", "Tell the queue's managers"
        NOTIFY_HOLDER = "notify_holder", "Tell whoever holds the item"
        RAISE_PRIORITY = "raise_priority", "Raise the priority by one class"
        RETURN_TO_QUEUE = "return_to_queue", "Return the item to its queue"
        MOVE_TO_QUEUE = "move_to_queue", "Move the item to another queue"

    goal = models.ForeignKey(SLAGoal, models.PROTECT, related_name="rungs")
    offset = models.DurationField("offset from due", help_text="Negative means before it is due.")
    action = models.CharField(max_length=20, choices=Action)
    target_queue = models.ForeignKey(
        "Queue", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["offset", "id"]
        constraints = [
            models.CheckConstraint(
                name="rung_target_iff_move",
                condition=Q(action="move_to_queue", target_queue__isnull=False)
                | ~Q(action="move_to_queue") & Q(target_queue__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} at {self.offset}"
