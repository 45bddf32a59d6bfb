"""What a step costs: few statements, and as many in a large instance as in a small one."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.workflows import builders
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import on, sub, task, times
from tests.workflows.builders import NOW
from workflows import definitions, handlers, journal, runtime, timers
from workflows.bpmn.kinds import Kind
from workflows.models import Activity, Incident

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
    return statements(lambda: complete(activity, instance))


def complete(activity, instance):
    runtime.complete(
        activity=activity, instance=runtime.hold(instance.pk), variables={"seen": True},
        actor="user:alice", now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("tokens", [5, 50, 1_000])
def test_many_branches_cost_no_more_statements_than_few(tokens):
    definition = crowd(tokens)

    start = statements(lambda: builders.start(definition))
    instance = definition.instances.get()

    assert start <= START
    assert finish(instance, "a3") <= COMPLETE
    assert finish(instance, "b3") <= COMPLETE


@pytest.mark.parametrize("tokens", [5, 50, 1_000])
def test_many_rounds_cost_no_more_statements_than_few(tokens):
    definition = rounds(tokens)

    start = statements(lambda: builders.start(definition))
    instance = definition.instances.get()

    assert start <= START
    assert finish(instance, "a") <= COMPLETE
    assert finish(instance, "b") <= COMPLETE, "the end of a round"


@pytest.mark.parametrize("shape", [crowd, rounds])
def test_every_statement_of_a_step_finds_its_rows_by_an_index(shape):
    definition = shape(200)
    builders.start(definition)
    instance = builders.start(definition)
    activity = Activity.objects.filter(instance=instance, node_id="a3" if shape is crowd else "a")
    with CaptureQueriesContext(connection) as seen:
        complete(activity.first(), instance)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # so that only a missing index shows
        plans = [plan(cursor, each["sql"]) for each in seen if "workflows_" in each["sql"]]

    assert len(plans) >= 4
    assert not [each for each in plans if "Seq Scan on workflows_" in each]


def plan(cursor, statement):
    cursor.execute(f"EXPLAIN {statement}")
    return "\n".join(line for (line,) in cursor.fetchall())


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


def test_steps_for_people_are_handed_over_with_few_statements():
    few, many = people(5), people(50)

    with handlers.looked_after(Kind.USER_TASK, opened=nobody, cancelled=nobody):
        counts = [statements(partial(builders.start, each)) for each in (few, many)]

    assert counts[0] == counts[1] <= START


def people(tokens):
    """Steps for people, side by side."""
    ways = (f"all_split -> a{number} -> end" for number in range(tokens))
    return deployed(
        "start -> all_split", *ways, **{f"a{number}": task() for number in range(tokens)}
    )


def nobody(*_said):
    """Who looks after a step and does nothing for it."""


def test_one_step_that_cannot_be_opened_keeps_no_other_from_it():
    opened = []

    def open_all_but_one(instance, activity, node, now):
        if node.id == "a1":
            raise ZeroDivisionError
        opened.append(node.id)

    definition = people(3)

    with handlers.looked_after(Kind.USER_TASK, opened=open_all_but_one, cancelled=nobody):
        instance = builders.start(definition)

    assert opened[-2:] == ["a0", "a2"]
    assert [each.activity.node_id for each in Incident.objects.filter(instance=instance)] == ["a1"]
    assert journal.verifies(builders.now_of(instance))
