"""What a step costs: few statements, and as many in a large instance as in a small one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.workflows import builders
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import on, sub, times
from tests.workflows.builders import NOW
from workflows import definitions, runtime, timers
from workflows.models import Activity

pytestmark = pytest.mark.django_db

START, COMPLETE = 8, 10


def deployed(*arrows, **made):
    source = sketch.xml(*arrows, **made)
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    definitions.compiled(definition)
    return definition


def auto(name):
    """A step for a worker: opening one for a person is up to whoever looks after people."""
    return (
        f'<serviceTask id="{name}" name="{name}"><extensionElements><c:job handler="any"/>'
        "</extensionElements></serviceTask>"
    )


def crowd(tokens):
    """Many branches side by side, each with two steps."""
    steps = {f"{letter}{number}": auto for number in range(tokens) for letter in "ab"}
    ways = (f"all_split -> a{number} -> b{number} -> end" for number in range(tokens))
    return deployed("start -> all_split", *ways, **steps)


def rounds(tokens):
    """One step, many times at once, inside of a sub-process."""
    inside = sub("start_p -> a -> b -> end_p", loop=times(tokens), a=auto, b=auto)
    return deployed("start -> p -> end", p=inside)


def statements(work):
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def finish(instance, node):
    activity = Activity.objects.filter(instance=instance, node_id=node, status="active").first()

    def complete():
        runtime.complete(
            activity=activity, instance=runtime.hold(instance.pk), variables={"seen": True},
            actor="user:alice", now=NOW,
        )  # fmt: skip

    return statements(complete)


@pytest.mark.parametrize("tokens", [5, 200])
def test_many_branches_cost_no_more_statements_than_few(tokens):
    definition = crowd(tokens)

    start = statements(lambda: builders.start(definition))
    instance = definition.instances.get()

    assert start <= START
    assert finish(instance, "a3") <= COMPLETE
    assert finish(instance, "b3") <= COMPLETE


@pytest.mark.parametrize("tokens", [5, 1_000])
def test_many_rounds_cost_no_more_statements_than_few(tokens):
    definition = rounds(tokens)

    start = statements(lambda: builders.start(definition))
    instance = definition.instances.get()

    assert start <= START
    assert finish(instance, "a") <= COMPLETE
    assert finish(instance, "b") <= COMPLETE, "the end of a round"


def test_an_interruption_costs_no_more_statements_for_many_tokens():
    counts = []
    for tokens in (2, 50):
        definition = deployed(
            "start -> p -> end", "late -> end", late=on("p", "timer"),
            p=sub("start_p -> a -> end_p", loop=times(tokens), a=auto),
        )  # fmt: skip
        builders.start(definition)
        counts.append(statements(lambda: timers.fire_due(builders.later(hours=1))))

    assert counts[0] == counts[1]
    assert not Activity.objects.filter(status="active").exists()
