from django.db import models
from django.db.models import Q

from workflows.ids import uuid7
from workflows.models.instances import Activity, ProcessInstance


class Listener(models.Model):
    """A token, or a scope for its event sub-processes, that waits for something to be told.

    A message is meant for whom its name and key say, a signal for everybody, a condition looks at
    the variables of its instance.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", "Message"
        SIGNAL = "signal", "Signal"
        CONDITION = "conditional", "Condition"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        HEARD = "heard", "Heard"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="listeners")
    scope = models.PositiveIntegerField(default=0)
    # The token that waits; an event sub-process is waited for by its scope alone.
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="listeners")
    node_id = models.CharField(max_length=200)  # the event itself
    kind = models.CharField(max_length=11, choices=Kind)
    name = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, blank=True)

    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # "Who waits for this message or signal?"
            models.Index(
                fields=["kind", "name", "key"], name="listener_open", condition=Q(status="open")
            ),
            models.Index(
                fields=["activity"], name="listener_of_activity", condition=Q(status="open")
            ),
            models.Index(
                fields=["instance", "scope"], name="listener_of_scope", condition=Q(status="open")
            ),
        ]
        constraints = [
            # A message that says its key is meant for one.
            models.UniqueConstraint(
                fields=["name", "key"],
                name="listener_once_per_key",
                condition=Q(status="open", kind="message") & ~Q(key=""),
            ),
            models.CheckConstraint(
                name="listener_ended_iff_not_open",
                condition=Q(status="open", ended_at__isnull=True)
                | ~Q(status="open") & Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().lower()} {self.name or self.node_id}"
