"""Steps with all that hangs on them: work item, lease, clocks, journal, and the next item."""

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

START, COMPLETE = 8, 10  # statements, savepoints included


class Desk:
    """A queue with promises, of which one person does everything."""

    def __init__(self):
        self.alice = builders.person("alice")
        queue = builders.queue_of(self.alice, policy=builders.policy())
        self.route = Route(queue, (), "", 3, "Everything goes here.")

    def opened(self, instance, activity, node, now):
        if node.id[1:] in set("01234"):  # the others wait without anybody
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
    """Branches side by side, two steps for somebody in each."""
    return processes.start(deployed(tokens))


def deployed(tokens):
    made = {f"{letter}{number}": sketch.task() for number in range(tokens) for letter in "ab"}
    ways = (f"all_split -> a{number} -> b{number} -> end" for number in range(tokens))
    source = sketch.xml("start -> all_split", *ways, **made)
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    definitions.compiled(definition)
    return definition


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

    begin_and_commit = 2  # here the savepoint of the test's own transaction
    assert len(seen) - begin_and_commit <= COMPLETE, sent(seen)
    assert WorkItem.objects.get(pk=lease.item_id).status == "completed"
    assert not Clock.objects.filter(item=lease.item_id, stopped_at=None).exists()
    done = ["item.completed", "clock.met", "activity.completed", "item.opened"]
    assert processes.story(instance)[-4:] == done
    assert WorkItem.objects.filter(instance=instance, status="ready").count() == 5
    assert journal.verifies(ProcessInstance.objects.get(pk=instance.pk))


def sent(seen):
    return "\n".join(each["sql"][:100] for each in seen)


@pytest.mark.django_db
@pytest.mark.parametrize("tokens", [5, 50, 1_000])
@pytest.mark.usefixtures("desk")
def test_a_start_opens_five_items_with_few_statements(tokens):
    definition = deployed(tokens)
    processes.start(definition)  # what is promised is read once, and what items need

    with CaptureQueriesContext(connection) as seen:
        instance = processes.start(definition)

    assert len(seen) <= START, sent(seen)
    assert WorkItem.objects.filter(instance=instance, status="ready").count() == 5
    assert Clock.objects.filter(instance=instance, status="running").count() == 10
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
    assert processes.standing(free) == ["a1", "b0"]
    assert processes.standing(busy) == ["a0", "a1"]
