"""Clock rows as ledgers: read, calculate with `queues.sla`, write back.

Everything here works on rows that the caller holds: the item before its clocks. A breach is
recorded by whoever sees it first, once per clock and generation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from queues import ordering, sla, working_time
from queues.models import Breach, Clock, Escalation, Queue, Rung, SLAGoal, WorkItem
from queues.sla import Ledger
from workflows import making
from workflows.fetching import FOR_UPDATE, fetch_all

LEDGER_FIELDS = [
    "status",
    "generation",
    "budget",
    "consumed",
    "running_since",
    "due_at",
    "stopped_at",
    "breached_at",
    "watch_at",
    "warn_at",
    "next_check_at",
]


@dataclass(frozen=True, slots=True)
class Promise:
    """A published goal, which never changes, ready to calculate with."""

    calendar: working_time.Calendar
    warnings: tuple[float, ...]
    ladder: tuple[sla.Rung, ...]
    pauses_when_suspended: bool


@lru_cache(maxsize=1024)
def promise(goal_id: int) -> Promise:
    goal = SLAGoal.objects.select_related("policy__calendar").get(pk=goal_id)
    rungs = Rung.objects.filter(goal=goal).values_list("pk", "offset")
    return Promise(
        calendar=working_time.from_spec(goal.policy.calendar.spec),
        warnings=tuple(goal.warnings),
        ladder=tuple(sla.Rung(str(pk), offset) for pk, offset in rungs),
        pauses_when_suspended=goal.pauses_when_suspended,
    )


@lru_cache(maxsize=1024)
def goals_of_items(policy_id: UUID) -> tuple[SLAGoal, ...]:
    """What a published policy, which never changes, promises of every item."""
    kinds = [SLAGoal.Kind.CLAIM, SLAGoal.Kind.DECIDE]
    return tuple(SLAGoal.objects.filter(policy=policy_id, kind__in=kinds).order_by("id"))


@lru_cache(maxsize=1024)
def goal_of_processes(policy_id: UUID) -> SLAGoal | None:
    """What a published policy promises of a process as a whole, if it does."""
    return SLAGoal.objects.filter(policy=policy_id, kind=SLAGoal.Kind.RESOLVE).first()


def ledger_of(clock: Clock) -> Ledger:
    return Ledger(
        budget=clock.budget,
        consumed=clock.consumed,
        running_since=clock.running_since,
        stopped_at=clock.stopped_at,
        breached_at=clock.breached_at,
        generation=clock.generation,
    )


def new(
    *, goal: SLAGoal, item: WorkItem | None, instance_id: UUID, budget: timedelta, now: datetime
) -> Clock:
    """A running clock, not saved yet."""
    said = {"item": item, "goal": goal, "kind": goal.kind, "instance_id": instance_id}
    clock = making.new(Clock, **said, started_at=now)
    enter(clock, sla.start(budget=budget, now=now), promise(goal.pk))
    return clock


def enter(
    clock: Clock, ledger: Ledger, made: Promise, *, taken: Iterable[str] = ()
) -> list[sla.Step]:
    """Put a ledger into the row's fields; returns what is still to come."""
    clock.status = ledger.state.value
    clock.budget, clock.consumed = ledger.budget, ledger.consumed
    clock.running_since, clock.stopped_at = ledger.running_since, ledger.stopped_at
    clock.breached_at, clock.generation = ledger.breached_at, ledger.generation
    clock.due_at = sla.due_at(ledger, made.calendar)
    coming = sla.steps(ledger, made.calendar, warn_at=made.warnings, ladder=made.ladder)
    at = {step.name: step.at for step in coming}
    fractions = [at.get(f"warn:{part:g}") for part in made.warnings[:2]]
    clock.watch_at, clock.warn_at = [*fractions, None, None][:2]
    clock.next_check_at = sla.next_check_at(coming, taken=list(taken))
    return coming


def note_breach(clock: Clock, *, now: datetime) -> bool:
    """Write the breach down if there is a new one. Returns whether there was."""
    if clock.breached_at is None:
        return False
    _, is_new = Breach.objects.get_or_create(
        clock=clock,
        generation=clock.generation,
        defaults={"at": clock.breached_at, "recorded_at": now},
    )
    return is_new


def taken(clock: Clock) -> set[str]:
    """The steps that fired in this generation."""
    fired = Escalation.objects.filter(clock=clock, generation=clock.generation)
    return set(fired.values_list("step", flat=True))


def of_item(item: WorkItem) -> list[Clock]:
    """The clocks of a held item, held as well."""
    return fetch_all(Clock, f"self.item_id = %s ORDER BY self.id {FOR_UPDATE}", [item.pk])


def is_going(clock: Clock) -> bool:
    return clock.stopped_at is None and clock.status != Clock.Status.CANCELLED


def note_on_item(item: WorkItem, clocks: Iterable[Clock], queue: Queue) -> list[str]:
    """Set what the item says about its promises. Returns the names of the fields that changed."""
    going = [clock for clock in clocks if is_going(clock)]
    due_at = _earliest(clock.due_at for clock in going)
    facts = {
        "due_at": due_at,
        "watch_at": _earliest(clock.watch_at for clock in going),
        "warn_at": _earliest(clock.warn_at for clock in going),
        "sort_key": place(item, queue, _decide_by(going) or due_at),
    }
    changed = [name for name, value in facts.items() if getattr(item, name) != value]
    for name in changed:
        setattr(item, name, facts[name])
    return changed


def place(item: WorkItem, queue: Queue, due_at: datetime | None) -> int:
    """An item's place in the order of a queue; only where that goes by deadline does one matter."""
    if queue.order == Queue.Order.DEADLINE:
        return ordering.by_deadline(created_at=item.created_at, due_at=due_at)
    return ordering.by_priority(priority=item.priority, created_at=item.created_at)


def _decide_by(going: list[Clock]) -> datetime | None:
    return _earliest(clock.due_at for clock in going if clock.kind == SLAGoal.Kind.DECIDE)


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment), default=None)
