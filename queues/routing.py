"""Where an item goes: the first rule, in order, whose condition is true of the facts.

Fail to a human: a rule that cannot be evaluated sends the item to the last rule without a
condition, with the reason on it, so that somebody sees it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.text import slugify

from queues import routing_tables
from queues.models import Queue, RoutingRule, Skill
from queues.refusals import NowhereToGo
from queues.requirements import REGION
from queues.routing_tables import NoAnswer, Source
from workflows import feel

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Route:
    """A queue, what an item there needs, and why."""

    queue: Queue
    skills: tuple[str, ...]
    region: str
    priority: int
    reason: str
    source: Source | None = None  # the table that was asked, if one was


def route(facts: Mapping[str, Any], *, now: datetime) -> Route:
    """Raises NowhereToGo, which becomes an incident, when no rule applies."""
    rules = [rule for rule in _rules() if rule.review_kind in ("", facts.get("kind"))]
    for rule in rules:
        try:
            applies = _is_true(rule, facts, now)
        except Exception as error:  # noqa: BLE001 - whatever a rule does, a person gets the item
            return _fallback(rules, rule, error, facts)
        if applies:
            return (
                _by_table(rule, facts, now)
                if rule.decision
                else _along(rule, facts, f"Rule {rule}.")
            )
    raise NowhereToGo(
        f"No routing rule says where a review of kind {facts.get('kind') or 'nothing'!r} goes. "
        "Add a rule without a condition at the end."
    )


def queue_called(name: str) -> Queue | None:
    """The queue with this name, or with the slug that the name would have."""
    return Queue.objects.filter(Q(name__iexact=name) | Q(slug=slugify(name))).first()


def check(condition: str) -> None:
    """Raises FeelError, with the place, on a condition that cannot be read."""
    if condition.strip():
        feel.compile(condition)


def _rules() -> Sequence[RoutingRule]:
    return list(RoutingRule.objects.select_related("queue").prefetch_related("skills"))


def _is_true(rule: RoutingRule, facts: Mapping[str, Any], now: datetime) -> bool:
    return not rule.condition.strip() or feel.compile(rule.condition)(facts, now) is True


def _by_table(rule: RoutingRule, facts: Mapping[str, Any], now: datetime) -> Route:
    """As the table says; where it says nothing, to the rule's own queue with the reason."""
    try:
        answer = routing_tables.ask(rule.decision, facts, now=now)
    except NoAnswer as none:
        return _along(rule, facts, str(none))
    own = _along(rule, facts, answer.why)
    return replace(
        own,
        queue=answer.queue,
        skills=own.skills if answer.skills is None else answer.skills,
        priority=answer.priority or own.priority,
        source=answer.source,
    )


def _fallback(
    rules: Sequence[RoutingRule], broken: RoutingRule, error: Exception, facts: Mapping[str, Any]
) -> Route:
    last = next((rule for rule in reversed(rules) if not rule.condition.strip()), None)
    if last is None:
        raise NowhereToGo(
            f"Routing rule {broken.order} cannot be evaluated ({error}), and there is no rule "
            "without a condition to fall back on. Correct the rule or add one."
        ) from error
    return _along(last, facts, f"Rule {broken.order} cannot be evaluated: {error}")


def _along(rule: RoutingRule, facts: Mapping[str, Any], reason: str) -> Route:
    region, remark = _region(facts.get("region"))
    said = f"{reason} {remark}".strip()
    return Route(
        queue=rule.queue,
        skills=tuple(sorted(skill.key for skill in rule.skills.all())),
        region=region,
        priority=rule.priority,
        reason=said if len(said) <= LONGEST_REASON else f"{said[: LONGEST_REASON - 1]}…",
    )


def _region(wanted: object) -> tuple[str, str]:
    """A region that nobody has set up asks nothing of anybody, or the item would wait for ever."""
    if not isinstance(wanted, str) or not wanted:
        return "", ""
    if Skill.objects.filter(key=f"{REGION}{wanted}").exists():
        return wanted, ""
    return "", f"Nobody works for region {wanted[:60]!r} alone, so anybody may take it."
