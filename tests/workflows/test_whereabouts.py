"""How a process stands, in a word and a sentence."""

import pytest

from tests.workflows import builders
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import catch, sub
from tests.workflows.builders import NOW, complete, later, now_of, run
from workflows import definitions, runtime, whereabouts

pytestmark = pytest.mark.django_db

LOOK = "Something went wrong, and somebody has to look at it."
JOB = '<extensionElements><c:job handler="any" attempts="5"/></extensionElements>'


def service(name):
    return f'<serviceTask id="{name}" name="{name}">{JOB}</serviceTask>'


def started(*arrows, **made):
    source = sketch.xml(*arrows, **made)
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return builders.start(definition)


def standing(instance):
    found = whereabouts.of([now_of(instance)])[instance.pk]
    return found.word, found.sentence


def test_a_person_is_waited_for_also_inside_of_a_sub_process():
    instance = started("start -> p -> end", p=sub("start_p -> a -> end_p"))

    assert standing(instance) == (
        "waiting", "Waits for a person at “a” since 2026-03-02 09:00 UTC.",
    )  # fmt: skip


def test_while_an_automated_step_is_to_be_done_it_works():
    instance = started("start -> job -> end", job=service)

    assert standing(instance) == ("working", "Works at “job” since 2026-03-02 09:00 UTC.")


def test_several_steps_are_named_and_more_are_counted():
    instance = started(
        "start -> x_split -> a -> end", "x_split -> b", "x_split -> c", "x_split -> job",
        "x_split -> later -> d", job=service, later=catch("timer"),
    )  # fmt: skip

    word, sentence = standing(instance)

    assert word == "working"
    assert sentence.endswith("; and 2 more.")
    assert sentence.count("since") == 3


def test_an_open_incident_goes_before_everything_else(machine):
    def fails(_work):
        raise ValueError("No.")

    machine.answer = fails
    instance = started("start -> job -> end", job=service)
    for hours in range(1, 6):
        run(builders.job_at(instance, "job"), at=later(hours=hours))

    assert standing(instance) == (
        "stuck", f"Works at “job” since 2026-03-02 09:00 UTC. {LOOK}",
    )  # fmt: skip


def test_what_is_over_says_how_and_when():
    done, given_up = started("start -> a -> end"), started("start -> a -> end")
    complete(done, "a")
    runtime.cancel(instance_id=given_up.pk, by="user:ada", reason="", now=NOW)

    assert standing(done) == ("ended", "Came to its end with “end” on 2026-03-02 09:00 UTC.")
    assert standing(given_up) == ("cancelled", "Was given up on 2026-03-02 09:00 UTC.")


def test_many_are_asked_for_at_once(django_assert_num_queries):
    instances = [started("start -> a -> end") for _ in range(3)]

    with django_assert_num_queries(2):
        found = whereabouts.of(instances)

    assert {each.word for each in found.values()} == {"waiting"}
