from django.db import models
from django.db.models import Q

from workflows.ids import uuid7
from workflows.models.instances import ProcessInstance


class Beginning(models.Model):
    """A key that a process has begun for, where its model says that it begins once for each key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    process = models.CharField(max_length=200)  # the key of the process, whichever version
    event = models.CharField(max_length=200, blank=True)  # empty: whichever event begins it
    key = models.CharField(max_length=200)
    instance = models.OneToOneField(
        ProcessInstance, models.PROTECT, related_name="beginning", db_index=False
    )
    node_id = models.CharField(max_length=200)  # the event that began it
    began_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["process", "key", "event"], name="process_begins_once"),
            models.CheckConstraint(name="beginning_has_a_key", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.process} for {self.key}"
