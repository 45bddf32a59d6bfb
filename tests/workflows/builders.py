"""Processes for tests, brought where they are needed by the operations that everybody uses."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from tests.workflows import drawn
from workflows import definitions, job_handlers, jobs, runtime
from workflows.models import Activity, Job, JournalEntry, ProcessDefinition, ProcessInstance, Timer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
# What a careless way to write JSON, or to read it, gets wrong.
HARD = {
    "whole": 10**30,
    "text": 'a "quoted" \\ läng\u2028text',
    "number": 0.1,
    "none": None,
    "list": [1, [True]],
}
LEASE = timedelta(seconds=30)


def later(**lengths: float) -> datetime:
    """Some time after `NOW`."""
    return NOW + timedelta(**lengths)


def source(*arrows: str, job: str = 'result="result" attempts="3"', timer: str = "PT1H") -> bytes:
    """A drawn model, with what its jobs and timers say."""
    model = drawn.xml(*arrows).replace(b'handler="any"', f'handler="any" {job}'.encode())
    if timer.startswith("R"):
        cycle = f"<timeCycle>{timer}</timeCycle>".encode()
        return model.replace(b"<timeDuration>PT1H</timeDuration>", cycle)
    return model.replace(b"PT1H", timer.encode())


def deployed(*arrows: str, **said: str) -> ProcessDefinition:
    """The newest version of the process that these arrows draw."""
    [definition] = definitions.deploy(source=source(*arrows, **said), by="user:ada", now=NOW)
    return definition


def started(*arrows: str, variables: dict[str, Any] | None = None, **said: str) -> ProcessInstance:
    """A new instance of such a process."""
    return start(deployed(*arrows, **said), variables=variables)


def start(
    definition: ProcessDefinition, variables: dict[str, Any] | None = None
) -> ProcessInstance:
    return runtime.start(
        definition=definition,
        variables=variables or {},
        business_key="",
        by="api:shop",
        now=NOW,
    )


def now_of(instance: ProcessInstance) -> ProcessInstance:
    """The instance as the database has it."""
    return ProcessInstance.objects.get(pk=instance.pk)


def standing(instance: ProcessInstance) -> list[str]:
    """Where its tokens are."""
    live = Activity.objects.filter(instance=instance, status__in=["active", "waiting"])
    return sorted(live.values_list("node_id", flat=True))


def activity_at(instance: ProcessInstance, node: str) -> Activity:
    return Activity.objects.filter(instance=instance, node_id=node).latest("id")


def job_at(instance: ProcessInstance, node: str) -> Job:
    return Job.objects.get(activity=activity_at(instance, node))


def timer_at(instance: ProcessInstance, node: str) -> Timer:
    return Timer.objects.filter(instance=instance, node_id=node).latest("id")


def story(instance: ProcessInstance) -> list[str]:
    """The kinds of what the journal says."""
    entries = JournalEntry.objects.filter(chain=instance.pk).order_by("sequence")
    return list(entries.values_list("kind", flat=True))


def complete(instance: ProcessInstance, node: str, **variables: Any) -> ProcessInstance:
    """Somebody finishes the step that waits at this node."""
    with transaction.atomic():
        held = runtime.hold(instance.pk)
        runtime.complete(
            activity=activity_at(held, node),
            instance=held,
            variables=variables,
            actor="user:alice",
            now=NOW,
        )
    return held


def run(job: Job, *, at: datetime = NOW, worker: str = "worker-1") -> bool:
    return jobs.run(job.pk, worker, clock=lambda: at)


@contextmanager
def handling(name: str, function: job_handlers.Handler) -> Iterator[None]:
    """A handler that is there for a while."""
    job_handlers.handler(name)(function)
    try:
        yield
    finally:
        job_handlers.forget(name)


def elsewhere(*functions: Callable[[], Any]) -> list[Any]:
    """Each in a thread and a connection of its own, all at once; what they give or raise."""
    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(_with_own_connection, functions))


def _with_own_connection(function: Callable[[], Any]) -> Any:
    try:
        return function()
    except Exception as error:  # noqa: BLE001 - the test looks at it
        return error
    finally:
        connection.close()
