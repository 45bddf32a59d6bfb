"""The rows that an application around SpiffWorkflow needs, for `bench.engine_spiff`."""

from django.db import models


class State(models.Model):
    """An instance, as its serializer writes it."""

    state = models.TextField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return f"State {self.pk}"


class WorkItem(models.Model):
    """A task that waits for somebody, or waited."""

    instance = models.ForeignKey(State, models.PROTECT)
    task = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=20, default="ready")
    opened_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=100, blank=True)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.name


class Clock(models.Model):
    """Until when a work item is promised, and when that was over."""

    item = models.ForeignKey(WorkItem, models.PROTECT)
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return f"Clock of {self.item_id}"


class Audit(models.Model):
    """Something that happened."""

    instance = models.ForeignKey(State, models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=100)
    actor = models.CharField(max_length=100)
    detail = models.JSONField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.kind
