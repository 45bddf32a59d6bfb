"""Promises as time passes: warnings, breaches and ladders fire once each; targets change.

Clocks of an item start, pause and stop with it (`measuring`); this is what happens to them in
between, and the clock of a whole process. Any number of sweepers may tick side by side.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from queues import escalation, in_words, items, ledgers, measuring, row_by_row, sla
from queues.escalation import Scene
from queues.ledgers import Promise
from queues.measuring import claimed, paused, reopened, resumed, start, stopped
from queues.models import Clock, Escalation, Rung, SLAPolicy, WorkItem
from workflows import journal, postponing, runtime
from workflows.fetching import FOR_UPDATE, fetch_all
from workflows.journal import Fact
from workflows.models import ProcessInstance

__all__ = [
    "claimed", "paused", "reopened", "resumed", "retarget", "start", "start_resolve",
    "stop_resolve", "stopped", "tick",
]  # fmt: skip

# Clocks of whole processes that are still going.
RESOLVING = f"""
    self.instance_id = ANY(%s) AND self.item_id IS NULL AND self.stopped_at IS NULL
    ORDER BY self.id {FOR_UPDATE}
"""


def tick(now: datetime) -> int:
    """Every clock that has something to say by now, one transaction each."""
    due = Clock.objects.filter(next_check_at__lte=now).order_by("next_check_at")
    return row_by_row.each(due.values_list("pk", flat=True)[: row_by_row.PER_SWEEP], _tick, now)


@transaction.atomic
def retarget(
    *,
    clock_id: UUID,
    budget: timedelta,
    how: sla.Retarget = sla.Retarget.KEEP,
    by: str,
    now: datetime,
) -> Clock:
    """A new promise for a clock that is going. One that is past already is breached now, and the
    highest step alone of its ladder fires."""
    instance_id = Clock.objects.values_list("instance_id", flat=True).get(pk=clock_id)
    instance = runtime.hold(instance_id)
    item, clock = _hold(clock_id)
    made = ledgers.promise(clock.goal_id)
    was, ledger = clock.budget, ledgers.ledger_of(clock)
    changed = sla.retarget(ledger, made.calendar, now, budget=budget, how=how)
    facts = _settled(clock, ledger, made, item, now)
    facts.append(
        measuring.fact(
            "clock.restarted" if how is sla.Retarget.RESTART else "clock.retargeted",
            clock,
            item,
            by=by,
            how=how.value,
            was_seconds=round(was.total_seconds()),
            within_seconds=round(budget.total_seconds()),
        )
    )
    facts += measuring.write(clock, changed, made, item, now)
    _note(item)
    journal.record_all(facts, instance=instance, now=now)
    _fire(Scene(clock, item, instance, now), made)
    return clock


@transaction.atomic
def start_resolve(
    *,
    instance: ProcessInstance,
    policy: SLAPolicy,
    now: datetime,
    promised_by: datetime | None = None,
) -> Clock | None:
    """The promise for a whole process, from its start, where the policy makes one.

    The first policy that an instance meets counts. `instance` is held.
    """
    goal = ledgers.goal_of_processes(policy.pk)
    if goal is None or Clock.objects.filter(instance=instance, item__isnull=True).exists():
        return None
    clock = ledgers.new(
        goal=goal,
        item=None,
        instance_id=instance.pk,
        budget=measuring.budget(goal, promised_by, now),
        now=instance.started_at,
    )
    postponing.insert([clock])
    journal.record_all([measuring.fact("clock.started", clock, None)], instance=instance, now=now)
    return clock


@transaction.atomic
def stop_resolve(instances: Sequence[ProcessInstance], now: datetime) -> None:
    """These processes are over. They are held."""
    by_id = {instance.pk: instance for instance in instances}
    for clock in fetch_all(Clock, RESOLVING, [list(by_id)]):
        _stop_with(by_id[clock.instance_id], clock, now)


def _stop_with(instance: ProcessInstance, clock: Clock, now: datetime) -> None:
    made = ledgers.promise(clock.goal_id)
    ledger = sla.stop(ledgers.ledger_of(clock), made.calendar, now)
    facts = measuring.write(clock, ledger, made, None, now)
    if not clock.breached_at:
        facts.append(measuring.fact("clock.met", clock, None))
    journal.record_all(facts, instance=instance, now=now)


# --- one clock ---


@transaction.atomic
def _tick(clock_id: UUID, now: datetime) -> bool:
    """The process first, then the item, then the clock; what somebody works on is passed by."""
    instance_id = Clock.objects.values_list("instance_id", flat=True).get(pk=clock_id)
    instance = runtime.hold_if_free(instance_id)
    if instance is None:
        return False
    item, clock = _hold(clock_id)
    if clock.next_check_at is None or clock.next_check_at > now:
        return False
    made = ledgers.promise(clock.goal_id)
    if not ledgers.is_going(clock):
        facts = _told_late(clock, item)
    else:
        facts = _settled(clock, ledgers.ledger_of(clock), made, item, now)
    journal.record_all(facts, instance=instance, now=now)
    _fire(Scene(clock, item, instance, now), made)
    return True


def _hold(clock_id: UUID) -> tuple[WorkItem | None, Clock]:
    item_id = Clock.objects.values_list("item_id", flat=True).get(pk=clock_id)
    item = items.lock(item_id) if item_id else None
    clock = Clock.objects.select_for_update(no_key=True, of=("self",))
    return item, clock.select_related("goal").get(pk=clock_id)


def _settled(
    clock: Clock, ledger: sla.Ledger, made: Promise, item: WorkItem | None, now: datetime
) -> list[Fact]:
    """Record the breach if there is one by now."""
    return measuring.write(clock, sla.settle(ledger, made.calendar, now), made, item, now)


def _told_late(clock: Clock, item: WorkItem | None) -> list[Fact]:
    """A claim found its clock run out; the process was not held then, so it is written down now."""
    clock.next_check_at = None
    clock.save(update_fields=["next_check_at"])
    return [measuring.breach(clock, item)]


def _fire(scene: Scene, made: Promise) -> None:
    """Of the steps crossed by now, the highest; each fires once, whoever sees it."""
    clock = scene.clock
    taken = ledgers.taken(clock)
    ledger = ledgers.ledger_of(clock)
    coming = sla.steps(ledger, made.calendar, warn_at=made.warnings, ladder=made.ladder)
    crossing = sla.crossing(coming, scene.now, taken=taken)
    for step in crossing.fires:
        rung, outcome = escalation.fire(step, scene)
        Escalation.objects.create(
            clock=clock,
            generation=clock.generation,
            step=step.name,
            rung=rung,
            fired_at=scene.now,
            outcome=outcome,
        )
        kind = "clock.escalated" if rung else "clock.warned"
        if step.name != "breach":
            said = measuring.fact(kind, clock, scene.item, step=_words(step, rung), outcome=outcome)
            journal.record_all([said], instance=scene.instance, now=scene.now)
        taken.add(step.name)
    clock.next_check_at = sla.next_check_at(coming, taken=taken)
    clock.save(update_fields=["next_check_at"])


def _words(step: sla.Step, rung: Rung | None) -> str:
    return f"{in_words.when(rung.offset)}: {in_words.action(rung)}" if rung else step.name


def _note(item: WorkItem | None) -> None:
    if item and (changed := ledgers.note_on_item(item, ledgers.of_item(item), item.queue)):
        item.save(update_fields=changed)
