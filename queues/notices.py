"""What people should know, until they have read it."""

from datetime import datetime

from queues import queries
from queues.models import User


def read_all(*, by: User, now: datetime) -> int:
    """Marks what was there by now as read; what comes later stays unread."""
    return queries.unread_notices(by).filter(at__lte=now).update(read_at=now)
