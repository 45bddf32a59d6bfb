"""What a replay needs in the house: the process, a queue, a promise, and accounts of its people."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from config.demo import house, promises
from queues import calendars, policies
from queues.models import Membership, Person, Queue, RoutingRule, SLAPolicy, User
from workflows import definitions

SLUG = "permits"
KIND = "permit"
MODEL = house.EXAMPLES / "permit_receipt.bpmn"
NO_LIMIT = 32_767
A_LEASE = timedelta(days=3_650)  # a log has no heartbeats: who took a case has it until its end
USUALLY = timedelta(days=56)  # the promise for a case that names no deadline


def settle(now: datetime) -> Queue:
    """Everything that is missing."""
    definitions.deploy(source=MODEL.read_bytes(), by="system", now=now)
    queue, _ = Queue.objects.get_or_create(
        slug=SLUG,
        defaults={
            "name": "Permits",
            "description": "Cases of a replayed event log",
            "lease_for": A_LEASE,
            "policy": _policy(now),
        },
    )
    if not RoutingRule.objects.filter(review_kind=KIND).exists():
        last = RoutingRule.objects.order_by("-order").first()
        RoutingRule.objects.create(
            order=(last.order if last else 0) + 10, review_kind=KIND, queue=queue, note="Permits"
        )
    return queue


def _policy(now: datetime) -> SLAPolicy:
    calendar = calendars.latest("around-the-clock") or calendars.publish(
        key="around-the-clock", name="Around the clock", spec=promises.ALWAYS, by="system", now=now
    )
    return policies.latest(SLUG) or policies.publish(
        key=SLUG,
        name="Permits",
        calendar=calendar,
        goals=[policies.Goal("decide", USUALLY, warnings=())],
        by="system",
        now=now,
    )


def people(names: Iterable[str], queue: Queue) -> dict[str, User]:
    """An account for each name in the log. Nobody can sign in to it."""
    found = {}
    for name in sorted(set(names)):
        username = f"log-{re.sub(r'[^a-z0-9]+', '-', name.casefold()).strip('-')[:100] or 'nobody'}"
        found[name] = User.objects.filter(username=username).first() or _account(username, name)
        Membership.objects.get_or_create(queue=queue, user=found[name])
    return found


def _account(username: str, name: str) -> User:
    shown = name[:150] or "Nobody named"
    user = User(
        username=username,
        first_name=shown,
        person=Person.objects.create(name=shown),
        is_simulated=True,
        wip_limit=NO_LIMIT,
        undo_for=0,
    )
    user.set_unusable_password()
    user.save()
    return user
