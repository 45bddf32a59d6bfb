"""Completing a step with all that hangs on it: work item, lease, clocks and journal."""

from functools import partial

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from queues import claims, items
from queues.models import Clock, WorkItem
from queues.routing import Route
from tests.queues import builders
from tests.queues.builders import NOW
from tests.workflows import builders as processes
from tests.workflows.bpmn import sketch
from workflows import definitions, handlers, journal, runtime
from workflows.bpmn.kinds import Kind
from workflows.models import ProcessInstance

MOST = 10


class Desk:
    """A queue with promises, of which one person does everything."""

    def __init__(self):
        self.alice = builders.person("alice")
        queue = builders.queue_of(self.alice, policy=builders.policy())
        self.route = Route(queue, (), "", 3, "Everything goes here.")

    def opened(self, instance, activity, node, now):
        if node.id in ("a0", "a1"):  # the others wait without anybody
            items.open_item(
                instance=instance, activity=activity, title=node.id, route=self.route, now=now
            )

    def complete(self, lease, now):
        with transaction.atomic():
            instance, item = items.hold(lease.item_id)
            with journal.gathering(instance):
                items.complete(item=item, by=self.alice, epoch=lease.epoch, now=now)
                runtime.complete(
                    activity=item.activity, instance=instance, variables={"seen": True},
                    actor=self.alice.actor, now=now,
                )  # fmt: skip


@pytest.fixture
def desk():
    desk = Desk()
    with handlers.looked_after(Kind.USER_TASK, opened=desk.opened, cancelled=lambda *_said: None):
        yield desk


def started(tokens):
    """Branches side by side, a step for somebody in each, that meet behind it."""
    made = {f"a{number}": sketch.task() for number in range(tokens)}
    ways = (f"all_split -> a{number} -> all_join" for number in range(tokens))
    source = sketch.xml("start -> all_split", *ways, "all_join -> end", **made)
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return processes.start(definition)


def reserved(desk, instance):
    item = WorkItem.objects.filter(instance=instance).earliest("id")
    return claims.claim(item_id=item.pk, by=desk.alice, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("tokens", [5, 50, 1_000])
def test_item_lease_clock_and_journal_are_written_with_few_statements(desk, tokens):
    instance = started(tokens)
    lease = reserved(desk, instance)

    with CaptureQueriesContext(connection) as seen:
        desk.complete(lease, builders.after(minutes=5))

    written = [each["sql"] for each in seen if "SAVEPOINT" not in each["sql"]]
    assert len(written) <= MOST, "\n".join(each[:100] for each in written)
    assert WorkItem.objects.get(pk=lease.item_id).status == "completed"
    assert not Clock.objects.filter(item=lease.item_id, stopped_at=None).exists()
    assert processes.story(instance)[-3:] == ["item.completed", "clock.met", "activity.completed"]
    assert journal.verifies(ProcessInstance.objects.get(pk=instance.pk))


@pytest.mark.django_db(transaction=True)
def test_others_never_wait_for_an_instance_that_somebody_holds(desk):
    busy, free = started(2), started(2)
    leases = {instance: reserved(desk, instance) for instance in (busy, free)}

    def complete(instance):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        desk.complete(leases[instance], builders.after(minutes=5))

    with transaction.atomic():
        runtime.hold(busy.pk)
        [went_on, waited] = [
            processes.elsewhere(partial(complete, instance))[0] for instance in (free, busy)
        ]

    assert went_on is None
    assert isinstance(waited, OperationalError)
    assert "lock timeout" in str(waited)
    assert processes.standing(free) == ["a1", "all_join"]
    assert processes.standing(busy) == ["a0", "a1"]
