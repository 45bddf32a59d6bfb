"""The order of routing rules, and why a rule takes a question or passes it by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from queues import calendars, configuration, routing
from queues.models import Queue, RoutingRule, Skill
from queues.refusals import NowhereToGo
from workflows import feel, journal
from workflows.feel import FeelError
from workflows.refusals import NotValid

SUBJECT = "routing:order"


class BadCondition(NotValid):
    """A condition that cannot be read; the sentence names the place."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of some facts, in a sentence."""

    rule: RoutingRule
    takes: bool
    why: str
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    """Every rule's verdict, and where the question would go."""

    verdicts: list[Verdict]
    route: routing.Route | None
    refusal: str = ""


@transaction.atomic
def add(
    *, condition: str, queue: Queue, skills: list[Skill], by: str, now: datetime, **fields: Any
) -> RoutingRule:
    """At the end of the rules with a condition, or last when it has none."""
    check(condition)
    calendars.one_at_a_time(SUBJECT)
    return configuration.add(
        RoutingRule,
        by=by,
        now=now,
        order=_next_order(),
        condition=condition,
        queue=queue,
        skills=skills,
        **fields,
    )


@transaction.atomic
def change(rule: RoutingRule, *, condition: str, by: str, now: datetime, **fields: Any) -> None:
    check(condition)
    configuration.change(rule, by=by, now=now, condition=condition, **fields)


@transaction.atomic
def move(rule: RoutingRule, *, up: bool, by: str, now: datetime) -> bool:
    """One place up or down; False when there is no further place."""
    calendars.one_at_a_time(SUBJECT)
    rules = list(RoutingRule.objects.select_for_update().order_by("order"))
    place = [each.pk for each in rules].index(rule.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rules):
        return False
    first, second = rules[place], rules[other]
    orders = first.order, second.order
    _renumber(first, rules[-1].order + 1)  # orders are unique at every moment
    _renumber(second, orders[0])
    _renumber(first, orders[1])
    journal.record_outside(
        "routing_rule.moved",
        subject=configuration.subject_of(rule),
        actor=by,
        now=now,
        before=orders[0],
        after=orders[1],
    )
    return True


def check(condition: str) -> None:
    try:
        routing.check(condition)
    except FeelError as error:
        raise BadCondition(str(error)) from error


def try_out(facts: Mapping[str, Any], *, now: datetime) -> Trial:
    """What each rule says of these facts; the route is the one that a real question would take."""
    rules = RoutingRule.objects.select_related("queue").prefetch_related("skills")
    verdicts = _in_order(_verdict(rule, facts, now) for rule in rules)
    try:
        return Trial(verdicts, routing.route(facts, now=now))
    except NowhereToGo as refusal:
        return Trial(verdicts, None, refusal.sentence)


def _in_order(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """What comes after the rule that ends the search is not asked any more."""
    found: list[Verdict] = []
    end: Verdict | None = None
    for verdict in verdicts:
        if end and verdict.takes:
            why = f"{verdict.why} The search ended at rule {end.rule.order}."
            found.append(Verdict(verdict.rule, takes=False, why=why))
        else:
            found.append(verdict)
        end = end or (verdict if verdict.takes or verdict.is_broken else None)
    return _with_fallback(found) if end and end.is_broken else found


def _with_fallback(verdicts: list[Verdict]) -> list[Verdict]:
    """The last rule without a condition takes what a broken one could not judge."""
    whole = [
        verdict
        for verdict in verdicts
        if not verdict.rule.condition.strip() and not verdict.why.startswith("Only for")
    ]
    why = "It takes what a rule above could not judge."
    return [
        Verdict(verdict.rule, takes=True, why=why) if whole and verdict is whole[-1] else verdict
        for verdict in verdicts
    ]


def _verdict(rule: RoutingRule, facts: Mapping[str, Any], now: datetime) -> Verdict:
    if rule.review_kind and rule.review_kind != facts.get("kind"):
        return Verdict(rule, takes=False, why=f"Only for reviews of kind {rule.review_kind}.")
    if not rule.condition.strip():
        return Verdict(rule, takes=True, why="It has no condition, so it takes whatever gets here.")
    try:
        value = feel.compile(rule.condition)(facts, now)
    except FeelError as error:
        return Verdict(rule, takes=False, why=f"It cannot be evaluated. {error}", is_broken=True)
    if value is True:
        return Verdict(rule, takes=True, why="Its condition is true.")
    if value is None:
        missing = sorted(feel.compile(rule.condition).names - facts.keys())
        lacking = f" The facts have no {', '.join(missing)}." if missing else ""
        return Verdict(rule, takes=False, why=f"Its condition has no value (null).{lacking}")
    return Verdict(rule, takes=False, why="Its condition is false.")


def _next_order() -> int:
    last = RoutingRule.objects.order_by("-order").first()
    return last.order + 1 if last else 1


def _renumber(rule: RoutingRule, order: int) -> None:
    rule.order = order
    rule.save(update_fields=["order"])
