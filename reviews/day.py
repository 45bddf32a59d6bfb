"""A person's day at work: what waits for them, what they hold, what they did."""

from datetime import datetime

from django.utils import timezone

from queues import claims
from queues import queries as of_queues
from queues.models import User
from reviews import worklist


def at_work(user: User, now: datetime) -> dict[str, object]:
    """What a person's start page says."""
    queues = worklist.by_queue(user, now)
    ready = sum(each.ready for each in queues)
    last = worklist.last_decisions(user)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    done = worklist.done_since(user, midnight)
    return {
        "now": now,
        "queues": queues,
        "idle_queues": [each for each in queues if not each.ready],
        "ready": ready,
        "breached": sum(each.breached for each in queues),
        "warned": sum(each.warned for each in queues),
        "held": worklist.held_by(user, now),
        "why_empty": "" if ready else claims.why_empty(user, now),
        "last_decisions": last,
        "undoable": next((each for each in last if worklist.is_undoable(each, now)), None),
        "done": done,
        "done_today": sum(done.values()),
        "notices": of_queues.unread_notices(user)[:5],
    }
