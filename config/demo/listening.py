"""Somebody outside who hears of results: reads the feed of events, as other programs do."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from workflows.models import Event

log = logging.getLogger("lender")

EVERY = timedelta(seconds=2)
MOST_AT_ONCE = 20


@dataclass
class Listener:
    """Remembers how far it has read."""

    at: datetime
    position: int = -1

    def listen(self, now: datetime) -> datetime:
        if self.position < 0:
            self.position = Event.objects.aggregate(last=Max("position"))["last"] or 0
        news = Event.objects.filter(position__gt=self.position).order_by("position")
        for event in news.select_related("instance")[:MOST_AT_ONCE]:
            log.info("heard %s %s", event.type, event.instance)
            self.position = event.position or self.position
        return now + EVERY
