"""Processes that call processes: begun, come back, fail, are cancelled; and what comes between."""

import threading

import pytest
from django.db import transaction

from tests.workflows import builders
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import (
    call,
    each,
    end,
    on,
    on_event,
    script,
    start,
    throw,
    times,
    undoing,
    undone,
)
from tests.workflows.builders import NOW, complete, later, now_of, standing, story
from workflows import calls, dead_letters, definitions, incidents, jobs, journal, runtime
from workflows.models import Activity, Call, CallReport, Incident, Job, ProcessInstance

pytestmark = pytest.mark.django_db


def deploy(key, *arrows, at=NOW, **made):
    """A process of this key."""
    source = sketch.xml(*arrows, **made).replace(b'<process id="drawn"', b'<process id="%s"' % key)
    [definition] = definitions.deploy(source=source, by="user:ada", now=at)
    return definition


def caller(*arrows, variables=None, **made):
    made = {"c": call(), **made}
    return builders.start(
        deploy(b"outer", *(arrows or ("start -> c -> after -> end",)), **made), variables=variables
    )


def other(*arrows, **made):
    return deploy(b"other", *(arrows or ("start -> b -> end",)), **made)


def settle(now=NOW):
    """Sweep until nothing is left to do."""
    while calls.settle_due(now):
        pass


def called_by(instance):
    """What it has called, the oldest first."""
    return list(ProcessInstance.objects.filter(caller__instance=instance).order_by("id"))


def service(name):
    return (
        f'<serviceTask id="{name}" name="{name}"><extensionElements><c:job handler="any"/>'
        "</extensionElements></serviceTask>"
    )


def calling(extensions, process="other"):
    return lambda name: (
        f'<callActivity id="{name}" name="{name}" calledElement="{process}">'
        f"<extensionElements>{extensions}</extensionElements></callActivity>"
    )


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


# --- cancelling ---


def test_cancelling_the_caller_cancels_what_it_called_however_deep(people):
    other()
    deploy(b"middle", "start -> m -> end", m=call("other"))
    instance = caller(c=call("middle"))
    settle()

    runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=NOW)
    settle()

    assert not ProcessInstance.objects.filter(status="running").exists()
    assert people.cancelled == ["b"]
    assert set(Call.objects.values_list("status", flat=True)) == {"cancelled"}
    assert not CallReport.objects.filter(settled_at=None).exists()


def test_a_call_that_was_not_begun_before_its_caller_was_cancelled_never_begins():
    other()
    instance = caller()

    runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=NOW)
    settle()

    assert called_by(instance) == []
    assert Call.objects.get().status == "cancelled"


def test_a_called_process_that_somebody_cancels_can_be_called_anew():
    other()
    instance = caller()
    settle()
    runtime.cancel(instance_id=called_by(instance)[0].pk, by="user:ada", reason="", now=NOW)
    settle()
    incident = Incident.objects.get(status="open")
    assert (incident.instance, standing(instance)) == (instance, ["c"])

    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)
    settle()
    complete(called_by(instance)[1], "b")
    settle()

    assert standing(instance) == ["after"]


def test_a_result_that_cannot_be_kept_is_an_incident_and_nothing_is_lost():
    other()
    instance = caller(variables={"big": "x" * 600_000})
    settle()
    [called] = called_by(instance)
    complete(called, "b", big="", more="y" * 600_000)
    ProcessInstance.objects.filter(pk=instance.pk).update(
        variables={"big": "x" * 600_000, "kept": "z" * 400_000}
    )
    ProcessInstance.objects.filter(pk=called.pk).update(variables={"more": "y" * 600_000})
    settle()
    incident = Incident.objects.get()
    assert "bytes" in incident.message

    ProcessInstance.objects.filter(pk=instance.pk).update(variables={})
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)
    settle()

    assert standing(instance) == ["after"]
    assert len(now_of(instance).variables["more"]) == 600_000


def test_one_call_that_cannot_be_begun_holds_up_no_other(monkeypatch):
    other()
    broken, sound = caller(), caller()
    start = runtime.start

    def stumbles(*, caller, **said):
        if caller.instance_id == broken.pk:
            raise ZeroDivisionError
        return start(caller=caller, **said)

    monkeypatch.setattr(runtime, "start", stumbles)
    settle()

    assert len(called_by(sound)) == 1
    assert Incident.objects.get().instance == broken


# --- races, forced ---


@pytest.mark.django_db(transaction=True)
def test_a_process_that_ends_while_its_caller_is_cancelled_is_over_and_brings_nothing():
    other()
    instance = caller()
    settle()
    [called] = called_by(instance)
    cancelled, may_commit = threading.Event(), threading.Event()

    def cancels_and_holds():
        with transaction.atomic():
            runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=NOW)
            cancelled.set()
            assert may_commit.wait(5)

    def ends_and_tells():
        assert cancelled.wait(5)
        complete(called, "b", said="yes")
        passed_by = calls.settle_due(NOW)
        may_commit.set()
        return passed_by

    _, told = builders.elsewhere(cancels_and_holds, ends_and_tells)
    settle()

    assert told == 0, "the caller was being worked on"
    assert (now_of(called).status, now_of(instance).status) == ("completed", "cancelled")
    assert "said" not in now_of(instance).variables
    assert Call.objects.get().status == "cancelled"
    assert not CallReport.objects.filter(settled_at=None).exists()
    assert journal.verifies(now_of(instance))
    assert journal.verifies(now_of(called))


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_being_finished_while_it_is_stopped_waits_for_nobody():
    other()
    instance = caller("start -> c -> after -> end", "late -> chase -> end",
                      late=on("c", "timer"))  # fmt: skip
    settle()
    [called] = called_by(instance)
    finished, may_commit = threading.Event(), threading.Event()

    def finishes_and_holds():
        with transaction.atomic():
            complete(called, "b")
            finished.set()
            assert may_commit.wait(5)

    def times_out():
        from workflows import timers

        assert finished.wait(5)
        fired = timers.fire_due(later(hours=1))
        stopped = calls.settle_due(later(hours=1))
        may_commit.set()
        return fired, stopped

    _, outcome = builders.elsewhere(finishes_and_holds, times_out)
    settle(later(hours=1))

    assert outcome == (1, 0)
    assert standing(instance) == ["chase"]
    assert now_of(called).status == "completed"
    assert Call.objects.get().status == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_many_sweeps_begin_once_and_come_back_once():
    other()
    instance = caller()

    builders.elsewhere(*[lambda: calls.settle_due(NOW) for _ in range(4)])
    settle()
    [called] = called_by(instance)
    complete(called, "b")
    builders.elsewhere(*[lambda: calls.settle_due(NOW) for _ in range(4)])
    settle()

    assert standing(instance) == ["after"]
    assert story(instance).count("call.begun") == story(instance).count("call.returned") == 1
    assert Activity.objects.filter(instance=instance, node_id="after").count() == 1
