"""What an application keeps beside any engine: promises on its work, and what happened."""

from django.db import models


class Promise(models.Model):
    """Until when something is promised, and when that was over."""

    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        app_label = "bench"

    def __str__(self) -> str:
        return f"Promise {self.pk}"


class Happening(models.Model):
    """Something that happened."""

    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=100)
    actor = models.CharField(max_length=100)
    detail = models.JSONField()

    class Meta:
        abstract = True
        app_label = "bench"

    def __str__(self) -> str:
        return self.kind
