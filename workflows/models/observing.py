from django.db import models
from django.db.models import Q

from workflows.ids import uuid7
from workflows.models.calls import Call
from workflows.models.instances import ProcessInstance
from workflows.models.publishing import Event


class Expectation(models.Model):
    """One link of a chain that is watched: what has to follow, and how soon. It steers nothing."""

    class Kind(models.TextChoices):
        REACTION = "reaction", "A process begins after an event"
        ANSWER = "answer", "A called process answers"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chain = models.CharField(max_length=100)  # the name that its links share
    kind = models.CharField(max_length=8, choices=Kind)
    # Of a reaction the type of the event, of an answer the process that calls.
    after = models.CharField(max_length=200)
    process = models.CharField(max_length=200)  # which is to begin, or is called
    # The event that it is to publish in time; without one, to begin is enough.
    publishes = models.CharField(max_length=200, blank=True)
    within = models.DurationField()

    is_active = models.BooleanField(default=True)
    seen_position = models.PositiveBigIntegerField(default=0)  # events were looked at up to here
    look_at = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["chain", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "after", "process", "publishes"], name="expectation_said_once"
            ),
            models.CheckConstraint(
                name="expectation_answer_publishes_nothing",
                condition=Q(kind="reaction") | Q(kind="answer", publishes=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process} after {self.after}"


class Anomaly(models.Model):
    """A link of a chain that did not come about in time: noticed once, settled when it comes."""

    class Kind(models.TextChoices):
        NEVER_BEGAN = "never_began", "Never began"
        UNFINISHED = "unfinished", "Not finished in time"
        OTHERWISE = "otherwise", "Ended in another way"
        LATE = "late", "Came late"
        NO_ANSWER = "no_answer", "Does not answer"
        TIMED_OUT = "timed_out", "Timed out"

    class Outcome(models.TextChoices):
        CAME_LATE = "came_late", "It came, late"
        ENDED_OTHERWISE = "otherwise", "It ended in another way"
        GIVEN_UP = "given_up", "Its caller went on without it"
        DISMISSED = "dismissed", "Somebody has seen to it"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    expectation = models.ForeignKey(Expectation, models.PROTECT, related_name="anomalies")
    kind = models.CharField(max_length=11, choices=Kind)
    key = models.CharField(max_length=200, blank=True)  # the business key that the chain is about
    # What it began with: an event, or a call activity that waits.
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="anomalies")
    call = models.ForeignKey(Call, models.PROTECT, null=True, related_name="anomalies")
    # Who published or called, and who is to react or answer, as soon as there is one.
    source = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="anomalies_after")
    reaction = models.ForeignKey(
        ProcessInstance, models.PROTECT, null=True, related_name="anomalies_of"
    )

    since = models.DateTimeField()  # when the event was published, or the call began
    due_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    look_at = models.DateTimeField(null=True)  # when it is looked at again; none once settled
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    settled_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "anomalies"
        indexes = [
            # "Has one of them come meanwhile?"
            models.Index(
                fields=["look_at", "id"], name="anomaly_due", condition=Q(settled_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["expectation", "event"],
                name="anomaly_once_per_event",
                condition=Q(event__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["expectation", "call"],
                name="anomaly_once_per_call",
                condition=Q(call__isnull=False),
            ),
            models.CheckConstraint(
                name="anomaly_of_an_event_or_a_call",
                condition=Q(event__isnull=False, call__isnull=True)
                | Q(event__isnull=True, call__isnull=False),
            ),
            models.CheckConstraint(
                name="anomaly_settled_iff_not_looked_at",
                condition=Q(settled_at__isnull=True, look_at__isnull=False, outcome="")
                | Q(settled_at__isnull=False, look_at__isnull=True) & ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expectation.process} for {self.key}: {self.get_kind_display().lower()}"

    @property
    def is_nested(self) -> bool:
        """Whether a caller waits, or waited, for it: else it is downstream of an event."""
        return self.call_id is not None
