from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition

from queues.models.people import Person, User
from queues.models.queues import Queue, Requirement, SkipReason
from workflows.ids import uuid7
from workflows.models import Activity, ProcessInstance


class WorkItem(models.Model):
    """One piece of work for one person (WS-HumanTask 1.1, section 4.7)."""

    class Status(models.TextChoices):
        CREATED = "created", "Created"
        READY = "ready", "Ready"
        RESERVED = "reserved", "Reserved"
        SUSPENDED = "suspended", "Suspended"
        COMPLETED = "completed", "Completed"
        OBSOLETE = "obsolete", "Obsolete"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="items")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="items")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="items")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="items")
    title = models.CharField(max_length=200)
    priority = models.PositiveSmallIntegerField(default=3)  # 1 is most urgent
    weight = models.PositiveSmallIntegerField(default=1)  # units of a person's work limit
    routed_by = models.CharField(max_length=300, blank=True)  # which rule, in a sentence

    # "What next" is one index look-up: the queue's ordering, written down when the item is opened.
    # Smaller goes first. Kept over returns, so an item goes back to its place, not to the end.
    sort_key = models.BigIntegerField()

    status = FSMField(choices=Status, default=Status.CREATED, protected=True, max_length=9)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="held_items"
    )
    epoch = models.PositiveIntegerField(default=0)  # grows with each lease
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    reserved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    returns = models.PositiveSmallIntegerField(default=0)
    skips = models.PositiveSmallIntegerField(default=0)
    # Of the promises that still run, the earliest moment each: what the board counts by.
    due_at = models.DateTimeField(null=True, blank=True)
    watch_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # "What should I do next?", asked on every claim.
            models.Index(
                fields=["queue", "requirement", "sort_key"],
                name="item_next",
                condition=Q(status="ready"),
            ),
            # "Next in this queue, whatever it needs": the first look of every claim.
            models.Index(
                fields=["queue", "sort_key"], name="item_next_any", condition=Q(status="ready")
            ),
            # "What do I hold?"
            models.Index(fields=["holder"], name="item_held", condition=Q(status="reserved")),
            # "What is open here, and how does it stand?", answered by the index alone.
            models.Index(
                fields=["queue", "due_at"],
                name="item_open",
                include=["status", "watch_at", "warn_at", "ready_at"],
                condition=Q(status__in=["created", "ready", "reserved", "suspended"]),
            ),
            # "What is due first, wherever it is?", one page at a time.
            models.Index(
                fields=["due_at", "id"],
                name="item_due",
                condition=Q(status__in=["created", "ready", "reserved", "suspended"]),
            ),
            # "How many came in, how many were finished in the last hour?"
            models.Index(fields=["queue", "-created_at"], name="item_arrivals"),
            models.Index(
                fields=["queue", "-ended_at"],
                name="item_completions",
                condition=Q(status="completed"),
            ),
            models.Index(
                fields=["suspended_until"], name="item_wakes", condition=Q(status="suspended")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="item_holder_iff_reserved",
                condition=Q(status="reserved", holder__isnull=False, reserved_at__isnull=False)
                | ~Q(status="reserved") & Q(holder__isnull=True),
            ),
            models.CheckConstraint(
                name="item_ended_iff_over",
                condition=Q(status__in=["completed", "obsolete"], ended_at__isnull=False)
                | ~Q(status__in=["completed", "obsolete"]) & Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="item_priority_1_to_5", condition=Q(priority__gte=1, priority__lte=5)
            ),
            models.CheckConstraint(name="item_weighs_something", condition=Q(weight__gte=1)),
        ]

    def __str__(self) -> str:
        return self.title

    @transition(field=status, source=[Status.CREATED, Status.SUSPENDED], target=Status.READY)
    def make_ready(self, *, now: datetime) -> None:
        self.ready_at, self.suspended_until = self.ready_at or now, None

    @transition(field=status, source=Status.READY, target=Status.RESERVED)
    def reserve(self, *, holder: User, now: datetime) -> None:
        self.holder, self.reserved_at = holder, now
        self.epoch += 1

    @transition(field=status, source=Status.RESERVED, target=Status.READY)
    def return_to_queue(self) -> None:
        self.holder, self.reserved_at = None, None

    @transition(field=status, source=[Status.READY, Status.RESERVED], target=Status.SUSPENDED)
    def suspend(self, *, until: datetime | None) -> None:
        self.holder, self.reserved_at, self.suspended_until = None, None, until

    @transition(field=status, source=Status.RESERVED, target=Status.COMPLETED)
    def complete(self, *, now: datetime) -> None:
        self.holder, self.ended_at = None, now

    @transition(field=status, source=Status.COMPLETED, target=Status.RESERVED)
    def reopen(self, *, holder: User, now: datetime) -> None:
        """Only an undo does this, within its window."""
        self.holder, self.reserved_at, self.ended_at = holder, now, None
        self.epoch += 1

    @transition(
        field=status,
        source=[Status.CREATED, Status.READY, Status.RESERVED, Status.SUSPENDED],
        target=Status.OBSOLETE,
    )
    def drop(self, *, now: datetime) -> None:
        self.holder, self.ended_at = None, now


class Lease(models.Model):
    """Somebody's reservation of an item, until when, and how it ended: the record of claims."""

    class Ending(models.TextChoices):
        DECIDED = "decided", "Decided"
        RELEASED = "released", "Released"
        SKIPPED = "skipped", "Skipped"
        SUSPENDED = "suspended", "Suspended"
        EXPIRED = "expired", "Expired"
        TAKEN_BACK = "taken_back", "Returned by an escalation"
        OBSOLETE = "obsolete", "Item became obsolete"

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="leases")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="leases")
    epoch = models.PositiveIntegerField()
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, blank=True)

    class Meta:
        indexes = [
            # "Whose lease ran out?"
            models.Index(
                fields=["expires_at"], name="lease_expiry", condition=Q(ended_at__isnull=True)
            ),
            # "What did I do lately?"
            models.Index(fields=["holder", "-claimed_at"], name="lease_of_holder"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], name="lease_one_open_per_item", condition=Q(ended_at__isnull=True)
            ),
            models.UniqueConstraint(fields=["item", "epoch"], name="lease_epoch_once"),
            models.CheckConstraint(
                name="lease_ending_iff_ended",
                condition=Q(ended_at__isnull=True, ending="")
                | Q(ended_at__isnull=False) & ~Q(ending=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} on {self.item}"


class Exclusion(models.Model):
    """This person may not work on this item, whichever account is used (four eyes)."""

    item = models.ForeignKey(WorkItem, models.CASCADE, related_name="exclusions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "person"], name="excluded_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.reason}"


class Skip(models.Model):
    """Somebody passed an item on, with a reason."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="skip_records")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="skips")
    reason = models.ForeignKey(SkipReason, models.PROTECT, related_name="+")
    text = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField()  # not offered to this account before

    class Meta:
        indexes = [models.Index(fields=["user", "until"], name="skip_of_user")]

    def __str__(self) -> str:
        return f"{self.user} skipped {self.item}"


class TableRouting(models.Model):
    """Why an item is in its queue: the answer of a decision table, with all that the table saw."""

    item = models.OneToOneField(WorkItem, models.CASCADE, related_name="table_routing")
    decision = models.CharField(max_length=100)  # key of the published decision
    version = models.PositiveIntegerField()
    trace = models.JSONField()  # value, trace and errors of its evaluation

    def __str__(self) -> str:
        return f"{self.item}, routed by {self.decision} v{self.version}"
