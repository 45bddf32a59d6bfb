from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, transition

from workflows.ids import uuid7
from workflows.models.definitions import ProcessDefinition

SHORT_ID = 6  # hexadecimal digits; the end of an id is chance, its beginning is the time


class ProcessInstance(models.Model):
    """One run of a process definition. Its row is the lock for everything inside it."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        COMPLETED = "completed", "Completed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    definition = models.ForeignKey(ProcessDefinition, models.PROTECT, related_name="instances")
    business_key = models.CharField(max_length=200, blank=True)
    variables = models.JSONField(default=dict)

    status = FSMField(choices=Status, default=Status.RUNNING, protected=True, max_length=9)
    # Where it stands, as scope 0: tokens in all, at each node (told where the model has inclusive
    # gateways, which alone ask for it), and at each gateway by flow.
    live_tokens = models.PositiveIntegerField(default=0)
    resting = models.JSONField(default=dict, db_default={})
    joins = models.JSONField(default=dict, db_default={})
    done = models.JSONField(default=list, db_default=[])  # what can be compensated
    interrupted = models.BooleanField(
        default=False, db_default=False
    )  # an event sub-process took over
    # The highest number given to a scope.
    last_scope = models.PositiveIntegerField(default=0, db_default=0)
    # Of a called process: the call activity that waits for it, the outermost process, how deep.
    caller = models.ForeignKey(
        "Activity", models.PROTECT, null=True, related_name="called", db_index=False
    )
    root = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="descendants", db_index=False
    )
    depth = models.PositiveSmallIntegerField(default=0, db_default=0)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_node = models.CharField(max_length=200, blank=True)

    # Head of this instance's journal chain, written together with each entry.
    chain_length = models.PositiveIntegerField(default=0)
    chain_head = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            # "What is running now, newest first?"
            models.Index(
                fields=["-started_at"], name="instance_running", condition=Q(status="running")
            ),
            models.Index(fields=["definition", "-started_at"], name="instance_of_definition"),
            models.Index(fields=["business_key"], name="instance_business_key"),
            models.Index(fields=["-started_at"], name="instance_newest"),
            models.Index(
                fields=["caller"], name="instance_caller", condition=Q(caller__isnull=False)
            ),
            models.Index(fields=["root"], name="instance_root", condition=Q(root__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="instance_ended_iff_not_running",
                condition=Q(status="running", ended_at__isnull=True)
                | ~Q(status="running") & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="instance_ended_holds_no_token",
                condition=Q(status="running") | Q(live_tokens=0),
            ),
            models.CheckConstraint(
                name="instance_ends_after_it_starts",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.business_key or f"{self.definition.name} {self.short_id}"

    @property
    def short_id(self) -> str:
        """The end of its id, as it is written there: short enough to be said aloud."""
        return self.pk.hex[-SHORT_ID:]

    @transition(field=status, source=Status.RUNNING, target=Status.COMPLETED)
    def complete(self, *, at_node: str, now: datetime) -> None:
        self.end_node, self.ended_at, self.live_tokens = at_node, now, 0
        self.resting, self.joins = {}, {}

    @transition(field=status, source=Status.RUNNING, target=Status.CANCELLED)
    def cancel(self, *, now: datetime) -> None:
        self.ended_at, self.live_tokens = now, 0
        self.resting, self.joins = {}, {}


class Activity(models.Model):
    """One node of an instance being or having been executed; while active it holds a token."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        WAITING = "waiting", "Waiting at a join"
        COMPLETED = "completed", "Completed"
        CANCELLED = "cancelled", "Cancelled"

    class Stuck(models.TextChoices):
        ENTERING = "entering", "Could not be entered"
        LEAVING = "leaving", "Could not be left"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="activities")
    node_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)  # workflows.bpmn.model.Kind
    name = models.CharField(max_length=200, blank=True)
    flow_id = models.CharField(max_length=200, blank=True)  # the flow its token came over
    # Where it lies; 0 is the instance itself.
    scope = models.PositiveIntegerField(default=0, db_default=0)
    inputs = models.JSONField(null=True, blank=True)  # what its model gives it beside variables
    trace = models.JSONField(null=True, blank=True)  # how a decision came to its answer
    # Set while a token cannot go on without a person: what it tried.
    stuck = models.CharField(max_length=8, choices=Stuck, blank=True, db_default="")

    status = FSMField(choices=Status, default=Status.ACTIVE, protected=True, max_length=9)
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "activities"
        indexes = [
            # "Where does this instance stand?"
            models.Index(
                fields=["instance", "scope", "node_id"],
                name="activity_live_in_scope",
                condition=Q(status__in=["active", "waiting"]),
            ),
            models.Index(fields=["instance", "entered_at"], name="activity_history"),
        ]
        constraints = [
            models.CheckConstraint(
                name="activity_ended_iff_not_live",
                condition=Q(status__in=["active", "waiting"], ended_at__isnull=True)
                | Q(status__in=["completed", "cancelled"], ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.node_id

    @transition(field=status, source=[Status.ACTIVE, Status.WAITING], target=Status.COMPLETED)
    def complete(self, *, now: datetime) -> None:
        self.ended_at = now

    @transition(field=status, source=[Status.ACTIVE, Status.WAITING], target=Status.CANCELLED)
    def cancel(self, *, now: datetime) -> None:
        self.ended_at = now
