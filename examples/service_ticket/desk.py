"""Queues of those who look after tickets. The model asks them by these names."""

from datetime import datetime

from queues.models import Queue

QUEUES = (
    ("service-desk", "Service desk", "New tickets: who takes them?"),
    ("service-north", "Engineers north", "Tickets with the team north"),
    ("service-south", "Engineers south", "Tickets with the team south"),
    ("service-escalations", "Service escalations", "Tickets that are open for too long"),
)


def settle(_now: datetime) -> None:
    """Whatever of it is missing."""
    for slug, name, description in QUEUES:
        Queue.objects.get_or_create(slug=slug, defaults={"name": name, "description": description})
