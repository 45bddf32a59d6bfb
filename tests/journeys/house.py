"""The whole house in one process: workers and sweeps are played, time is an argument."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from queues import claims, clocks
from reviews import audit, settlement
from reviews.models import Review
from tests.reviews.builders import NOW, refresh
from workflows import definitions, intake, jobs, journal, timers
from workflows.models import Event, Job, JournalEntry, ProcessInstance

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass
class House:
    """What time it is, and everything that happens without a person."""

    now: datetime = NOW
    sent: int = field(default=0)

    def receive(self, message: str, variables: Mapping[str, Any]) -> ProcessInstance:
        self.sent += 1
        instance, _ = intake.receive(
            message=message,
            variables=dict(variables),
            business_key=f"L-{self.sent}",
            idempotency_key=f"message-{self.sent}",
            sender="api:webshop",
            now=self.now,
        )
        self.work()
        return instance

    def work(self) -> None:
        """Workers run what is ready until nothing is."""
        while ready := list(
            Job.objects.filter(status=Job.Status.READY, ready_at__lte=self.now).values_list("pk")
        ):
            for (job_id,) in ready:
                jobs.run(job_id, worker="test", clock=lambda: self.now)

    def sweep(self) -> None:
        """What looks for due work, once each."""
        for look in (
            timers.fire_due,
            jobs.expire_leases,
            claims.expire_due,
            clocks.tick,
            settlement.execute_due,
        ):
            look(now=self.now)
        self.work()

    def pass_time(self, **said: float) -> None:
        self.now += timedelta(**said)
        self.sweep()


def deploy(source: bytes, replace: Mapping[str, str] | None = None) -> None:
    text = source.decode()
    for old, new in (replace or {}).items():
        assert old in text
        text = text.replace(old, new)
    definitions.deploy(source=text.encode(), by="user:ada", now=NOW)


def loan_approval(replace: Mapping[str, str] | None = None) -> None:
    deploy((EXAMPLES / "loan_approval.bpmn").read_bytes(), replace)


KEPT_QUIET = ("clock.", "lease.", "notice.")


def story(instance: ProcessInstance, *, of: Callable[[str], bool] | None = None) -> list[str]:
    """What the auditor reads: the kinds of entries in order, clocks left out."""
    entries = JournalEntry.objects.filter(chain=instance.pk).order_by("sequence")
    return [
        entry.kind
        for entry in entries
        if not entry.kind.startswith(KEPT_QUIET) and (of is None or of(entry.kind))
    ]


def holds(instance: ProcessInstance) -> bool:
    """The chain is whole, and four eyes can be recomputed from it."""
    refresh(instance)
    assert journal.verifies(instance)
    assert audit.four_eyes_violations(instance) == []
    return True


def events(instance: ProcessInstance) -> list[str]:
    return list(Event.objects.filter(instance=instance).values_list("type", flat=True))


def review_of(instance: ProcessInstance) -> Review:
    return Review.objects.get(instance=instance)
