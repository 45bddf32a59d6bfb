"""How much of its promise each open item has used up: the backlog in fixed buckets.

The buckets never move, so that days and queues compare. What a clock has used up follows from
when it is due: due = now + (budget − consumed), in working time. So for each goal and budget a
bucket is a range of due times, and the database only has to count.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from queues import queries, working_time
from queues.models import Clock, Queue, SLAGoal

EDGES = (0.25, 0.5, 0.75, 0.9, 1.0, 1.5)
LABELS = ("0–25 %", "25–50 %", "50–75 %", "75–90 %", "90–100 %", "100–150 %", "> 150 %")
TONES = ("ok", "ok", "watch", "warn", "warn", "breach", "breach")
GROUPS_AT_MOST = 50  # kinds of promise shown of one queue; the most used first

Bucket = tuple[str, int, str]


def histogram(queue: Queue, kind: str, now: datetime) -> list[Bucket]:
    """Open items of a queue by the share that one kind of clock has used up."""
    counts: Counter[int] = Counter()
    clocks = _open_clocks(queue, kind)
    running = clocks.filter(running_since__isnull=False)
    groups = running.values_list("goal_id", "budget").annotate(many=Count("*"))
    for goal_id, budget, _ in groups.order_by("-many")[:GROUPS_AT_MOST]:
        alike = running.filter(goal_id=goal_id, budget=budget)
        counts.update(_running(alike, goal_id, budget, now))
    counts.update(_paused(clocks.filter(running_since__isnull=True)))
    return [(LABELS[n], counts[n], TONES[n]) for n in range(len(LABELS))]


def _open_clocks(queue: Queue, kind: str) -> QuerySet[Clock]:
    return Clock.objects.filter(
        stopped_at__isnull=True, kind=kind, item__queue=queue, item__status__in=queries.OPEN
    ).order_by()


def _running(
    clocks: QuerySet[Clock], goal_id: int, budget: timedelta, now: datetime
) -> dict[int, int]:
    """Counts by bucket; a later due time is a smaller share."""
    goal = SLAGoal.objects.select_related("policy__calendar").get(pk=goal_id)
    calendar = working_time.from_spec(goal.policy.calendar.spec)
    turns = [_due_at_share(calendar, budget, share, now) for share in EDGES]
    conditions = [Q(due_at__gt=turns[0])]
    conditions += [Q(due_at__lte=sooner, due_at__gt=later) for sooner, later in pairwise(turns)]
    conditions.append(Q(due_at__lte=turns[-1]))
    counted = clocks.aggregate(
        **{f"bucket_{n}": queries.rows(each) for n, each in enumerate(conditions)}
    )
    return {n: counted[f"bucket_{n}"] for n in range(len(conditions))}


def _due_at_share(
    calendar: working_time.Calendar, budget: timedelta, share: float, now: datetime
) -> datetime:
    """When a clock is due that has used up this share of its budget by now."""
    left = budget * (1 - share)
    return calendar.add(now, left) if left else now


def _paused(clocks: QuerySet[Clock]) -> dict[int, int]:
    """A paused clock has written down what it used."""
    used = [ExpressionWrapper(F("budget") * share, output_field=DurationField()) for share in EDGES]
    conditions = [Q(consumed__lt=used[0])]
    conditions += [Q(consumed__gte=lower, consumed__lt=upper) for lower, upper in pairwise(used)]
    conditions.append(Q(consumed__gte=used[-1]))
    counted = clocks.aggregate(
        **{f"bucket_{n}": queries.rows(each) for n, each in enumerate(conditions)}
    )
    return {n: counted[f"bucket_{n}"] for n in range(len(conditions))}


def kinds_offered(queue: Queue) -> Sequence[tuple[str, str]]:
    """The kinds of promise that a queue's policy makes, as (value, label)."""
    if queue.policy is None:
        return []
    made = queue.policy.goals.values_list("kind", flat=True)
    return [(kind.value, kind.label) for kind in SLAGoal.Kind if kind.value in set(made)]
