"""Decisions: versions that never change, drafts of the next one, and the cases that test both."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, transition

from workflows.ids import uuid7


class DecisionDefinition(models.Model):
    """One version of a DMN model that two people have agreed on; never changed once published."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=100)  # how routing, processes and programs ask for it
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)

    xml = models.BinaryField()  # the file, byte for byte
    digest = models.CharField(max_length=64)  # SHA-256 of the file
    dialect = models.CharField(max_length=20)  # "standard" or "camunda": how its FEEL is read
    note = models.TextField(blank=True)  # what its proposer said about the change
    namespace = models.CharField(max_length=1_000, blank=True)  # what others import it by
    imports = models.JSONField(default=list)  # namespace, key and version of what it imports

    # Accounts by name, and the natural persons behind them: four eyes are two persons.
    published_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=200)
    proposer = models.CharField(max_length=64)
    signed_by = models.CharField(max_length=200)
    signer = models.CharField(max_length=64)
    editors = models.JSONField(default=list)  # every person who changed the draft

    class Meta:
        ordering = ["key", "-version"]
        indexes = [
            # "What was published lately?"
            models.Index(fields=["-published_at"], name="decision_published"),
            # "Which decision has this namespace?"
            models.Index(fields=["namespace"], name="decision_namespace"),
        ]
        constraints = [
            # Also answers "which version is in force?".
            models.UniqueConstraint(fields=["key", "version"], name="decision_version_once"),
            models.CheckConstraint(name="decision_versions_from_1", condition=Q(version__gte=1)),
            models.CheckConstraint(
                name="decision_has_four_eyes",
                condition=~Q(signer=F("proposer")) & ~Q(signer="") & ~Q(proposer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class DecisionDraft(models.Model):
    """A change to a decision on its way to two signatures. Its row is the lock for all of it."""

    class Status(models.TextChoices):
        EDITING = "editing", "Being edited"
        SUBMITTED = "submitted", "Waits for a signature"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"

    OPEN = (Status.EDITING, Status.SUBMITTED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    xml = models.BinaryField()
    based_on = models.ForeignKey(
        DecisionDefinition, models.PROTECT, null=True, blank=True, related_name="drafts"
    )

    # Grows with each change: who sends a change names the revision that they saw.
    revision = models.PositiveIntegerField(default=1)
    editors = models.JSONField(default=list)  # every person who changed it; none of them signs
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)

    status = FSMField(choices=Status, default=Status.EDITING, protected=True, max_length=9)
    # The submission: who proposes exactly which content, and why.
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=200, blank=True)
    submitter = models.CharField(max_length=64, blank=True)
    submitted_digest = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)
    returned_because = models.TextField(
        blank=True
    )  # the last signer's words, until submitted again

    ended_at = models.DateTimeField(null=True, blank=True)
    published_as = models.OneToOneField(
        DecisionDefinition, models.PROTECT, null=True, blank=True, related_name="draft"
    )

    class Meta:
        ordering = ["-changed_at"]
        indexes = [
            # "What waits for a signature?"
            models.Index(
                fields=["submitted_at"], name="draft_to_sign", condition=Q(status="submitted")
            ),
            # "Which drafts were there of this decision?"
            models.Index(fields=["key", "-opened_at"], name="draft_of_decision"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="draft_open_once",
                condition=Q(status__in=["editing", "submitted"]),
            ),
            models.CheckConstraint(
                name="draft_frozen_iff_submitted",
                condition=Q(status="submitted", submitted_at__isnull=False)
                & ~Q(submitted_digest="")
                & ~Q(submitter="")
                | Q(status="published", submitted_at__isnull=False)
                | Q(status__in=["editing", "withdrawn"], submitted_at=None, submitted_digest=""),
            ),
            models.CheckConstraint(
                name="draft_version_iff_published",
                condition=Q(status="published", published_as__isnull=False)
                | ~Q(status="published") & Q(published_as=None),
            ),
            models.CheckConstraint(
                name="draft_ended_iff_over",
                condition=Q(status__in=["editing", "submitted"], ended_at=None)
                | Q(status__in=["published", "withdrawn"], ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, draft"

    @transition(field=status, source=[Status.EDITING, Status.SUBMITTED], target=Status.EDITING)
    def change(self, *, by: str, person: str, now: datetime) -> None:
        """New content is about to be set: a submission of the old one is void."""
        self.revision += 1
        self.changed_by, self.changed_at = by, now
        self.editors = sorted({*self.editors, person})
        self._forget_submission()

    @transition(field=status, source=Status.EDITING, target=Status.SUBMITTED)
    def submit(self, *, by: str, person: str, digest: str, note: str, now: datetime) -> None:
        """Exactly this content is proposed."""
        self.submitted_by, self.submitter, self.submitted_at = by, person, now
        self.submitted_digest, self.note, self.returned_because = digest, note, ""

    @transition(field=status, source=Status.SUBMITTED, target=Status.EDITING)
    def give_back(self, *, because: str) -> None:
        """Not as it is; it goes on being edited."""
        self._forget_submission()
        self.returned_because = because

    @transition(field=status, source=Status.SUBMITTED, target=Status.PUBLISHED)
    def publish(self, *, definition: DecisionDefinition, now: datetime) -> None:
        """It became a version."""
        self.published_as, self.ended_at = definition, now

    @transition(field=status, source=[Status.EDITING, Status.SUBMITTED], target=Status.WITHDRAWN)
    def withdraw(self, *, now: datetime) -> None:
        """It will not become a version."""
        self._forget_submission()
        self.ended_at = now

    def _forget_submission(self) -> None:
        self.submitted_at, self.submitted_by, self.submitter = None, "", ""
        self.submitted_digest = ""


class DecisionCase(models.Model):
    """An input whose answer is known: run against each draft before it is published."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    decision = models.CharField(max_length=200)  # id of the decision or service in the model
    inputs = models.JSONField(default=dict)
    # What must come out; without an expectation it only has to be answered without an error.
    has_expected = models.BooleanField(default=False)
    expected = models.JSONField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["key", "name"]
        constraints = [
            # Also answers "which cases test this decision?".
            models.UniqueConstraint(fields=["key", "name"], name="case_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
