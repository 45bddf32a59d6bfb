"""Which kinds of automated work there are, and how each of them stands."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from workflows import job_handlers
from workflows.job_handlers import Terms
from workflows.literals import literal
from workflows.models import Job, JobKind


@dataclass(frozen=True, slots=True)
class KindOfJob:
    """One handler or topic: its breaker, if it ever failed, and how many of its jobs there are."""

    name: str
    kind: JobKind | None
    is_here: bool  # a function of this installation does it
    terms: Terms
    waiting: int
    at_work: int


def kinds_of_jobs() -> list[KindOfJob]:
    """Every name that is installed, known as a topic, or has open jobs."""
    kinds = {kind.name: kind for kind in JobKind.objects.all()}
    here = job_handlers.installed()
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for status in (Job.Status.READY, Job.Status.LEASED):
        rows = Job.objects.filter(status=literal(status.value)).order_by().values("handler")
        for row in rows.annotate(many=Count("*")):
            counted[row["handler"]][status.value] = row["many"]
    return [
        KindOfJob(
            name=name,
            kind=kinds.get(name),
            is_here=name in here,
            terms=job_handlers.terms_of(name),
            waiting=counted[name].get("ready", 0),
            at_work=counted[name].get("leased", 0),
        )
        for name in sorted({*kinds, *here, *counted})
    ]
