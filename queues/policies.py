"""Publishing promises: a new version each time; running clocks keep the one they started with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from queues import calendars, conditions
from queues.models import Calendar, Queue, Rung, SLAGoal, SLAPolicy
from workflows import journal
from workflows.refusals import NotValid

LONGEST_OFFSET = conditions.LONGEST_BUDGET
MOST_STEPS = 20
WARNINGS = (0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: working time from due, negative before it, and what is done then."""

    offset: timedelta
    action: str
    queue: Queue | None = None  # where MOVE_TO_QUEUE moves to


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise: within so much working time it is claimed, decided or resolved."""

    kind: str
    budget: timedelta
    warnings: Sequence[float] = WARNINGS
    ladder: Collection[Step] = field(default_factory=tuple)
    pauses_when_suspended: bool = True


@transaction.atomic
def publish(
    *,
    key: str,
    name: str,
    calendar: Calendar,
    goals: Sequence[Goal],
    by: str,
    now: datetime,
) -> SLAPolicy:
    """The next version of a policy, whole. Raises NotValid with what is wrong with it."""
    calendars.check_key(key)
    _check(goals)
    calendars.one_at_a_time(f"policy:{key}")
    policy = SLAPolicy.objects.create(
        key=key,
        version=calendars.next_version(SLAPolicy, key),
        name=calendars.checked_name(name),
        calendar=calendar,
        published_at=now,
        published_by=by,
    )
    for goal in goals:
        _save(policy, goal)
    journal.record_outside(
        "policy.published",
        subject=f"policy:{key}",
        actor=by,
        now=now,
        version=policy.version,
        calendar=str(calendar),
        goals={goal.kind: _written(goal) for goal in goals},
    )
    return policy


def latest(key: str) -> SLAPolicy | None:
    found = SLAPolicy.objects.select_related("calendar").prefetch_related("goals__rungs")
    return found.filter(key=key).order_by("-version").first()


def _check(goals: Sequence[Goal]) -> None:
    if not goals:
        raise NotValid("A policy without a goal promises nothing. Add one.")
    kinds = [goal.kind for goal in goals]
    if len(set(kinds)) < len(kinds):
        raise NotValid("A policy has each goal once.")
    for goal in goals:
        if goal.kind not in SLAGoal.Kind.values:
            raise NotValid(f"{goal.kind!r} is no goal. Use {', '.join(SLAGoal.Kind.values)}.")
        conditions.check_budget(goal.budget)
        conditions.check_warnings(goal.warnings)
        conditions.check_conditions(_conditions(goal))
        _check_ladder(goal)


def _conditions(goal: Goal) -> dict[str, conditions.Condition]:
    """When the clock of such a goal starts, pauses, goes on and stops."""
    stops = "reserved" if goal.kind == SLAGoal.Kind.CLAIM else "completed"
    found: dict[str, conditions.Condition] = {
        "start": {"item": frozenset({"opened"})},
        "stop": {"item": frozenset({stops})},
        "cancel": {"item": frozenset({"obsolete"})},
    }
    if goal.pauses_when_suspended:
        found["pause"] = {"item": frozenset({"suspended"})}
        found["resume"] = {"item": frozenset({"resumed"})}
    return found


def _check_ladder(goal: Goal) -> None:
    if len(goal.ladder) > MOST_STEPS:
        raise NotValid(f"A ladder has at most {MOST_STEPS} steps.")
    for step in goal.ladder:
        if step.action not in Rung.Action.values:
            raise NotValid(f"{step.action!r} is nothing that an escalation can do.")
        if (step.action == Rung.Action.MOVE_TO_QUEUE) != (step.queue is not None):
            raise NotValid("A step that moves an item names the queue; no other step does.")
        if abs(step.offset) > LONGEST_OFFSET:
            raise NotValid("A step comes at most ten years of working time before or after due.")
        if step.offset <= -goal.budget:
            raise NotValid("A step comes after the clock starts: its offset is within the budget.")
        if goal.kind == SLAGoal.Kind.RESOLVE and step.action != Rung.Action.NOTIFY_MANAGERS:
            raise NotValid("A whole process has managers to tell, and no item to act upon.")


def _save(policy: SLAPolicy, goal: Goal) -> None:
    saved = SLAGoal.objects.create(
        policy=policy,
        kind=goal.kind,
        budget=goal.budget,
        warnings=list(goal.warnings),
        pauses_when_suspended=goal.pauses_when_suspended,
    )
    Rung.objects.bulk_create(
        Rung(goal=saved, offset=step.offset, action=step.action, target_queue=step.queue)
        for step in goal.ladder
    )


def _written(goal: Goal) -> dict[str, object]:
    return {
        "within_seconds": round(goal.budget.total_seconds()),
        "warnings": list(goal.warnings),
        "pauses_when_suspended": goal.pauses_when_suspended,
        "ladder": [
            {
                "offset_seconds": round(step.offset.total_seconds()),
                "action": step.action,
                "queue": step.queue.slug if step.queue else None,
            }
            for step in goal.ladder
        ],
    }
