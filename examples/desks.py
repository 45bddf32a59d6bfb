"""Where examples ask people: a queue, and the rule that leads to it."""

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
