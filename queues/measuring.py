"""The clocks of one item: started, paused, resumed, stopped with it.

The item is held by the caller, who saves the fields that are named and puts the facts into the
journal. A claim does not hold the process, so what it has to say is left to the next sweep.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from queues import ledgers, sla
from queues.ledgers import Promise
from queues.models import Clock, Queue, SLAGoal, WorkItem
from queues.sla import Ledger
from workflows import postponing, updating
from workflows.journal import Fact

SYSTEM = "system"
SHORTEST = timedelta(microseconds=1)


@dataclass(slots=True)
class Change:
    """What a change did to the clocks of an item: rows to save, facts for the journal."""

    item: WorkItem
    clocks: list[Clock] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)  # of the item
    facts: list[Fact] = field(default_factory=list)

    def save(self, *fields: str, also: Sequence[updating.Change] = ()) -> None:
        """Write clocks and item with one statement: what changed here, these fields of the item,
        and other rows."""
        clocks = ((clock, ledgers.LEDGER_FIELDS) for clock in self.clocks)
        postponing.update(*also, *clocks, (self.item, [*fields, *self.fields]))


def start(*, item: WorkItem, queue: Queue, promised_by: datetime | None, now: datetime) -> None:
    """Inserts the item together with the clocks that its queue's policy promises."""
    clocks = [
        ledgers.new(
            goal=goal,
            item=item,
            instance_id=item.instance_id,
            budget=budget(goal, promised_by, now),
            now=now,
        )
        for goal in _goals(queue)
    ]
    ledgers.note_on_item(item, clocks, queue)
    postponing.insert([item], clocks)


def budget(goal: SLAGoal, promised_by: datetime | None, now: datetime) -> timedelta:
    """The goal's own, or as much working time as there is until the moment that was promised."""
    if promised_by is None or goal.kind == SLAGoal.Kind.CLAIM:
        return goal.budget
    return max(SHORTEST, ledgers.promise(goal.pk).calendar.between(now, promised_by))


def claimed(item: WorkItem, now: datetime) -> list[str]:
    """The claim clock stops. A breach found now is told to the journal by the next sweep."""
    if item.due_at is None:
        return []  # nothing runs
    clocks = ledgers.of_item(item)
    for clock in clocks:
        if clock.kind == SLAGoal.Kind.CLAIM and ledgers.is_going(clock):
            made = ledgers.promise(clock.goal_id)
            ledgers.enter(clock, sla.stop(ledgers.ledger_of(clock), made.calendar, now), made)
            if ledgers.note_breach(clock, now=now):
                clock.next_check_at = now
            updating.update(clock, ledgers.LEDGER_FIELDS)
    return ledgers.note_on_item(item, clocks, item.queue)


def paused(item: WorkItem, reason: str, now: datetime) -> Change:
    """What the policy pauses while an item is put aside."""

    def pause(ledger: Ledger, made: Promise) -> Ledger | None:
        if not made.pauses_when_suspended or ledger.running_since is None:
            return None
        return sla.pause(ledger, made.calendar, now)

    return _each(item, pause, "clock.paused", now, reason=reason)


def resumed(item: WorkItem, now: datetime) -> Change:
    def resume(ledger: Ledger, _: Promise) -> Ledger | None:
        return sla.resume(ledger, now) if ledger.running_since is None else None

    return _each(item, resume, "clock.resumed", now)


def stopped(item: WorkItem, now: datetime) -> Change:
    """The work is done: every promise of the item has been kept or broken by now."""

    def stop(ledger: Ledger, made: Promise) -> Ledger:
        return sla.stop(ledger, made.calendar, now)

    return _each(item, stop, "clock.met", now)


def cancelled(item: WorkItem, now: datetime) -> Change:
    """Nothing is promised any more; what was broken stays broken."""
    change = Change(item)
    clocks = ledgers.of_item(item)
    for clock in filter(ledgers.is_going, clocks):
        made = ledgers.promise(clock.goal_id)
        ledgers.enter(clock, sla.stop(ledgers.ledger_of(clock), made.calendar, now), made)
        if clock.status == Clock.Status.MET:
            clock.status = Clock.Status.CANCELLED
        change.clocks.append(clock)
        if ledgers.note_breach(clock, now=now):
            change.facts.append(breach(clock, item))
    change.fields = ledgers.note_on_item(item, clocks, item.queue)
    return change


def reopened(item: WorkItem, now: datetime) -> Change:
    """An undone decision never was: the decide clock has been running all the time."""
    change = Change(item)
    clocks = ledgers.of_item(item)
    for clock in clocks:
        if clock.kind == SLAGoal.Kind.DECIDE and clock.stopped_at:
            made = ledgers.promise(clock.goal_id)
            going = replace(
                ledgers.ledger_of(clock), running_since=clock.stopped_at, stopped_at=None
            )
            change.clocks.append(clock)
            change.facts += _enter(
                clock, sla.settle(going, made.calendar, now), made, item=item, now=now
            )
    change.fields = ledgers.note_on_item(item, clocks, item.queue)
    return change


def write(
    clock: Clock, ledger: Ledger, made: Promise, item: WorkItem | None, now: datetime
) -> list[Fact]:
    """Save what became of a clock. A breach that nobody recorded yet is a fact to write down."""
    facts = _enter(clock, ledger, made, item=item, now=now)
    updating.update(clock, ledgers.LEDGER_FIELDS)
    return facts


def _enter(
    clock: Clock, ledger: Ledger, made: Promise, *, item: WorkItem | None, now: datetime
) -> list[Fact]:
    """The same, but for the row itself."""
    coming = ledger.running_since is not None
    ledgers.enter(clock, ledger, made, taken=ledgers.taken(clock) if coming else ())
    return [breach(clock, item)] if ledgers.note_breach(clock, now=now) else []


def breach(clock: Clock, item: WorkItem | None) -> Fact:
    due_at = clock.breached_at.isoformat() if clock.breached_at else ""
    return fact("clock.breached", clock, item, due_at=due_at, generation=clock.generation)


def fact(kind: str, clock: Clock, item: WorkItem | None, **detail: object) -> Fact:
    subject = f"item:{item.pk}" if item else f"process:{clock.instance_id}"
    said = {"goal": clock.kind, "clock": str(clock.pk), **detail}
    return Fact(kind=kind, actor=SYSTEM, subject=subject, detail=said)


def _each(
    item: WorkItem,
    becomes: Callable[[Ledger, Promise], Ledger | None],
    kind: str,
    now: datetime,
    **detail: object,
) -> Change:
    """Apply one change to every clock that is going, and say so."""
    change = Change(item)
    clocks = ledgers.of_item(item)
    for clock in filter(ledgers.is_going, clocks):
        made = ledgers.promise(clock.goal_id)
        ledger = becomes(ledgers.ledger_of(clock), made)
        if ledger is None:
            continue
        change.clocks.append(clock)
        change.facts += _enter(clock, ledger, made, item=item, now=now)
        if not (kind == "clock.met" and clock.breached_at):
            change.facts.append(fact(kind, clock, item, **detail))
    change.fields = ledgers.note_on_item(item, clocks, item.queue)
    return change


def _goals(queue: Queue) -> Iterable[SLAGoal]:
    return () if queue.policy_id is None else ledgers.goals_of_items(queue.policy_id)
