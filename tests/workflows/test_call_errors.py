"""What a called process throws is caught by its caller, and what it did is undone with it."""

import pytest

from tests.workflows import builders
from tests.workflows.bpmn.sketch import (
    call,
    end,
    on,
    on_event,
    script,
    start,
    throw,
    undoing,
    undone,
)
from tests.workflows.builders import NOW, complete, now_of, standing, story
from tests.workflows.called import called_by, caller, calling, deploy, other, service, settle
from workflows import incidents, jobs
from workflows.models import Call, CallReport, Incident, Job, ProcessInstance

pytestmark = pytest.mark.django_db


# --- errors and escalations ---


def test_an_error_that_nobody_catches_goes_to_the_boundary_of_the_call():
    other("start -> fails", fails=end("error", "broken"))
    instance = caller("start -> c -> end", "e -> mend -> end", e=on("c", "error", "broken"))

    settle()

    assert standing(instance) == ["mend"]
    [called] = called_by(instance)
    assert called.status == "cancelled"
    assert not Incident.objects.filter(status="open").exists()
    assert Call.objects.get().status == "cancelled"


def test_the_error_of_a_job_goes_through_two_processes(machine):
    other("start -> job -> end", job=service)
    deploy(b"middle", "start -> m -> end", m=call("other"))
    instance = caller("start -> c -> end", "e -> mend -> end", c=call("middle"),
                      e=on("c", "error", "broken"))  # fmt: skip
    settle()

    def fails(_work):
        raise jobs.BusinessError("broken", "No.")

    machine.answer = fails
    builders.run(Job.objects.get())
    settle()

    assert standing(instance) == ["mend"]
    running = ProcessInstance.objects.filter(status="running")
    assert list(running) == [instance]
    assert Job.objects.get().status == "cancelled"


def test_an_error_that_nobody_catches_anywhere_stays_where_it_happened():
    other("start -> fails", fails=end("error", "broken"))
    instance = caller()

    settle()

    [called] = called_by(instance)
    assert Incident.objects.get(status="open").instance == called
    assert standing(instance) == ["c"]
    assert "error.uncaught" in story(instance)
    assert not CallReport.objects.filter(settled_at=None).exists()


def test_an_escalation_is_listened_to_while_the_called_process_goes_on():
    other("start -> tell -> b -> end", tell=throw("escalation", "late"))
    instance = caller("start -> c -> after -> end", "e -> chase -> end",
                      e=on("c", "escalation", "late", stays=True))  # fmt: skip
    settle()
    assert standing(instance) == ["c", "chase"]

    complete(called_by(instance)[0], "b")
    settle()

    assert standing(instance) == ["after", "chase"]


def test_an_interrupting_escalation_cancels_the_called_process(people):
    other("start -> tell -> b -> end", tell=throw("escalation", "late"))
    instance = caller("start -> c -> after -> end", "e -> chase -> end",
                      e=on("c", "escalation", "late"))  # fmt: skip

    settle()

    assert standing(instance) == ["chase"]
    assert [each.status for each in called_by(instance)] == ["cancelled"]
    assert people.cancelled == ["b"]


CAMUNDA = "http://camunda.org/schema/1.0/bpmn"


def mapping(*ways):
    """A call as Camunda 7 writes it: `ways` are attributes of what comes out."""
    out = "".join(f"<m:out {way}/>" for way in ways)
    return lambda name: (
        f'<callActivity id="{name}" name="{name}" calledElement="other" xmlns:m="{CAMUNDA}">'
        f'<extensionElements><m:in variables="all"/>{out}</extensionElements></callActivity>'
    )


TELLING = {"tell": throw("escalation", "late")}


def test_an_escalation_brings_what_the_call_maps_out():
    other("start -> s -> tell -> b -> end", s=script('"rain"', "why"), **TELLING)
    instance = caller("start -> c -> after -> end", "e -> chase -> end",
                      c=mapping('source="why" target="reason"'),
                      e=on("c", "escalation", "late", stays=True))  # fmt: skip

    settle()

    assert standing(instance) == ["c", "chase"]
    assert now_of(instance).variables == {"reason": "rain"}


def test_an_event_sub_process_of_the_caller_gets_it_too():
    other("start -> s -> tell -> b -> end", s=script('"rain"', "why"), **TELLING)
    chase = on_event(start("escalation", "late"), "begin -> chase -> end_e")
    instance = caller(c=mapping('source="why" target="reason"'), e=chase)

    settle()

    assert standing(instance) == ["chase", "e"]
    assert now_of(instance).variables == {"reason": "rain"}


def test_it_brings_what_was_known_as_it_was_thrown():
    other("start -> s -> tell -> later -> b -> end", s=script("1", "n"), later=script("2", "n"),
          **TELLING)  # fmt: skip
    instance = caller("start -> c -> after -> end", "e -> chase -> end",
                      c=mapping('source="n" target="n"'),
                      e=on("c", "escalation", "late", stays=True))  # fmt: skip
    settle()
    assert now_of(instance).variables == {"n": 1}

    complete(called_by(instance)[0], "b")
    settle()

    assert now_of(instance).variables == {"n": 2}


def test_where_everything_comes_out_what_was_left_alone_stays_away():
    other("start -> s -> tell -> b -> end", s=script("n + 1", "m"), **TELLING)
    instance = caller(
        "start -> all_split -> c -> end", "all_split -> a -> end", "e -> chase -> end",
        c=mapping('variables="all"'), e=on("c", "escalation", "late"), variables={"n": 1},
    )  # fmt: skip
    complete(instance, "a", n=5)

    settle()

    assert standing(instance) == ["chase"]
    assert now_of(instance).variables == {"n": 5, "m": 2}


def test_where_the_model_says_nothing_an_escalation_brings_nothing():
    other("start -> s -> tell -> b -> end", s=script("1", "m"), **TELLING)
    instance = caller("start -> c -> after -> end", "e -> chase -> end",
                      e=on("c", "escalation", "late"))  # fmt: skip

    settle()

    assert (standing(instance), now_of(instance).variables) == (["chase"], {})


def test_an_error_brings_it_too_also_through_a_process_between():
    other("start -> s -> fails", s=script('"rain"', "why"), fails=end("error", "broken"))
    deploy(b"middle", "start -> m -> end", m=mapping('source="why" target="why"'))
    instance = caller(
        "start -> c -> end", "e -> mend -> end", e=on("c", "error", "broken"),
        c=calling('<c:output name="reason" value="upper case(why)"/>', "middle"),
    )  # fmt: skip

    settle()

    assert standing(instance) == ["mend"]
    assert now_of(instance).variables == {"reason": "RAIN"}


def test_what_cannot_be_mapped_out_is_an_incident_and_is_told_once_it_can():
    other("start -> tell -> b -> end", **TELLING)
    instance = caller("start -> c -> after -> end", "e -> chase -> end",
                      c=calling('<c:output name="many" value="count(for i in 1..n return i)"/>'),
                      e=on("c", "escalation", "late"), variables={"n": 10**9})  # fmt: skip
    settle()
    incident = Incident.objects.get()
    assert "failed" in incident.message
    assert standing(instance) == ["c"]

    CallReport.objects.update(variables={"n": 3})
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)
    settle()

    assert standing(instance) == ["chase"]
    assert now_of(instance).variables["many"] == 3


# --- compensation ---


def test_a_call_that_came_back_is_undone_by_its_handler():
    other()
    instance = caller(
        "start -> c -> after -> back -> end",
        back=throw("compensation"), u=undone("c", "refund"), refund=undoing(),
    )  # fmt: skip
    settle()
    complete(called_by(instance)[0], "b")
    settle()

    complete(instance, "after")

    assert "refund" in standing(instance)
