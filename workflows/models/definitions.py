from django.db import models

from workflows.ids import uuid7


class ProcessDefinition(models.Model):
    """One version of a BPMN 2.0 model that can run; never changed once deployed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=200)  # the process id in the XML
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)

    source = models.BinaryField()  # the file, byte for byte
    source_sha256 = models.CharField(max_length=64)
    messages = models.JSONField(default=list)  # names of the messages that start it
    signals = models.JSONField(default=list)  # names of the signals that start it
    # What it sends and waits for (`bpmn.talk`); null where it was deployed before that was kept.
    talk = models.JSONField(null=True)

    deployed_at = models.DateTimeField()
    deployed_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="definition_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"
