"""Notices: what somebody should know, shown until it is read."""

from collections.abc import Iterable
from datetime import datetime

from queues.models import Notice, Queue, User, WorkItem

LONGEST = 300


def managers(queue: Queue) -> list[User]:
    """Who manages a queue, or the administrators of one that nobody manages."""
    managing = User.objects.filter(
        memberships__queue=queue, memberships__can_manage=True, is_active=True
    )
    return list(managing) or list(User.objects.filter(is_admin=True, is_active=True))


def tell(people: Iterable[User], text: str, *, item: WorkItem | None, now: datetime) -> int:
    """Returns how many were told."""
    said = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    notices = [Notice(user=person, text=said, item=item, at=now) for person in people]
    return len(Notice.objects.bulk_create(notices))
