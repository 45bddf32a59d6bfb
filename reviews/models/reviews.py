from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from queues.models import Person, Queue, User, WorkItem
from reviews.models.grids import Grid, GridCell
from workflows.ids import uuid7
from workflows.models import Activity, ProcessInstance


def usual_outcomes() -> list[str]:
    return ["approve", "reject"]


class Review(models.Model):
    """The question put to people about one subject, and how many signatures it needs."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        BLOCKED = "blocked", "Stopped by the grid"
        SETTLED = "settled", "Settled"
        EXECUTED = "executed", "Executed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Mode(models.TextChoices):
        COUNTERSIGN = "countersign", "Countersign"
        BLIND = "blind", "Blind"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="reviews")
    activity = models.OneToOneField(Activity, models.PROTECT, related_name="review")
    kind = models.SlugField(max_length=100)
    title = models.CharField(max_length=200)
    outcomes = models.JSONField(default=usual_outcomes)  # what may be answered
    editable = models.JSONField(null=True, blank=True)  # fields that may be changed; null: any
    # Plain work: the fields that its form asks, perhaps none. A question has no form.
    form = models.JSONField(null=True, blank=True)
    result_variable = models.CharField(max_length=200, default="decision")
    # The variable that the payload was read from and that takes the signed one; empty: none.
    payload_variable = models.CharField(max_length=200, blank=True)

    payload = models.JSONField(default=dict)  # of the current version
    original_payload = models.JSONField(default=dict)  # of version 1
    version = models.PositiveIntegerField(default=1)
    content_hash = models.CharField(max_length=64)  # over payload, evidence and suggestion
    last_editor = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    requester = models.CharField(max_length=200, blank=True)  # an actor
    requester_person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    beneficiary_person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )

    suggestion = models.CharField(max_length=60, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    impact = models.FloatField(null=True, blank=True)
    impact_class = models.CharField(max_length=60, blank=True)  # where the grid has classes
    reasons = models.JSONField(default=list)  # why it is suggested, as sentences or factors
    routing_facts = models.JSONField(default=dict)
    queue = models.ForeignKey(
        Queue, models.PROTECT, null=True, blank=True, related_name="reviews"
    )  # none when nobody is asked
    promised_by = models.DateTimeField(null=True, blank=True)
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="reviews")
    disposition = models.CharField(max_length=6, choices=GridCell.Disposition)
    disposition_reason = models.CharField(max_length=300)
    is_sampled = models.BooleanField(default=False)  # drawn for a quality check

    signatures_needed = models.PositiveSmallIntegerField(default=1)
    mode = models.CharField(max_length=11, choices=Mode, default=Mode.COUNTERSIGN)
    status = FSMField(choices=Status, default=Status.OPEN, protected=True, max_length=9)
    outcome = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    executed_at = models.DateTimeField(null=True, blank=True)

    # A blocked one that somebody entitled let through to people.
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    release_rationale = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["opened_at"], name="review_blocked", condition=Q(status="blocked")
            ),
            models.Index(fields=["kind", "-opened_at"], name="review_of_kind"),
        ]
        constraints = [
            models.CheckConstraint(
                name="review_settled_has_outcome",
                condition=~Q(status__in=["settled", "executed"])
                | Q(settled_at__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="review_executed_iff_when",
                condition=Q(status="executed", executed_at__isnull=False)
                | ~Q(status="executed") & Q(executed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="review_auto_needs_a_sound_confidence",
                condition=~Q(disposition="auto")
                | Q(confidence__gte=0, confidence__lte=1, grid__isnull=False),
            ),
            models.CheckConstraint(
                name="review_signatures_follow_disposition",
                condition=Q(disposition="auto", signatures_needed=0)
                | Q(disposition="review", signatures_needed__gte=1)
                | Q(disposition__in=["dual", "block"], signatures_needed__gte=2),
            ),
            models.CheckConstraint(
                name="review_work_is_done_by_one",
                condition=Q(form__isnull=True)
                | Q(disposition="review", signatures_needed=1, mode="countersign"),
            ),
            models.CheckConstraint(
                name="review_released_iff_by",
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_work(self) -> bool:
        """Plain work is done; a question is decided."""
        return self.form is not None

    @property
    def nature(self) -> dict[str, bool]:
        """What entries of the journal say of it, so that their sentences fit plain work."""
        return {"is_work": True} if self.is_work else {}

    def may_change(self, field: str) -> bool:
        """Whether an edit may touch this field of the payload."""
        value = self.payload.get(field)
        is_plain = value is not None and not isinstance(value, dict | list)
        return is_plain and (self.editable is None or field in self.editable)

    @transition(field=status, source=Status.OPEN, target=Status.BLOCKED)
    def block(self) -> None:
        """A person has to release it before anybody decides."""

    @transition(field=status, source=Status.BLOCKED, target=Status.OPEN)
    def unblock(self, *, by: User, rationale: str, now: datetime) -> None:
        """Somebody entitled let it through to people."""
        self.released_by, self.release_rationale, self.released_at = by, rationale, now

    @transition(field=status, source=Status.OPEN, target=Status.SETTLED)
    def settle(self, *, outcome: str, now: datetime) -> None:
        self.outcome, self.settled_at = outcome, now

    @transition(field=status, source=Status.SETTLED, target=Status.EXECUTED)
    def execute(self, *, now: datetime) -> None:
        self.executed_at = now

    @transition(
        field=status, source=[Status.OPEN, Status.BLOCKED, Status.SETTLED], target=Status.WITHDRAWN
    )
    def withdraw(self) -> None:
        """The process took another way: nothing is asked any more."""


class ReviewItem(models.Model):
    """Which work item asks for which signature of a review."""

    class Seat(models.TextChoices):
        FIRST = "first", "First signature"
        SECOND = "second", "Countersignature"
        ARBITRATION = "arbitration", "Arbitration"

    review = models.ForeignKey(Review, models.PROTECT, related_name="seats")
    item = models.OneToOneField(WorkItem, models.PROTECT, related_name="seat")
    seat = models.CharField(max_length=11, choices=Seat)
    version = models.PositiveIntegerField()  # of the payload it asks about
    is_void = models.BooleanField(default=False)  # its signature does not count any more

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "version", "seat"],
                name="seat_once",
                condition=Q(is_void=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_seat_display()} of {self.review}"


class Evidence(models.Model):
    """What was shown beside the question, sealed by its hash."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="evidence")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class Flag(models.Model):
    """Somebody wants the queue's managers to look at an item."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="flags")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.account} flagged {self.item}"
