"""The rows that an application around SpiffWorkflow needs, for `bench.engine_spiff`."""

from django.db import models

from bench.engine_rows import Happening, Promise


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


class Clock(Promise):
    """Until when a work item is promised, and when that was over."""

    item = models.ForeignKey(WorkItem, models.PROTECT)


class Audit(Happening):
    """Something that happened to an instance."""

    instance = models.ForeignKey(State, models.PROTECT)
