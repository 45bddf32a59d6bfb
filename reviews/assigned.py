"""Plain work goes where its model wants it: to a queue of that name, to people of these names.

Where nothing here is called so, the routing rules say, and the item carries the reason.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from queues import routing
from queues.models import Membership, Person, Queue
from queues.routing import LONGEST_REASON, Route
from reviews import parties
from reviews.models import Review

USUAL_PRIORITY = 3
MOST_MEMBERS = 500  # of a queue in which work is kept for some


def route(review: Review, *, now: datetime) -> Route:
    """The queue of the first candidate group or of the lane; else what the rules say."""
    facts = review.routing_facts
    wanted = list(_wanted(facts))
    found = _along_the_model(wanted) or _along_the_rules(wanted, facts, now)
    remark = _remark(review, found.queue)
    reason = f"{found.reason} {remark}".strip()
    return replace(found, reason=reason[:LONGEST_REASON])


def kept_from(review: Review, queue: Queue) -> dict[Person, str]:
    """Who works in this queue and is not meant, when the model names people who work there."""
    meant = _meant(review, queue)
    members = Membership.objects.filter(queue=queue, can_work=True, user__person__isnull=False)
    if not meant or members.count() > MOST_MEMBERS:
        return {}
    names = ", ".join(str(person) for person in meant)
    why = f"This is meant for {names}."[:200]
    others = Person.objects.filter(accounts__memberships__in=members).exclude(
        pk__in=[person.pk for person in meant]
    )
    return dict.fromkeys(others.distinct(), why)


def _wanted(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in facts.get("groups", []):
        yield "group", name
    if facts.get("lane"):
        yield "lane", facts["lane"]


def _along_the_model(wanted: list[tuple[str, str]]) -> Route | None:
    for what, name in wanted:
        queue = routing.queue_called(name)
        if queue is not None:
            return Route(queue, (), "", USUAL_PRIORITY, f"The model asks the {what} {name}.")
    return None


def _along_the_rules(wanted: list[tuple[str, str]], facts: dict[str, Any], now: datetime) -> Route:
    found = routing.route(facts, now=now)
    if not wanted:
        return found
    names = ", ".join(name for _, name in wanted)[:100]
    return replace(found, reason=f"No queue is called {names}. {found.reason}")


def _meant(review: Review, queue: Queue) -> list[Person]:
    """The people whom the model names, as far as they can take work here."""
    named = {
        person.pk: person
        for name in review.routing_facts.get("people", [])
        for person in parties.persons(name)
    }
    if not named:
        return []
    working = Membership.objects.filter(
        queue=queue, can_work=True, user__is_active=True, user__person__in=named
    )
    here = set(working.values_list("user__person", flat=True))
    return [person for pk, person in named.items() if pk in here]


def _remark(review: Review, queue: Queue) -> str:
    people = ", ".join(review.routing_facts.get("people", []))[:100]
    if not people:
        return ""
    if _meant(review, queue):
        return f"It is meant for {people}."
    return f"It is meant for {people}, who does not work in {queue}, so anybody there may take it."
