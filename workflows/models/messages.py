from django.db import models
from django.db.models import Q

from workflows.ids import uuid7
from workflows.models.definitions import ProcessDefinition
from workflows.models.instances import Activity, ProcessInstance
from workflows.models.intake import Receipt
from workflows.models.listeners import Listener


class Message(models.Model):
    """Something told that is still to reach somebody: a message, a signal, or one share of it.

    A signal is told to many: each of them gets a row of its own that names its `origin`.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", "Message"
        SIGNAL = "signal", "Signal"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        EXPIRED = "expired", "Expired"
        DROPPED = "dropped", "Nobody waits any more"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=7, choices=Kind)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200, blank=True)
    variables = models.JSONField(default=dict)
    sender = models.CharField(max_length=200)
    receipt = models.OneToOneField(Receipt, models.PROTECT, null=True, related_name="kept")
    thrown_by = models.ForeignKey(ProcessInstance, models.PROTECT, null=True, related_name="thrown")
    # The event or task that sent it: a person who has to look finds the way from there.
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="messages")
    untold = models.BooleanField(
        default=False, db_default=False
    )  # its sender waits to be told what became of it

    # One share of a signal: told to this listener, or as the start of this definition.
    origin = models.ForeignKey("self", models.PROTECT, null=True, related_name="shares")
    listener = models.ForeignKey(Listener, models.PROTECT, null=True, related_name="told")
    definition = models.ForeignKey(ProcessDefinition, models.PROTECT, null=True, related_name="+")

    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    problem = models.TextField(blank=True)  # why it was refused or withdrawn
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, null=True, related_name="told")
    received_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)  # somebody looked for who waits for it
    expires_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)  # who withdrew it

    class Meta:
        indexes = [
            models.Index(
                fields=["name", "key"], name="message_waiting", condition=Q(status="waiting")
            ),
            models.Index(
                fields=["expires_at"], name="message_expires", condition=Q(status="waiting")
            ),
            models.Index(
                fields=["id"],
                name="message_untried",
                condition=Q(status="waiting", tried_at__isnull=True),
            ),
            # "Which senders wait, and may go on?"
            models.Index(
                fields=["id"],
                name="message_untold",
                condition=Q(untold=True, status__in=["delivered", "dropped", "withdrawn"]),
            ),
            # "What did nobody take?"
            models.Index(
                fields=["status", "id"],
                name="message_not_taken",
                condition=Q(status__in=["refused", "expired", "withdrawn"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_ended_iff_not_waiting",
                condition=Q(status="waiting", ended_at__isnull=True)
                | ~Q(status="waiting") & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="message_share_of_a_signal",
                condition=Q(listener__isnull=True, definition__isnull=True)
                | Q(kind="signal", origin__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().lower()} {self.name}"

    @property
    def was_never_made(self) -> bool:
        """Whether its sender could not even say what it is: nobody was asked to take it."""
        return self.status == self.Status.REFUSED and self.tried_at is None

    @property
    def is_share(self) -> bool:
        """Whether this is one share of a signal."""
        return self.origin_id is not None
