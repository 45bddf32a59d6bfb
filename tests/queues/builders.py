"""People, queues, promises and items, reached by the operations that everybody uses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Thread
from typing import Any, TypeVar

from django.db import close_old_connections, connection

from queues import calendars, claims, items, policies, requirements
from queues.models import (
    Lease,
    Membership,
    Person,
    PersonSkill,
    Queue,
    Skill,
    SkipReason,
    SLAPolicy,
    User,
    WorkItem,
)
from queues.routing import Route
from workflows import runtime
from workflows.models import Activity, JournalEntry, ProcessDefinition, ProcessInstance

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NUMBERS = count(1)
ALWAYS = {"zone": "UTC", "weekly": {day: [["00:00", "24:00"]] for day in
          ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}  # fmt: skip
OFFICE = {"zone": "Europe/Berlin", "weekly": {day: [["09:00", "17:00"]] for day in
          ("mon", "tue", "wed", "thu", "fri")}}  # fmt: skip
T = TypeVar("T")


def after(**amount: float) -> datetime:
    return NOW + timedelta(**amount)


def person(name: str, *, identity: Person | None = None, **said: Any) -> User:
    """An account of a natural person; `identity` makes it a second one of the same person."""
    owner = identity or Person.objects.create(name=name)
    return User.objects.create(username=name, person=owner, **{"wip_limit": 100, **said})


def program(name: str, kind: str = "service") -> User:
    return User.objects.create(username=name, kind=kind)


def skilled(user: User, *keys: str) -> User:
    for key in keys:
        skill, _ = Skill.objects.get_or_create(key=key, defaults={"name": key})
        PersonSkill.objects.get_or_create(person=user.person, skill=skill)
    requirements.recompute(user.person)
    return user


def queue_of(*members: User, manager: User | None = None, **said: Any) -> Queue:
    slug = said.pop("slug", f"refunds-{next(NUMBERS)}")
    queue = Queue.objects.create(slug=slug, name=slug, **said)
    for member in members:
        Membership.objects.create(queue=queue, user=member)
    if manager:
        Membership.objects.create(queue=queue, user=manager, can_work=False, can_manage=True)
    return queue


def policy(
    *goals: dict[str, Any], spec: dict[str, Any] = ALWAYS, key: str = "standard"
) -> SLAPolicy:
    """A published policy; without goals: claim within an hour, decide within four."""
    calendar = calendars.publish(key=key, name="Hours", spec=spec, by="user:ada", now=NOW)
    promised = goals or (goal("claim", HOUR), goal("decide", 4 * HOUR))
    return policies.publish(
        key=key,
        name="Standard",
        calendar=calendar,
        goals=[policies.Goal(**each) for each in promised],
        by="user:ada",
        now=NOW,
    )


def goal(kind: str, budget: timedelta, *rungs: policies.Step, **said: Any) -> dict[str, Any]:
    return {"kind": kind, "budget": budget, "ladder": rungs, **said}


def rung(offset: timedelta, action: str, queue: Queue | None = None) -> policies.Step:
    return policies.Step(offset=offset, action=action, queue=queue)


def instance(now: datetime = NOW) -> ProcessInstance:
    """A process without a model: enough for an item to belong to."""
    definition, _ = ProcessDefinition.objects.get_or_create(
        key="refund",
        version=1,
        defaults={
            "name": "Refund", "source": b"", "source_sha256": "", "deployed_at": now,
            "deployed_by": "user:ada",
        },
    )  # fmt: skip
    return ProcessInstance.objects.create(definition=definition, started_at=now, started_by="test")


def item_in(
    queue: Queue,
    *,
    now: datetime = NOW,
    skills: tuple[str, ...] = (),
    region: str = "",
    priority: int = 3,
    **said: Any,
) -> WorkItem:
    """A ready item of a process of its own."""
    for key in skills:
        Skill.objects.get_or_create(key=key, defaults={"name": key})
    route = Route(
        queue=queue, skills=skills, region=region, priority=priority, reason="Rule 1. otherwise."
    )
    return item_by(route, now=now, **said)


def item_by(route: Route, *, now: datetime = NOW, **said: Any) -> WorkItem:
    """A ready item of a process of its own, where the route says."""
    owner = instance(now)
    activity = Activity.objects.create(
        instance=owner, node_id="review", kind="userTask", entered_at=now
    )
    return items.open_item(
        instance=owner,
        activity=activity,
        title=said.pop("title", f"Refund {next(NUMBERS)}"),
        route=route,
        now=now,
        **said,
    )


def backlog(queue: Queue, *, items: int, needs: int = 1) -> None:
    """So many ready items at once, with so many different needs; for plans and measurements."""
    like = item_in(queue)
    asked = [requirements.requirement_for([], "").pk]
    for number in range(1, needs):
        Skill.objects.get_or_create(key=f"skill-{number}", defaults={"name": f"{number}"})
        asked.append(requirements.requirement_for([f"skill-{number}"]).pk)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH step AS (
                INSERT INTO workflows_activity (id, instance_id, node_id, kind, name, flow_id,
                                                status, entered_at)
                SELECT gen_random_uuid(), %(instance)s, 'review', 'userTask', '', '', 'active',
                       %(now)s
                  FROM generate_series(1, %(items)s)
                RETURNING id
            ), numbered AS (
                SELECT id, row_number() OVER () AS n FROM step
            )
            INSERT INTO queues_workitem (id, instance_id, activity_id, queue_id, requirement_id,
                title, priority, weight, routed_by, sort_key, status, epoch, created_at, ready_at,
                returns, skips)
            SELECT gen_random_uuid(), %(instance)s, id, %(queue)s,
                   (%(asked)s::bigint[])[1 + n %% cardinality(%(asked)s::bigint[])],
                   'Refund ' || n, 3, 1, '', %(sort_key)s + n, 'ready', 0,
                   %(now)s + n * interval '1 microsecond', %(now)s, 0, 0
              FROM numbered
            """,
            {
                "instance": like.instance_id, "queue": queue.pk, "asked": asked,
                "sort_key": like.sort_key, "now": NOW, "items": items,
            },
        )  # fmt: skip


def held_by(user: User, item: WorkItem, *, now: datetime = NOW) -> Lease:
    return claims.claim(item_id=item.pk, by=user, now=now)


def completed(lease: Lease, *, now: datetime = NOW) -> WorkItem:
    """By its holder, as a decision does it: the process first, then the item."""
    runtime.hold(lease.item.instance_id)
    item = items.lock(lease.item_id)
    return items.complete(item=item, by=lease.holder, epoch=lease.epoch, now=now)


def fresh(row: T) -> T:
    return type(row).objects.get(pk=row.pk)  # type: ignore[attr-defined]  # a model


def story(item: WorkItem) -> list[str]:
    entries = JournalEntry.objects.filter(chain=item.instance_id).order_by("sequence")
    return [entry.kind for entry in entries]


def skip_reason(code: str = "unclear") -> SkipReason:
    return SkipReason.objects.get_or_create(code=code, defaults={"label": code})[0]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each act in a connection of its own; what it returned, or the exception that it raised."""
    found: list[Any] = [None] * len(acts)

    def run(index: int) -> None:
        try:
            found[index] = acts[index]()
        except Exception as error:  # noqa: BLE001 - handed to the test
            found[index] = error
        finally:
            connection.close()
            close_old_connections()

    threads = [Thread(target=run, args=[index]) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return found
