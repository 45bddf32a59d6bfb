from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from queues.models import Person, WorkItem
from reviews.models.reviews import Review
from workflows.ids import uuid7


class Decision(models.Model):
    """One person's answer in a review, bound to the hash of exactly what was shown."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="decisions")
    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="decisions")
    epoch = models.PositiveIntegerField()  # of the lease it was made under
    version = models.PositiveIntegerField()  # of the payload
    content_hash = models.CharField(max_length=64)

    person = models.ForeignKey(Person, models.PROTECT, related_name="decisions")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=60)
    edits = models.JSONField(default=dict)  # only with outcome "edit": field → proposed value
    answers = models.JSONField(default=dict, db_default={})  # what was filled in, by field
    reasons = models.JSONField(default=list)  # codes
    rationale = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # undone in time, or void

    class Meta:
        indexes = [
            # "What did I decide lately?"
            models.Index(fields=["account", "-decided_at"], name="decision_of_account"),
        ]
        constraints = [
            # This is four eyes: one signature per natural person.
            models.UniqueConstraint(
                fields=["review", "version", "person"],
                name="decision_one_per_person",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["item"],
                name="decision_one_per_item",
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} by {self.account}"


class Effect(models.Model):
    """What a decision sets off once its undo window is over; a row, so a crash loses nothing."""

    class Status(models.TextChoices):
        PENDING = "pending", "Can be undone"
        DONE = "done", "Took effect"
        UNDONE = "undone", "Undone"

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="effect")
    due_at = models.DateTimeField()
    status = FSMField(choices=Status, default=Status.PENDING, protected=True, max_length=7)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # "Which decisions take effect now?"
            models.Index(fields=["due_at"], name="effect_due", condition=Q(status="pending")),
        ]
        constraints = [
            models.CheckConstraint(
                name="effect_ended_iff_not_pending",
                condition=Q(status="pending", ended_at__isnull=True)
                | ~Q(status="pending") & Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Effect of {self.decision}"

    @transition(field=status, source=Status.PENDING, target=Status.DONE)
    def take(self, *, now: datetime) -> None:
        self.ended_at = now

    @transition(field=status, source=Status.PENDING, target=Status.UNDONE)
    def undo(self, *, now: datetime) -> None:
        self.ended_at = now
