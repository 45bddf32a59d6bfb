from django.db import models
from django.db.models import Q

from workflows.ids import uuid7
from workflows.models.instances import Activity, ProcessInstance


class Call(models.Model):
    """A call activity that waits for another process: the promise to begin it, and to stop it.

    Its row is touched under the lock of the caller, and under that of the called instance only
    while the caller has nothing to do with it any more.
    """

    class Status(models.TextChoices):
        WANTED = "wanted", "To be begun"
        TROUBLED = "troubled", "Could not be begun"
        RUNNING = "running", "Runs"
        RETURNED = "returned", "Came back"
        STOPPING = "stopping", "To be cancelled"
        CANCELLED = "cancelled", "Cancelled"

    UNANSWERED = (Status.WANTED, Status.TROUBLED, Status.RUNNING)
    GIVEN_UP = (Status.STOPPING, Status.CANCELLED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="calls")
    activity = models.OneToOneField(Activity, models.PROTECT, related_name="call")
    process = models.CharField(max_length=200)  # the key of the process that is called
    binding = models.CharField(max_length=10, blank=True)  # latest, deployment or version
    version = models.CharField(max_length=100, blank=True)
    business_key = models.CharField(max_length=200, blank=True)
    inputs = models.JSONField(default=dict)  # the variables that it begins with
    # The instance that runs for it; one that was called again has a newer one.
    called = models.OneToOneField(
        ProcessInstance, models.PROTECT, null=True, blank=True, related_name="called_by"
    )
    # The instance that is to be undone by the one that is called: once at most.
    undoes = models.OneToOneField(
        ProcessInstance, models.PROTECT, null=True, blank=True, related_name="undone_by"
    )

    status = models.CharField(max_length=9, choices=Status, default=Status.WANTED)
    look_at = models.DateTimeField(null=True, blank=True)  # when there is something to do about it
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # "What is to be begun or stopped?"
            models.Index(
                fields=["look_at", "id"],
                name="call_due",
                condition=Q(status__in=["wanted", "stopping"]),
            ),
            models.Index(fields=["instance"], name="call_of_instance"),
            # "Which calls of this process wait too long, or did so until they were given up?"
            models.Index(
                fields=["process", "created_at"],
                name="call_unanswered",
                condition=Q(status__in=["wanted", "troubled", "running"]),
            ),
            models.Index(
                fields=["process", "created_at"],
                name="call_given_up",
                condition=Q(status__in=["stopping", "cancelled"]),
            ),
            # "Which calls of this process came back since the last look, and too late?"
            models.Index(
                fields=["process", "ended_at"],
                name="call_answered",
                condition=Q(status="returned"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="call_ended_iff_over",
                condition=Q(status__in=["returned", "cancelled"], ended_at__isnull=False)
                | ~Q(status__in=["returned", "cancelled"]) & Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="call_looked_at_iff_to_do",
                condition=Q(status__in=["wanted", "stopping"], look_at__isnull=False)
                | ~Q(status__in=["wanted", "stopping"]) & Q(look_at__isnull=True),
            ),
            models.CheckConstraint(
                name="call_that_runs_has_an_instance",
                condition=~Q(status__in=["running", "returned", "stopping"])
                | Q(called__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process} for {self.activity_id}"


class CallReport(models.Model):
    """What a called instance has to tell its caller: written by the step in which it happens."""

    class Kind(models.TextChoices):
        ENDED = "ended", "Came to its end"
        ERROR = "error", "Has an error that nobody in it catches"
        ESCALATION = "escalation", "Escalates, and nobody in it listens"
        CANCELLED = "cancelled", "Was cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    called = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind)
    code = models.TextField(blank=True)  # of an error or escalation
    message = models.TextField(blank=True)
    variables = models.JSONField(null=True)  # what was known as it failed or escalated
    # When the caller is told; none while a person has to look, and after it was told.
    look_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # "Who is to be told something?"
            models.Index(
                fields=["look_at", "id"],
                name="call_report_due",
                condition=Q(look_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="call_report_settled_is_not_due",
                condition=Q(settled_at__isnull=True) | Q(look_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.called_id} {self.get_kind_display().lower()}"
