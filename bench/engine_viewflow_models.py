"""The rows that an application with promises needs around django-viewflow's own."""

from django.db import models
from viewflow.workflow.models import Process, Task


class TaskClock(models.Model):
    """Until when a task is promised, and when that was over."""

    task = models.ForeignKey(Task, models.PROTECT)
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return f"Clock of {self.task_id}"


class TaskAudit(models.Model):
    """Something that happened."""

    process = models.ForeignKey(Process, models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=100)
    actor = models.CharField(max_length=100)
    detail = models.JSONField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.kind
