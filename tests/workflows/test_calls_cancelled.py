"""Whoever gives up on one of two processes that call one another gives up on what hangs on it."""

import threading

import pytest
from django.db import transaction

from tests.workflows import builders
from tests.workflows.bpmn.sketch import call, on
from tests.workflows.builders import NOW, complete, later, now_of, standing, story
from tests.workflows.called import called_by, caller, deploy, other, settle
from workflows import calls, incidents, journal, runtime
from workflows.models import Activity, Call, CallReport, Incident, ProcessInstance

pytestmark = pytest.mark.django_db


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
