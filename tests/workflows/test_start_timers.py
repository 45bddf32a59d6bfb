"""Processes that start by themselves: once for each moment, and by the version in force alone."""

import threading

import pytest
from django.db import transaction

from tests.workflows import builders, drawn
from tests.workflows.builders import NOW, later
from workflows import definitions, runtime, start_timers
from workflows.models import ProcessInstance, StartTimer
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db


def deploy(said, *, at=NOW, name="wake"):
    """A process that this timer starts; other names of its step make other versions."""
    inside = (
        f'<startEvent id="begin"><timerEventDefinition>{said}</timerEventDefinition></startEvent>'
        f'<userTask id="{name}" name="{name}"><extensionElements><c:review kind="any"/>'
        f'</extensionElements></userTask><endEvent id="end"/>'
        f'<sequenceFlow id="f1" sourceRef="begin" targetRef="{name}"/>'
        f'<sequenceFlow id="f2" sourceRef="{name}" targetRef="end"/>'
    )
    [definition] = definitions.deploy(source=drawn.model(inside), by="user:ada", now=at)
    return definition


def cycle(text):
    return f"<timeCycle>{text}</timeCycle>"


@pytest.mark.parametrize(
    "said",
    ["<timeDuration>PT1H</timeDuration>", "<timeDate>2026-03-02T11:00:00+01:00</timeDate>"],
)
def test_a_moment_starts_one_instance_once(said):
    definition = deploy(said)

    fired = [start_timers.fire_due(later(minutes=minutes)) for minutes in (59, 60, 61, 600)]

    assert fired == [0, 1, 0, 0]
    instance = ProcessInstance.objects.get()
    assert (instance.definition, builders.standing(instance)) == (definition, ["wake"])
    assert StartTimer.objects.get().status == "fired"


def test_a_cycle_starts_as_often_as_it_says_and_makes_up_for_nothing():
    deploy(cycle("R3/PT10M"))

    fired = [start_timers.fire_due(later(minutes=minutes)) for minutes in (10, 35, 36, 40, 50, 60)]

    assert fired == [1, 1, 0, 0, 0, 0], "30 minutes had passed as well when somebody looked"
    assert StartTimer.objects.get().fired == 2


def test_cron_starts_at_the_times_that_it_names():
    deploy(cycle("0 30 8 ? * MON-FRI"))

    fired = [start_timers.fire_due(later(days=days)) for days in (0, 1, 2, 4.9, 5, 6)]

    assert fired == [0, 1, 1, 1, 0, 0], "Saturday and Sunday are no working days"
    assert StartTimer.objects.get().due_at.weekday() == 0


def test_a_newer_version_takes_over_and_the_same_file_changes_nothing():
    deploy(cycle("R/PT1H"))
    deploy(cycle("R/PT1H"), at=later(minutes=30))
    assert StartTimer.objects.get().due_at == later(hours=1)

    newer = deploy(cycle("R/PT1H"), at=later(minutes=30), name="rise")

    assert start_timers.fire_due(later(hours=1)) == 0
    assert start_timers.fire_due(later(minutes=90)) == 1
    assert ProcessInstance.objects.get().definition == newer
    assert sorted(StartTimer.objects.values_list("status", flat=True)) == ["cancelled", "pending"]


def test_a_newer_version_without_a_timer_starts_nothing():
    deploy(cycle("R/PT1H"))

    builders.deployed("start -> a", "a -> end")

    assert start_timers.fire_due(later(days=1)) == 0


def test_a_moment_that_cannot_be_told_is_refused_with_its_element():
    with pytest.raises(NotValid) as refused:
        deploy("<timeDuration>=pause</timeDuration>")

    assert [each["element"] for each in refused.value.findings] == ["begin"]
    assert not StartTimer.objects.exists()


def test_a_start_that_fails_is_tried_again_later(monkeypatch):
    deploy("<timeDuration>PT1H</timeDuration>")
    start = runtime.start
    monkeypatch.setattr(runtime, "start", lambda **_said: 1 / 0)
    assert start_timers.fire_due(later(hours=1)) == 0
    assert "ZeroDivisionError" in StartTimer.objects.get().last_error

    monkeypatch.setattr(runtime, "start", start)

    assert start_timers.fire_due(later(hours=1, seconds=1)) == 0
    assert start_timers.fire_due(later(hours=1, seconds=2)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_sweeps_start_one_instance():
    deploy(cycle("R/PT1H"))
    timer = StartTimer.objects.get()

    started = builders.elsewhere(
        *[lambda: start_timers.fire(timer.pk, now=later(hours=1)) for _ in range(4)]
    )

    assert sum(isinstance(each, ProcessInstance) for each in started) == 1
    assert ProcessInstance.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_version_that_is_replaced_while_it_fires_starts_nothing_afterwards():
    deploy(cycle("R/PT1H"))
    firing, may_commit = threading.Event(), threading.Event()

    def fires_and_holds():
        with transaction.atomic():
            assert start_timers.fire_due(later(hours=1)) == 1
            firing.set()
            assert may_commit.wait(5)

    def replaces():
        assert firing.wait(5)
        threading.Timer(0.3, may_commit.set).start()
        return deploy(cycle("R/PT3H"), at=later(hours=1), name="rise")

    _, newer = builders.elsewhere(fires_and_holds, replaces)

    assert start_timers.fire_due(later(hours=3)) == 0
    assert start_timers.fire_due(later(hours=4)) == 1
    assert ProcessInstance.objects.latest("id").definition == newer
