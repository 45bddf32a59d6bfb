"""The rows that an application with promises needs around django-viewflow's own."""

from django.db import models
from viewflow.workflow.models import Process, Task

from bench.engine_rows import Happening, Promise


class TaskClock(Promise):
    """Until when a task is promised, and when that was over."""

    task = models.ForeignKey(Task, models.PROTECT)


class TaskAudit(Happening):
    """Something that happened to a process."""

    process = models.ForeignKey(Process, models.PROTECT)
