"""Queues of those who look after tickets, and which question goes to which."""

from datetime import datetime

from queues.models import Queue, RoutingRule

QUEUES = (
    ("service-desk", "Service desk", "New tickets: who takes them?"),
    ("service-north", "Engineers north", "Tickets with the team north"),
    ("service-south", "Engineers south", "Tickets with the team south"),
    ("service-escalations", "Service escalations", "Tickets that are open for too long"),
)
# Kind of question, condition, queue.
RULES = (
    ("ticket_assign", "", "service-desk"),
    ("ticket_fix", 'payload.team = "south"', "service-south"),
    ("ticket_fix", "", "service-north"),
    ("ticket_escalation", "", "service-escalations"),
)


def settle(_now: datetime) -> None:
    """Whatever of it is missing."""
    for slug, name, description in QUEUES:
        Queue.objects.get_or_create(slug=slug, defaults={"name": name, "description": description})
    if RoutingRule.objects.filter(review_kind__startswith="ticket_").exists():
        return
    last = RoutingRule.objects.order_by("-order").first()
    first = (last.order if last else 0) + 10
    for place, (kind, condition, slug) in enumerate(RULES):
        RoutingRule.objects.create(
            order=first + 10 * place,
            review_kind=kind,
            condition=condition,
            queue=Queue.objects.get(slug=slug),
            note="Service tickets",
        )
