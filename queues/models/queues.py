from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from queues.models.people import Skill
from workflows.ids import uuid7


class Queue(models.Model):
    """Where ready work items wait, with members, ordering and limits."""

    class Order(models.TextChoices):
        PRIORITY = "priority", "Most urgent class first, oldest first inside a class"
        DEADLINE = "deadline", "Earliest deadline first"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField("open for work", default=True)

    order = models.CharField(max_length=8, choices=Order, default=Order.PRIORITY)
    policy = models.ForeignKey(
        "SLAPolicy", models.PROTECT, null=True, blank=True, related_name="queues"
    )
    lease_for = models.DurationField("lease", default=timedelta(minutes=5))
    max_returns = models.PositiveSmallIntegerField("returns before escalating", default=3)
    wip_limit = models.PositiveSmallIntegerField("work at a time per person", null=True, blank=True)
    skip_rest = models.DurationField("not offered again for", default=timedelta(minutes=30))
    hides_suggestion = models.BooleanField(
        "hide the suggestion until the first judgement", default=False
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="queue_lease_is_positive", condition=Q(lease_for__gt=timedelta(0))
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Requirement(models.Model):
    """The canonical set of skills (and region) that an item needs: a partition of a queue."""

    key = models.CharField(max_length=500, unique=True)  # "region:north|fraud|loans"
    skills = ArrayField(models.CharField(max_length=60), default=list)  # keys, sorted
    region = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return ", ".join([*self.skills, *([self.region] if self.region else [])]) or "anybody"


class RoutingRule(models.Model):
    """The first rule, in order, whose condition is true says where an item goes."""

    order = models.PositiveIntegerField(unique=True)
    review_kind = models.CharField(max_length=100, blank=True)  # empty: any
    condition = models.TextField(blank=True)  # FEEL over the routing facts; empty: always
    # The key of a decision table that says where to; without an answer of it: what stands below.
    decision = models.CharField(max_length=100, blank=True)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="routing_rules")
    skills = models.ManyToManyField(Skill, blank=True)
    priority = models.PositiveSmallIntegerField(default=3)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                name="routing_priority_1_to_5", condition=Q(priority__gte=1, priority__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.note or self.condition or 'otherwise'} → {self.queue}"


class SkipReason(models.Model):
    """A chip offered when somebody passes an item on."""

    code = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=100)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "label"]

    def __str__(self) -> str:
        return self.label
