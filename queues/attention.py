"""What may need somebody now, from every part of the house: shown on top of the board.

Parts to the left of `queues` register what they know of as they start.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from queues import queries as of_queues
from queues.models import User
from workflows import queries as of_workflows


@dataclass(frozen=True, slots=True)
class Matter:
    """So many of something that a person may have to look at, and where."""

    label: str
    count: int
    address: str
    status: str = "warn"  # how it looks while the count is above zero


Source = Callable[[User, datetime], Matter]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    _sources[name] = source


def open_incidents(user: User, _now: datetime) -> Matter:
    found = of_workflows.open_incidents(of_workflows.incidents_visible_to(user)).count()
    label = "open incident" if found == 1 else "open incidents"
    return Matter(label, found, reverse("workflows:incidents"), "breach")


def unread_notices(user: User, _now: datetime) -> Matter:
    found = of_queues.unread_notices(user).count()
    label = "unread notice" if found == 1 else "unread notices"
    return Matter(label, found, reverse("queues:notices"), "warn")


register("incidents", open_incidents)
register("notices", unread_notices)


def matters(user: User, now: datetime) -> list[Matter]:
    return [source(user, now) for source in _sources.values()]
