"""A clock as it stands and why: its reading, and every stretch of time since it started."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from queues import ledgers, queries, sla, timeline, working_time
from queues.models import Clock
from queues.timeline import Mark, Stretch, What
from workflows.models import JournalEntry

WHAT = {
    "clock.paused": What.PAUSED,
    "clock.resumed": What.RESUMED,
    "clock.restarted": What.RESTARTED,
}
STRETCHES_AT_MOST = 60


@dataclass(frozen=True, slots=True)
class Explained:
    """One promise to one item. The counted stretches add up to what is consumed."""

    clock: Clock
    reading: sla.Reading
    zone: str
    stretches: Sequence[Stretch]
    counted: timedelta

    @property
    def is_complete(self) -> bool:
        return len(self.stretches) <= STRETCHES_AT_MOST

    @property
    def shown(self) -> Sequence[Stretch]:
        """The latest ones, when there are too many to read."""
        return self.stretches[-STRETCHES_AT_MOST:]


def explain(clock: Clock, entries: Sequence[JournalEntry], now: datetime) -> Explained:
    """`entries` is what the journal has of the clock's item, in order."""
    calendar = working_time.from_spec(clock.goal.policy.calendar.spec)
    stretches = timeline.explain(_marks(clock, entries), calendar, now)
    return Explained(
        clock=clock,
        reading=sla.read(ledgers.ledger_of(clock), calendar, now, warn_at=clock.goal.warnings),
        zone=calendar.zone,
        stretches=stretches,
        counted=timeline.counted(stretches),
    )


def _marks(clock: Clock, entries: Sequence[JournalEntry]) -> list[Mark]:
    own = [entry for entry in entries if queries.is_about(entry, clock)]
    middle = [
        Mark(entry.at, WHAT[entry.kind], str(entry.detail.get("reason", "")))
        for entry in own
        if entry.kind in WHAT
    ]
    marks = [Mark(clock.started_at, What.STARTED), *middle]
    if clock.stopped_at:
        marks.append(Mark(clock.stopped_at, What.STOPPED))
    return marks
