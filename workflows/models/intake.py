from django.db import models
from django.db.models import Q

from workflows.ids import uuid7
from workflows.models.instances import ProcessInstance


class Receipt(models.Model):
    """A message that came in, kept so that sending it again changes nothing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sender = models.CharField(max_length=200)
    idempotency_key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    message = models.CharField(max_length=200)
    instance = models.ForeignKey(
        ProcessInstance, models.PROTECT, null=True, related_name="receipts"
    )
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "idempotency_key"], name="receipt_once_per_sender"
            ),
            models.CheckConstraint(name="receipt_has_a_key", condition=~Q(idempotency_key="")),
        ]

    def __str__(self) -> str:
        return f"{self.message} from {self.sender}"
