"""A process calls another one, and goes on with what that brings back."""

import pytest

from tests.workflows import builders
from tests.workflows.bpmn.sketch import call, each, script, times
from tests.workflows.builders import NOW, complete, now_of, standing, story
from tests.workflows.called import called_by, caller, calling, deploy, other, settle
from workflows import calls, dead_letters, incidents, journal, runtime
from workflows.models import Call, Incident, ProcessInstance

pytestmark = pytest.mark.django_db


# --- there and back ---


def test_a_called_process_is_an_instance_of_its_own_and_brings_back_what_it_changed():
    other("start -> s -> b -> end", s=script("n * 2", "twice"))
    instance = caller(variables={"n": 21})
    settle()
    [called] = called_by(instance)
    assert (called.depth, called.root, standing(called)) == (1, instance, ["b"])
    assert standing(instance) == ["c"]

    complete(called, "b", said="yes")
    settle()

    assert standing(instance) == ["after"]
    assert now_of(instance).variables == {"n": 21, "twice": 42, "said": "yes"}
    assert Call.objects.get().status == "returned"
    assert story(instance) == ["process.started", "call.begun", "call.returned"]
    assert journal.verifies(now_of(instance))
    assert journal.verifies(now_of(called))


def test_what_the_called_process_left_alone_does_not_undo_what_the_caller_did_meanwhile():
    other()
    instance = caller(
        "start -> all_split -> c -> all_join -> after -> end", "all_split -> a -> all_join",
        variables={"n": 1},
    )  # fmt: skip
    settle()
    complete(instance, "a", n=2)

    complete(called_by(instance)[0], "b", m=3)
    settle()

    assert now_of(instance).variables == {"n": 2, "m": 3}


def test_the_called_process_has_the_same_business_key_where_the_model_says_so():
    other()
    same = (
        '<camunda:in xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
        'businessKey="#{execution.processBusinessKey}"/>'
    )
    outer = deploy(b"outer", "start -> c -> end", c=calling(same))
    instance = runtime.start(
        definition=outer, variables={}, business_key="O-7", by="api:shop", now=NOW
    )

    settle()

    [called] = called_by(instance)
    assert called.business_key == "O-7"


def test_mappings_say_what_crosses_and_what_comes_back():
    other()
    instance = caller(
        c=calling('<c:input name="x" value="n + 1"/><c:output name="y" value="x + z"/>'
                  '<c:call business_key="order"/>'),
        variables={"n": 1, "order": "A-1"},
    )  # fmt: skip
    settle()
    [called] = called_by(instance)
    assert (called.variables, called.business_key) == ({"x": 2}, "A-1")

    complete(called, "b", z=5)
    settle()

    assert now_of(instance).variables == {"n": 1, "order": "A-1", "y": 7}


def test_the_newest_version_is_called_unless_one_is_pinned():
    other()
    newest = other("start -> d -> end")
    instance = caller("start -> all_split -> c -> end", "all_split -> p -> end",
                      p=calling('<c:call binding="version" version="1"/>'))  # fmt: skip

    settle()

    versions = {each.caller.node_id: each.definition.version for each in called_by(instance)}
    assert versions == {"c": newest.version, "p": 1}


def test_each_round_of_a_loop_calls_its_own():
    other("start -> s -> b -> end", s=script("n * 10", "tenfold"))
    loop = each("numbers", "n", result="tenfold")
    instance = caller(c=call(loop=loop), variables={"numbers": [1, 2, 3]})
    settle()
    assert sorted(each.variables["n"] for each in called_by(instance)) == [1, 2, 3]

    for called in reversed(called_by(instance)):
        complete(called, "b")
        settle()

    assert standing(instance) == ["after"]
    assert now_of(instance).variables["results"] == [10, 20, 30]


def test_a_sequential_loop_calls_one_after_the_other():
    other()
    instance = caller(c=call(loop=times(2, sequential=True)))
    settle()
    assert len(called_by(instance)) == 1

    complete(called_by(instance)[0], "b")
    settle()

    assert [each.status for each in called_by(instance)] == ["completed", "running"]


def test_a_step_that_calls_tells_a_worker_once(woken, django_capture_on_commit_callbacks):
    other()

    with django_capture_on_commit_callbacks(execute=True):
        caller()

    assert woken == [("workflows.tasks.settle_calls",)]


# --- what cannot be called ---


def test_a_process_that_is_not_deployed_is_an_incident_until_it_is():
    instance = caller()
    settle()
    incident = Incident.objects.get()
    assert "calls other, which is not deployed" in incident.message
    assert Call.objects.get().status == "troubled"

    other()
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)
    settle()

    assert [standing(each) for each in called_by(instance)] == [["b"]]
    assert not Incident.objects.filter(status="open").exists()


def test_a_call_that_is_tried_again_takes_what_is_known_now():
    other()
    instance = caller(c=call("= which"), variables={"which": "nobody"})
    settle()

    dead_letters.correct(
        incident_id=Incident.objects.get().pk, news={"which": "other"}, by="user:ada", now=NOW
    )
    settle()

    [called] = called_by(instance)
    assert called.variables == {"which": "other"}


def test_b12_a_process_that_calls_itself_stops_at_the_limit():
    instance = builders.start(deploy(b"outer", "start -> c -> end", c=call("outer")))

    settle()

    incident = Incident.objects.get()
    assert incident.instance.depth == calls.DEEPEST
    assert "Look whether outer calls itself" in incident.message
    assert ProcessInstance.objects.filter(root=instance).count() == calls.DEEPEST

    runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=NOW)
    settle()
    assert not ProcessInstance.objects.filter(status="running").exists()
    assert not Incident.objects.filter(status="open").exists()


def test_a_called_process_that_cannot_be_started_is_an_incident():
    message = '<startEvent id="s"><messageEventDefinition messageRef="message_m"/></startEvent>'
    other("start -> b -> end", start=lambda _name: message.replace('"s"', '"start"'))
    other("start -> b -> end", "t -> b", start=lambda _name: message.replace('"s"', '"start"'),
          t=lambda _name: message.replace('"s"', '"t"').replace("_m", "_k"))  # fmt: skip
    instance = caller()

    settle()

    assert "cannot be started like this" in Incident.objects.get().message
    assert called_by(instance) == []
