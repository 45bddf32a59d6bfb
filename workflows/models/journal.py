from django.db import models
from django.db.models import Q


class JournalEntry(models.Model):
    """Something that happened, written once. Triggers refuse UPDATE, DELETE and TRUNCATE.

    Entries of one chain are numbered without gaps and each carries the hash of the one before. The
    chain of a process instance has the instance's id; other subjects have a chain of their own.
    """

    chain = models.UUIDField()
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=100)  # "item.released"
    actor = models.CharField(max_length=200)  # "user:alice", "system", "api:webshop"
    subject = models.CharField(max_length=200, blank=True)  # "item:0198…", "queue:loans"
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "journal entries"
        indexes = [
            # "What was done to this?"
            models.Index(
                fields=["subject", "id"], name="journal_subject", condition=~Q(subject="")
            ),
            models.Index(fields=["at"], name="journal_at"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="journal_no_fork"),
            models.CheckConstraint(
                name="journal_first_has_no_previous",
                condition=Q(sequence=1, previous_hash="")
                | Q(sequence__gt=1) & ~Q(previous_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.actor}"
