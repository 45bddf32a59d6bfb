"""What reviews put on top of the board."""

from datetime import datetime

from django.urls import reverse

from queues.attention import Matter
from queues.models import User
from reviews import queries


def blocked(user: User, _now: datetime) -> Matter:
    count = queries.blocked_visible_to(user).count()
    label = "stopped review" if count == 1 else "stopped reviews"
    return Matter(label, count, reverse("reviews:blocked"), "warn")
