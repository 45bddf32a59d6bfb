from datetime import datetime, timedelta
from uuid import UUID

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, transition


class JobKind(models.Model):
    """One kind of automated work, by handler or topic: who does it, and whether it works just now.

    The circuit breaker is here: after many failures in a row no attempt is made for a while, then
    one alone, and its outcome says whether the others follow.
    """

    class Breaker(models.TextChoices):
        CLOSED = "closed", "Working"
        OPEN = "open", "Resting after failures"
        TRYING = "trying", "Trying one job"

    name = models.CharField(max_length=200, primary_key=True)
    # Done by workers outside, over HTTP, unless this installation has a handler of that name.
    external = models.BooleanField(default=False)

    breaker = FSMField(choices=Breaker, default=Breaker.CLOSED, protected=True, max_length=6)
    failures = models.PositiveIntegerField(default=0)  # in a row
    # Resting: until when. Trying: when the one attempt counts as lost.
    until = models.DateTimeField(null=True, blank=True)
    probe = models.UUIDField(null=True, blank=True)  # the job that is tried
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="job_kind_until_iff_not_working",
                condition=Q(breaker="closed", until__isnull=True)
                | ~Q(breaker="closed") & Q(until__isnull=False),
            ),
            models.CheckConstraint(
                name="job_kind_probe_iff_trying",
                condition=Q(breaker="trying", probe__isnull=False)
                | ~Q(breaker="trying") & Q(probe__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transition(field=breaker, source=[Breaker.CLOSED, Breaker.TRYING], target=Breaker.OPEN)
    def trip(self, *, rests_for: timedelta, now: datetime) -> None:
        self.until, self.probe, self.changed_at = now + rests_for, None, now

    @transition(field=breaker, source=[Breaker.OPEN, Breaker.TRYING], target=Breaker.TRYING)
    def try_one(self, *, job: UUID, until: datetime, now: datetime) -> None:
        self.until, self.probe, self.changed_at = until, job, now

    @transition(field=breaker, source=[Breaker.OPEN, Breaker.TRYING], target=Breaker.CLOSED)
    def close(self, *, now: datetime) -> None:
        self.until, self.probe, self.failures, self.changed_at = None, None, 0, now
