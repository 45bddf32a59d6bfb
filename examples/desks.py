"""Somebody to ask, for examples that ask people: a queue, its rule, and a person."""

from config.demo import people
from queues.models import Queue, RoutingRule


def settle(*, kind: str, slug: str, name: str, description: str) -> Queue:
    """A queue for questions of this kind; what is there already stays."""
    queue, _ = Queue.objects.get_or_create(
        slug=slug, defaults={"name": name, "description": description}
    )
    if not RoutingRule.objects.filter(review_kind=kind).exists():
        last = RoutingRule.objects.order_by("-order").first()
        RoutingRule.objects.create(
            order=(last.order if last else 0) + 10, review_kind=kind, queue=queue, note=name
        )
    return queue


def staff(username: str, name: str, *, slug: str) -> None:
    """An account of somebody who works on this queue."""
    person = people.account(username, name, is_simulated=True)
    people.belongs(person, Queue.objects.filter(slug=slug))
