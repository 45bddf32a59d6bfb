"""Timers fire: rows with a due time, found by any number of sweeps, each fired once.

Timers of different instances fire together in one transaction, so that ten thousand that are due
at once do not wait for each other; of one instance, one after the other, the longest overdue first.
When many are due and the sweep has a helper (`hands`), they share the instances. When something
among them fails, each gets a transaction of its own, and the one that fails is given to a person.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, connection, transaction

from workflows import definitions, handover, runtime, standing
from workflows.advancing import Move, advance_each, end_work, inside
from workflows.bpmn import timing
from workflows.bpmn.kinds import Kind
from workflows.bpmn.tokens import BoundaryFired, Completed, Happening, Triggered
from workflows.fetching import FOR_UPDATE, fetch_all
from workflows.hands import Due, Hand
from workflows.inserting import insert_all
from workflows.journal import Fact
from workflows.literals import literal
from workflows.models import Activity, Incident, ProcessInstance, StartTimer, Timer

TOGETHER = 400  # timers that fire in one transaction
MOST = 10_000  # timers of one sweep
BUDGET = 10.0  # seconds that a sweep gives to timers before it looks at other work
# What `Timer.fire` does, for as many as there are.
FIRED = "UPDATE workflows_timer SET status = 'fired', ended_at = %s WHERE id = ANY(%s)"
STILL_DUE = f"""
    self.id = ANY(%s) AND self.status = 'pending' AND self.due_at <= %s
    ORDER BY self.due_at, self.id {FOR_UPDATE}
"""

Held = tuple[ProcessInstance, Timer]

_helpers: list[Hand] = []

logger = logging.getLogger(__name__)


def fire_due(now: datetime, *, at_most: int = MOST) -> int:
    """Fire what is due, of each instance the longest overdue first; how many have fired.

    An instance that somebody is working on is passed by until the next sweep.
    """
    due = _due(now, at_most)
    helper = next((each for each in _helpers if each.is_alive), None)
    if helper is None or len(due) <= TOGETHER:
        return fire_in_turn(due, now)
    shares: tuple[list[Due], list[Due]] = ([], [])
    for each in due:
        shares[each[1].int % 2].append(each)
    helper.give(shares[1], now)
    return fire_in_turn(shares[0], now) + helper.taken()


@contextmanager
def helped() -> Iterator[None]:
    """Sweeps in this block share what is due with a second process, when it is much."""
    helper = Hand(fire_in_turn)
    _helpers.append(helper)
    try:
        yield
    finally:
        _helpers.remove(helper)
        helper.end()


def next_due(now: datetime) -> datetime | None:
    """When the first timer is due after this moment."""
    pending = Timer.objects.filter(status=literal("pending"), due_at__gt=now)
    return pending.order_by("due_at").values_list("due_at", flat=True).first()


def fire(timer_id: UUID, instance_id: UUID, *, now: datetime) -> bool:
    """Fire one timer; False when it is not due any more or its instance is being worked on."""
    return bool(fire_together([(timer_id, instance_id)], now=now))


@transaction.atomic
def fire_together(due: Sequence[Due], *, now: datetime) -> set[UUID]:
    """Fire timers of different instances, all of them or none; the instances that were free."""
    held = _hold(due, now=now)
    if not held:
        return set()
    for _, timer in held:
        timer.fire(now=now)
    with connection.cursor() as cursor:
        cursor.execute(FIRED, [now, [timer.pk for _, timer in held]])
    again = [_again(instance, timer, now=now) for instance, timer in held]
    insert_all([each for each in again if each])
    _happen(held, now)
    return {instance.pk for instance, _ in held}


def _due(now: datetime, at_most: int) -> list[Due]:
    """The longest overdue first."""
    due = Timer.objects.filter(status=literal("pending"), due_at__lte=now)
    return list(due.order_by("due_at", "id").values_list("pk", "instance_id")[:at_most])


def fire_in_turn(due: Sequence[Due], now: datetime) -> int:
    """Fire these as long as the sweep's time for timers lasts; how many have fired."""
    fired, until = 0, time.monotonic() + BUDGET
    passed_by: set[UUID] = set()
    for batch in _batches(due):
        free = [(timer, instance) for timer, instance in batch if instance not in passed_by]
        if time.monotonic() > until:
            break
        done = _fire_safely(free, now)
        fired += len(done)
        passed_by |= {instance for _, instance in free} - done
    return fired


def _batches(due: Sequence[Due]) -> Iterator[list[Due]]:
    """First the longest overdue timer of each instance, then the next of each."""
    waves: list[list[Due]] = []
    seen: Counter[UUID] = Counter()
    for timer_id, instance_id in due:
        if seen[instance_id] == len(waves):
            waves.append([])
        waves[seen[instance_id]].append((timer_id, instance_id))
        seen[instance_id] += 1
    for wave in waves:
        for begin in range(0, len(wave), TOGETHER):
            yield wave[begin : begin + TOGETHER]


def _happen(held: Sequence[Held], now: datetime) -> None:
    moves = []
    for instance, timer in held:
        runtime.refuse_when_over(instance)
        fact = Fact(
            kind="timer.fired",
            actor="system",
            subject=f"timer:{timer.pk}",
            detail={"node": timer.node_id, "due_at": timer.due_at.isoformat()},
        )
        moves.append(Move(instance, _happening(instance, timer), [fact], timer.activity))
    ended = [(each.subject, each.instance) for each in moves if each.subject and _ends(each)]
    end_work(*ended, now=now)
    advance_each(moves, actor="system", now=now)


def _ends(move: Move) -> bool:
    """Whether the token waited for this alone."""
    return isinstance(move.happening, Completed)


def _happening(instance: ProcessInstance, timer: Timer) -> Happening:
    """What the timer was set for: a boundary event, an event sub-process, or a token's wait."""
    node, token = definitions.process_of(instance).nodes[timer.node_id], timer.activity
    if token is None:
        return Triggered(node.id, timer.scope)
    if node.kind is Kind.BOUNDARY_TIMER:
        return BoundaryFired(node.id, token.scope, inside(token, instance))
    return Completed(node.id, token.scope)


def _hold(due: Sequence[Due], *, now: datetime) -> list[Held]:
    """The instances that are free, then their timers, all locked, that are still to be fired."""
    wanted = [instance for _, instance in due]
    free = fetch_all(ProcessInstance, f"self.id = ANY(%s) {FOR_UPDATE} SKIP LOCKED", [wanted])
    instances = {instance.pk: instance for instance in free}
    timers = fetch_all(
        Timer, STILL_DUE, [[timer for timer, instance in due if instance in instances], now]
    )
    tokens = [timer.activity_id for timer in timers if timer.activity_id]
    found = {each.pk: each for each in fetch_all(Activity, "self.id = ANY(%s)", [tokens])}
    for timer in timers:
        timer.activity = found[timer.activity_id] if timer.activity_id else None
    return [(instances[timer.instance_id], timer) for timer in timers]


# --- cycles -------------------------------------------------------------------------------------


def _again(instance: ProcessInstance, timer: Timer, *, now: datetime) -> Timer | None:
    """The next timer of a cycle, if there is one."""
    if definitions.process_of(instance).nodes[timer.node_id].interrupting:
        return None
    found = due_again(timer, now=now)
    if found is None:
        return None
    due_at, repeats_left = found
    return Timer(
        instance_id=timer.instance_id,
        activity_id=timer.activity_id,
        scope=timer.scope,
        node_id=timer.node_id,
        due_at=due_at,
        repeats_left=repeats_left,
        period=timer.period,
        cron=timer.cron,
    )


def due_again(timer: Timer | StartTimer, *, now: datetime) -> tuple[datetime, int | None] | None:
    """When a cycle fires next, and how often after that; None when it does not.

    That is its first moment after `now`. Moments that nobody saw are not made up, and they count:
    R3/PT10M is three moments, whether somebody looks at each or an hour later.
    """
    if timer.repeats_left == 0 or not (timer.period or timer.cron):
        return None
    due_at, passed = timing.next_moment(timer.due_at, timer.period or timer.cron, now)
    if due_at is None:
        return None
    if timer.repeats_left is None:
        return due_at, None
    left = timer.repeats_left - 1 - passed
    return (due_at, left) if left >= 0 else None


# --- what fails ---------------------------------------------------------------------------------


def _fire_safely(batch: Sequence[Due], now: datetime) -> set[UUID]:
    """Instances whose timer has fired. One that cannot fire holds up no other."""
    if not batch:
        return set()
    try:
        return fire_together(batch, now=now)
    except Exception as error:
        if len(batch) > 1:
            logger.info("Of %s timers each is tried alone: %s", len(batch), error)
            return {done for each in batch for done in _fire_safely([each], now)}
        timer_id, instance_id = batch[0]
        if isinstance(error, OperationalError):
            logger.info("Timer %s is left for the next sweep: %s", timer_id, error)
        else:
            logger.exception("Timer %s cannot fire", timer_id)
            _give_to_a_person(timer_id, instance_id, now)
    return set()


@transaction.atomic
def _give_to_a_person(timer_id: UUID, instance_id: UUID, now: datetime) -> None:
    held = _hold([(timer_id, instance_id)], now=now)
    if not held:
        return
    [(instance, timer)] = held
    timer.cancel(now=now)
    timer.save(update_fields=["status", "ended_at"])
    handover.open_incident(
        instance=instance,
        activity=timer.activity or standing.owner_of(instance, timer.scope),
        kind=Incident.Kind.TIMER,
        message=f"The timer {timer.node_id} was due and could not fire. See the log.",
        now=now,
    )
