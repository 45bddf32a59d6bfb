"""The arithmetic of an SLA clock. Pure: a ledger and an instant in, a new ledger out.

A ledger says how much working time was promised (`budget`), how much is used up (`consumed`) and
since when more is being used (`running_since`). The due time follows from it; while paused there
is none. A clock is met iff it stopped no later than it was due; a breach, once seen, stays.
An instant before the last change counts as that change: clocks of two machines may differ.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from queues.conditions import check_budget
from queues.working_time import Calendar
from workflows.refusals import Refusal

WARN_AT = (0.5, 0.75, 0.9)
NOTHING = timedelta()
INSTANT = timedelta(microseconds=1)


class NotRunning(Refusal):
    """Only a running clock can do this."""


class NotPaused(Refusal):
    """Only a paused clock can be resumed."""


class AlreadyStopped(Refusal):
    """A clock stops once."""


class State(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"


class Standing(StrEnum):
    """How a clock looks on the board. Watch and warn begin at the first and second fraction."""

    ON_TRACK = "on_track"
    WATCH = "watch"
    WARN = "warn"
    BREACHED = "breached"
    PAUSED = "paused"
    MET = "met"


class Retarget(StrEnum):
    """What a new promise does to a clock that is already going."""

    KEEP = "keep"  # what was used up stays used up
    RESTART = "restart"  # from zero, now
    FREEZE = "freeze"  # the old promise goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Where a clock stands. `breached_at` is when it was due, of this generation's breach."""

    budget: timedelta
    consumed: timedelta = NOTHING
    running_since: datetime | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    generation: int = 1

    @property
    def state(self) -> State:
        if self.breached_at:
            return State.BREACHED
        if self.stopped_at:
            return State.MET
        return State.RUNNING if self.running_since else State.PAUSED


# --- what happens to a clock --------------------------------------------------------------------


def start(*, budget: timedelta, now: datetime) -> Ledger:
    """A running clock with all its working time before it. Raises InvalidPromise."""
    check_budget(budget)
    return Ledger(budget=budget, running_since=now)


def due_at(ledger: Ledger, calendar: Calendar) -> datetime | None:
    """When the budget will be, or was, used up; None unless the clock is running."""
    return _reached_at(ledger, calendar, ledger.budget)


def consumed_by(ledger: Ledger, calendar: Calendar, now: datetime) -> timedelta:
    """Working time used up so far."""
    if ledger.running_since is None:
        return ledger.consumed
    return ledger.consumed + calendar.between(ledger.running_since, _not_before(ledger, now))


def settle(ledger: Ledger, calendar: Calendar, now: datetime) -> Ledger:
    """The same ledger with the breach written down if there is one by now.

    Whoever looks first, the stopping operation or the sweep, finds the same breach.
    """
    due = due_at(ledger, calendar)
    if due is None or ledger.breached_at or now <= due:
        return ledger
    return replace(ledger, breached_at=due)


def pause(ledger: Ledger, calendar: Calendar, now: datetime) -> Ledger:
    """What was used up is kept, nothing more counts. Raises NotRunning."""
    if ledger.running_since is None:
        raise NotRunning("This clock is not running, so it cannot be paused.")
    return replace(_bank(ledger, calendar, now), running_since=None)


def resume(ledger: Ledger, now: datetime) -> Ledger:
    """Counts on from now. Raises NotPaused."""
    if ledger.stopped_at or ledger.running_since:
        raise NotPaused("This clock is not paused, so it cannot be resumed.")
    return replace(ledger, running_since=now)


def stop(ledger: Ledger, calendar: Calendar, now: datetime) -> Ledger:
    """The end. Met unless it was due before; a clock that was paused stops as it is."""
    if ledger.stopped_at:
        raise AlreadyStopped("This clock has stopped already.")
    banked = _bank(ledger, calendar, now)
    return replace(banked, running_since=None, stopped_at=_not_before(ledger, now))


def retarget(
    ledger: Ledger,
    calendar: Calendar,
    now: datetime,
    *,
    budget: timedelta,
    how: Retarget = Retarget.KEEP,
    onto: Calendar | None = None,
) -> Ledger:
    """A new promise for a clock that has not stopped, perhaps in another calendar.

    A new generation begins: it can breach again. When its due time is past already it is
    breached now, at the moment of the change.
    """
    check_budget(budget)
    if ledger.stopped_at:
        raise AlreadyStopped("This clock has stopped; its promise cannot change any more.")
    if how is Retarget.FREEZE:
        return settle(ledger, calendar, now)
    banked = _bank(ledger, calendar, now)
    changed = replace(
        banked,
        budget=budget,
        consumed=NOTHING if how is Retarget.RESTART else banked.consumed,
        breached_at=None,
        generation=ledger.generation + 1,
    )
    due = due_at(changed, onto or calendar)
    return replace(changed, breached_at=now) if due and due < now else changed


def _bank(ledger: Ledger, calendar: Calendar, now: datetime) -> Ledger:
    """Book what has run until now, and the breach if there was one."""
    if ledger.running_since is None:
        return ledger
    return replace(
        settle(ledger, calendar, now),
        consumed=consumed_by(ledger, calendar, now),
        running_since=_not_before(ledger, now),
    )


def _not_before(ledger: Ledger, now: datetime) -> datetime:
    return max(now, ledger.running_since) if ledger.running_since else now


def _reached_at(ledger: Ledger, calendar: Calendar, amount: timedelta) -> datetime | None:
    """When so much is used up. Looks back where it has been; used up to the dot means now."""
    if ledger.running_since is None:
        return None
    left = amount - ledger.consumed
    return calendar.add(ledger.running_since, left) if left else ledger.running_since


# --- how it looks -------------------------------------------------------------------------------


class Reading(NamedTuple):
    """A clock at one instant. `is_outside_hours`: it runs, but nobody is at work."""

    standing: Standing
    consumed: timedelta
    remaining: timedelta  # negative once overdue
    share: float  # of the budget used up; may exceed 1
    due_at: datetime | None
    is_outside_hours: bool


def read(
    ledger: Ledger, calendar: Calendar, now: datetime, *, warn_at: Sequence[float] = WARN_AT
) -> Reading:
    """How the clock stands now; `warn_at` are shares of the budget."""
    consumed = consumed_by(ledger, calendar, now)
    return Reading(
        standing=_standing(settle(ledger, calendar, now), consumed, warn_at),
        consumed=consumed,
        remaining=ledger.budget - consumed,
        share=consumed / ledger.budget,
        due_at=due_at(ledger, calendar),
        is_outside_hours=ledger.running_since is not None and not calendar.is_open(now),
    )


def _standing(settled: Ledger, consumed: timedelta, warn_at: Sequence[float]) -> Standing:
    if settled.state is not State.RUNNING:
        return Standing(settled.state.value)
    crossed = sum(consumed >= settled.budget * fraction for fraction in warn_at)
    return (Standing.ON_TRACK, Standing.WATCH, Standing.WARN)[min(crossed, 2)]


# --- what is to be done on the way --------------------------------------------------------------


class Rung(NamedTuple):
    """A step of the ladder: working time relative to due, negative before it."""

    key: str
    offset: timedelta


class Step(NamedTuple):
    """Something that happens once per generation, from this instant on."""

    name: str
    at: datetime


class Crossing(NamedTuple):
    """Steps to take now, and lower ones that were crossed with them and are never taken."""

    fires: tuple[Step, ...] = ()
    passed_over: tuple[Step, ...] = ()


def steps(
    ledger: Ledger,
    calendar: Calendar,
    *,
    warn_at: Sequence[float] = WARN_AT,
    ladder: Iterable[Rung] = (),
) -> list[Step]:
    """Every warning ("warn:0.5"), the breach ("breach") and every rung ("rung:<key>"), by time.

    Due time itself is still in time: the breach, and what comes after it, is the instant after.
    Empty unless the clock is running.
    """
    due = due_at(ledger, calendar)
    if due is None:
        return []
    warnings = (
        (f"warn:{part:g}", _reached_at(ledger, calendar, ledger.budget * part)) for part in warn_at
    )
    found = [Step(name, at) for name, at in warnings if at]
    found.append(Step("breach", due + INSTANT))
    for key, offset in ladder:
        at = calendar.add(due, offset) if offset else due
        found.append(Step(f"rung:{key}", at if offset < NOTHING else at + INSTANT))
    return sorted(found, key=lambda step: step.at)


def crossing(upcoming: Iterable[Step], now: datetime, *, taken: Collection[str] = ()) -> Crossing:
    """What is due of these steps. Several crossed at once: only the highest, ties together.

    `taken` names what fired or was passed over in this generation; nothing below it fires.
    """
    crossed = [step for step in _open(upcoming, taken) if step.at <= now]
    if not crossed:
        return Crossing()
    highest = max(step.at for step in crossed)
    return Crossing(
        fires=tuple(step for step in crossed if step.at == highest),
        passed_over=tuple(step for step in crossed if step.at < highest),
    )


def next_check_at(upcoming: Iterable[Step], *, taken: Collection[str] = ()) -> datetime | None:
    """When the next of these steps is due; in the past when one is waiting to be taken."""
    return min((step.at for step in _open(upcoming, taken)), default=None)


def _open(upcoming: Iterable[Step], taken: Collection[str]) -> list[Step]:
    known = list(upcoming)
    reached = max((step.at for step in known if step.name in taken), default=None)
    return [
        step for step in known if step.name not in taken and (reached is None or step.at >= reached)
    ]
