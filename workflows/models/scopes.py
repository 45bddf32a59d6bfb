from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from workflows.ids import uuid7
from workflows.models.instances import Activity, ProcessInstance


class Scope(models.Model):
    """What begins, is counted and ends together inside an instance: a sub-process, a loop, a round.

    The instance itself is scope 0 and has no row here. Tokens are counted by node; the activities
    that carry this scope's number are those tokens one by one.
    """

    class Role(models.TextChoices):
        BODY = "body", "Inside of a sub-process"
        EVENT = "event", "Inside of an event sub-process"
        LOOP = "loop", "All rounds of an activity"
        ROUND = "round", "One round of an activity"
        UNDO = "undo", "Compensation"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        ENDED = "ended", "Ended"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="scopes")
    number = models.PositiveIntegerField()  # within the instance, never given twice
    parent = models.PositiveIntegerField(default=0)
    # Numbers of the scopes around it, the outermost first; without the instance itself.
    path = ArrayField(models.PositiveIntegerField(), default=list)
    role = models.CharField(max_length=5, choices=Role)
    node_id = models.CharField(max_length=200)
    # The token that this is the inside of; a round has none of its own.
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="inside")
    index = models.PositiveIntegerField(default=0)  # which round, from 0

    variables = models.JSONField(default=dict)
    live = models.PositiveIntegerField(default=0)
    resting = models.JSONField(default=dict)  # node: how many tokens, for inclusive gateways
    joins = models.JSONField(default=dict)  # gateway: flow: how many tokens
    rounds = models.JSONField(null=True)  # of a loop: how far it is
    done = models.JSONField(default=list)  # what can be compensated
    queue = models.JSONField(default=list)  # what is still to be compensated
    interrupted = models.BooleanField(default=False)

    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # "What is open inside of this?"
            models.Index(
                fields=["instance", "parent"], name="scope_open", condition=Q(status="open")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["instance", "number"], name="scope_number_once"),
            models.UniqueConstraint(
                fields=["activity"], name="scope_one_inside", condition=Q(status="open")
            ),
            models.CheckConstraint(
                name="scope_lies_in_an_older_one",
                condition=Q(number__gt=F("parent"), path__len=0, parent=0)
                | Q(number__gt=F("parent"), path__len__gt=0, parent__gt=0),
            ),
            models.CheckConstraint(
                name="scope_belongs_to_a_token_unless_a_round",
                condition=Q(role="round", activity__isnull=True)
                | ~Q(role="round") & Q(activity__isnull=False),
            ),
            models.CheckConstraint(
                name="scope_ended_iff_not_open",
                condition=Q(status="open", ended_at__isnull=True)
                | ~Q(status="open") & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="scope_over_holds_no_token", condition=Q(status="open") | Q(live=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node_id} ({self.get_role_display().lower()}) {self.number}"
