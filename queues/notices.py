"""Notices: what somebody should know, shown until it is read."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from queues import queries
from queues.models import Notice, Queue, User, WorkItem

LONGEST = 300


def managers(queue: Queue | None) -> list[User]:
    """Who manages a queue, or the administrators where nobody does."""
    return _managing(Q(memberships__queue=queue))


def managers_under(policy_id: UUID) -> list[User]:
    """Who manages a queue that makes the promises of a policy."""
    return _managing(Q(memberships__queue__policy=policy_id))


def _managing(where: Q) -> list[User]:
    people = User.objects.filter(is_active=True)
    managing = people.filter(where, memberships__can_manage=True).distinct()
    return list(managing) or list(people.filter(is_admin=True))


def tell(people: Iterable[User], text: str, *, item: WorkItem | None, now: datetime) -> int:
    """Returns how many were told."""
    said = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    notices = [Notice(user=person, text=said, item=item, at=now) for person in people]
    return len(Notice.objects.bulk_create(notices))


def read_all(*, by: User, now: datetime) -> int:
    """Marks what was there by now as read; what comes later stays unread."""
    return queries.unread_notices(by).filter(at__lte=now).update(read_at=now)
