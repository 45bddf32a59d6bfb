from django.db import models
from django.db.models import F, Q

from workflows.ids import uuid7
from workflows.models.definitions import ProcessDefinition
from workflows.models.instances import ProcessInstance


class ProcessMigration(models.Model):
    """Running instances of one version are to go on in another: what was wanted, and by whom.

    Each instance has a row of its own; workers go through them, one transaction each.
    """

    class Status(models.TextChoices):
        RUNNING = "running", "Under way"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    old = models.ForeignKey(ProcessDefinition, models.PROTECT, related_name="migrations_away")
    new = models.ForeignKey(ProcessDefinition, models.PROTECT, related_name="migrations_here")
    mapping = models.JSONField(default=dict)  # old node: new node, where ids do not tell
    timers_anew = models.BooleanField(default=False)  # those whose definition changes
    reason = models.CharField(max_length=500)
    total = models.PositiveIntegerField()  # instances

    status = models.CharField(max_length=7, choices=Status, default=Status.RUNNING)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            # "What is under way?"
            models.Index(fields=["id"], name="migration_running", condition=Q(status="running")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["old"], name="migration_once_at_a_time", condition=Q(status="running")
            ),
            models.CheckConstraint(
                name="migration_leads_somewhere_else", condition=~Q(old=F("new"))
            ),
            models.CheckConstraint(
                name="migration_ended_iff_not_running",
                condition=Q(status="running", ended_at__isnull=True)
                | ~Q(status="running") & Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} to v{self.new.version}"


class MigratedInstance(models.Model):
    """One instance of a migration, and what became of it."""

    class Status(models.TextChoices):
        WAITING = "waiting", "To be migrated"
        MIGRATED = "migrated", "Migrated"
        STAYED = "stayed", "Does not fit"
        OVER = "over", "Ended before its turn"
        STOPPED = "stopped", "Left alone"

    migration = models.ForeignKey(ProcessMigration, models.PROTECT, related_name="instances")
    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="migrations")
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    sentence = models.TextField(blank=True)  # why it stayed
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            # "Whose turn is it?"
            models.Index(
                fields=["migration", "id"],
                name="migrated_waiting",
                condition=Q(status="waiting"),
            ),
            # "How far is it, and which did not fit?"
            models.Index(fields=["migration", "status", "id"], name="migrated_by_status"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["migration", "instance"], name="migrated_once_each"),
            models.CheckConstraint(
                name="migrated_ended_iff_not_waiting",
                condition=Q(status="waiting", ended_at__isnull=True)
                | ~Q(status="waiting") & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="migrated_says_why_it_stayed",
                condition=~Q(status="stayed") | ~Q(sentence=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instance_id}: {self.get_status_display().lower()}"
