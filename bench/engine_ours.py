"""How long our engine takes for the cases of `bench.engine`, alone and with everything around it.

Who looks after steps for people differs (`handlers.looked_after`): nobody, so that only the rows of
the engine and the journal are written; or a queue, where a work item with its clocks is opened,
reserved under a lease and completed.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from bench import engine_cases as cases

if TYPE_CHECKING:
    from uuid import UUID

    from queues.models import User
    from workflows.bpmn.model import Node
    from workflows.models import Activity, ProcessDefinition, ProcessInstance

MOST = max(cases.STEPS.values()) + 4  # first steps of one instance that are ever completed

Steps = list[Callable[[], object]]


def measured(sizes: list[int]) -> Iterator[tuple[str, dict[int, Any]]]:
    """Our figures, by variant and number of tokens; the one that others are compared with first."""
    from workflows import handlers
    from workflows.bpmn.kinds import Kind

    def nobody(*_said: object) -> None:
        """The step waits; its row is all there is."""

    desk = _desk()
    with handlers.looked_after(Kind.USER_TASK, opened=desk.opened, cancelled=nobody):
        yield "ours: journal, work item, clocks", _each(sizes, cases.branches, desk.reserved)
    with handlers.looked_after(Kind.USER_TASK, opened=nobody, cancelled=nobody):
        yield "ours: journal", _each(sizes, cases.branches, _waiting)
        yield "ours: journal, rounds of a loop", _each(sizes, cases.rounds, _waiting)


def _each(
    sizes: list[int], model: Callable[[int], str], steps_of: Callable[[Any], Steps]
) -> dict[int, Any]:
    found = {}
    for tokens in sizes:
        definition = _deployed(model(tokens))
        start = partial(_started, definition)
        found[tokens] = cases.measure(start, steps_of, _counted, tokens)
    return found


def _deployed(model: str) -> "ProcessDefinition":
    from django.utils import timezone

    from workflows import definitions

    now = timezone.now()
    [definition] = definitions.deploy(source=model.encode(), by="user:bench", now=now)
    return definition


def _started(definition: "ProcessDefinition") -> "ProcessInstance":
    from django.utils import timezone

    from workflows import runtime

    return runtime.start(
        definition=definition, variables={}, business_key="", by="api:bench", now=timezone.now()
    )


def _counted(operation: Callable[[], object]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        operation()
    return sum(query["sql"] not in ("BEGIN", "COMMIT") for query in seen)


# --- the engine alone ---


def _waiting(instance: "ProcessInstance") -> Steps:
    from workflows.models import Activity

    found = Activity.objects.filter(instance=instance, status="active", node_id__startswith="a")
    tokens = found.order_by("id").values_list("pk", flat=True)[:MOST]
    return [partial(_complete, instance.pk, token) for token in tokens]


def _complete(instance_id: "UUID", activity_id: "UUID") -> None:
    from django.db import transaction
    from django.utils import timezone

    from workflows import runtime
    from workflows.models import Activity

    with transaction.atomic():
        instance = runtime.hold(instance_id)
        activity = Activity.objects.get(pk=activity_id)
        said = {"seen": True}
        runtime.complete(
            activity=activity, instance=instance, variables=said, actor="user:alice",
            now=timezone.now(),
        )  # fmt: skip


# --- with work items ---


@cache
def _desk() -> "Desk":
    return Desk()


class Desk:
    """A queue with promises, and one person who does everything in it."""

    def __init__(self) -> None:
        from queues.routing import Route
        from tests.queues import builders

        self.person: User = builders.person("alice", wip_limit=1_000_000)
        queue = builders.queue_of(self.person, policy=builders.policy())
        self.route = Route(queue, (), "", 3, "Everything goes here.")

    def opened(
        self, instance: "ProcessInstance", activity: "Activity", node: "Node", now: datetime
    ) -> None:
        from queues import items

        items.open_item(
            instance=instance, activity=activity, title=node.name, route=self.route, now=now
        )

    def reserved(self, instance: "ProcessInstance") -> Steps:
        """The first steps, each reserved for this person, who has not completed it yet."""
        from django.utils import timezone

        from queues import claims
        from queues.models import WorkItem

        found = WorkItem.objects.filter(instance=instance).order_by("id")[:MOST]
        now = timezone.now()
        leases = [claims.claim(item_id=item.pk, by=self.person, now=now) for item in found]
        return [partial(self._complete, lease.item_id, lease.epoch) for lease in leases]

    def _complete(self, item_id: "UUID", epoch: int) -> None:
        from django.db import transaction
        from django.utils import timezone

        from queues import items
        from workflows import journal, runtime

        now = timezone.now()
        with transaction.atomic():
            instance, item = items.hold(item_id)
            with journal.gathering(instance):
                items.complete(item=item, by=self.person, epoch=epoch, now=now)
                runtime.complete(
                    activity=item.activity, instance=instance, variables={"seen": True},
                    actor=self.person.actor, now=now,
                )  # fmt: skip
