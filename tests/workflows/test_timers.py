"""Timers fire once, in their order, however many sweeps look at them."""

import os
import subprocess
import sys
import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.workflows import builders
from tests.workflows.bpmn import sketch
from tests.workflows.builders import NOW, complete, later, now_of, standing, story, timer_at
from workflows import definitions, incidents, journal, runtime, timers
from workflows.models import Incident, JournalEntry, ProcessInstance, Timer

WAIT = ("start -> wait", "wait -> check", "check -> end")
LATE = ("start -> check", "late_check -> chase", "check -> end", "chase -> end")
REMIND = ("start -> check", "remind_check -> chase", "check -> end", "chase -> end")


@pytest.mark.django_db
def test_a_timer_fires_when_it_is_due_and_not_before():
    instance = builders.started(*WAIT)

    assert timers.fire_due(later(minutes=59)) == 0
    assert timers.fire_due(later(minutes=60)) == 1
    assert timers.fire_due(later(minutes=61)) == 0

    assert standing(instance) == ["check"]
    assert story(instance) == ["process.started", "timer.set", "timer.fired"]


@pytest.mark.django_db
def test_finishing_in_time_calls_the_timer_off():
    instance = builders.started(*LATE)

    complete(instance, "check")

    assert timer_at(instance, "late_check").status == "cancelled"
    assert timers.fire_due(later(hours=2)) == 0
    assert now_of(instance).status == "completed"


@pytest.mark.django_db
def test_a_reminder_leaves_the_step_where_it_is(people):
    instance = builders.started(*REMIND)

    assert timers.fire_due(later(hours=1)) == 1

    assert standing(instance) == ["chase", "check"]
    assert now_of(instance).live_tokens == 2
    assert people.cancelled == []
    assert journal.verifies(now_of(instance))


@pytest.mark.django_db
def test_a_cycle_repeats_as_often_as_it_says():
    instance = builders.started(*REMIND, timer="R3/PT10M")

    fired = [timers.fire_due(later(minutes=minutes)) for minutes in range(0, 60, 5)]

    assert fired == [0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0]
    assert standing(instance) == ["chase", "chase", "chase", "check"]


@pytest.mark.parametrize("arrows", [LATE, WAIT])
@pytest.mark.django_db
def test_a_timer_that_takes_over_fires_once_though_it_repeats(arrows):
    builders.started(*arrows, timer="R3/PT10M")

    fired = [timers.fire_due(later(minutes=minutes)) for minutes in range(0, 60, 5)]

    assert fired == [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]


@pytest.mark.django_db
def test_a_cycle_without_end_stops_with_its_step():
    instance = builders.started(*REMIND, timer="R/PT10M")
    for minutes in (10, 20, 30):
        assert timers.fire_due(later(minutes=minutes)) == 1

    complete(instance, "check")

    assert timers.fire_due(later(days=1)) == 0
    assert Timer.objects.filter(status="pending").count() == 0


@pytest.mark.parametrize(("seen_after", "fires"), [(9, 0), (10, 1), (19, 1), (20, 1), (59, 1)])
@pytest.mark.django_db
def test_a_cycle_that_nobody_looked_at_fires_once(seen_after, fires):
    builders.started(*REMIND, timer="R/PT10M")

    assert timers.fire_due(later(minutes=seen_after)) == fires
    assert timers.fire_due(later(minutes=seen_after)) == 0


@pytest.mark.parametrize(
    ("looks", "fires"),
    [([10, 20, 30, 40], 3), ([11, 22, 33, 44], 3), ([25, 30, 40], 2), ([35, 40, 50], 1),
     ([60, 70, 80], 1)],
)  # fmt: skip
@pytest.mark.django_db
def test_moments_of_a_cycle_that_nobody_saw_are_not_made_up_and_count(looks, fires):
    instance = builders.started(*REMIND, timer="R3/PT10M")

    assert sum(timers.fire_due(later(minutes=minutes)) for minutes in looks) == fires
    assert standing(instance) == ["chase"] * fires + ["check"]
    assert not Timer.objects.filter(status="pending").exists()


@pytest.mark.django_db
def test_a_cycle_of_months_follows_the_calendar():
    builders.started(*REMIND, timer="R/P1M")

    moments = []
    for _ in range(3):
        [timer] = Timer.objects.filter(status="pending")
        moments.append(timer.due_at.date().isoformat())
        timers.fire_due(timer.due_at)

    assert moments == ["2026-04-02", "2026-05-02", "2026-06-02"]


@pytest.mark.django_db
def test_cron_goes_on_after_what_was_missed():
    builders.started(*REMIND, timer="R/PT10M")
    Timer.objects.update(cron="0 0 8 * * MON-FRI", period=None)

    assert timers.fire_due(later(days=4)) == 1

    [timer] = Timer.objects.filter(status="pending")
    assert timer.due_at.isoformat() == "2026-03-09T08:00:00+00:00"


@pytest.mark.django_db
def test_the_longest_overdue_fires_first():
    definitions = [builders.deployed(*WAIT, timer=f"PT{hours}H") for hours in (3, 1, 2)]
    instances = [builders.start(definition) for definition in definitions]

    assert timers.fire_due(later(hours=5), at_most=1) == 1
    assert [standing(instance) for instance in instances] == [["wait"], ["check"], ["wait"]]


@pytest.mark.django_db
def test_after_an_hour_of_silence_each_timer_fires_once_and_in_its_order():
    """Two instances, each with reminders that were due in another order than they were set."""
    due = (40, 10, 50, 20, 30)
    made = {f"r{minutes}": sketch.on("work", "timer", stays=True) for minutes in due}
    arrows = ("start -> work -> end", *(f"{name} -> after_{name} -> end" for name in made))
    source = sketch.xml(*arrows, work=sketch.task(), **made)
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    instances = [builders.start(definition) for _ in range(2)]
    for timer in Timer.objects.all():
        minutes = int(timer.node_id[1:])
        Timer.objects.filter(pk=timer.pk).update(due_at=later(minutes=minutes))

    assert timers.fire_due(later(hours=1)) == 10
    assert timers.fire_due(later(hours=1)) == 0

    for instance in instances:
        said = JournalEntry.objects.filter(chain=instance.pk, kind="timer.fired")
        nodes = [each.detail["node"] for each in said.order_by("sequence")]
        assert nodes == ["r10", "r20", "r30", "r40", "r50"]
        assert journal.verifies(now_of(instance))


@pytest.mark.django_db
def test_many_instances_cost_as_many_statements_as_two():
    counts = []
    for many in (2, 20):
        definition = builders.deployed("start -> wait", "wait -> end")
        for _ in range(many):
            builders.start(definition)
        with CaptureQueriesContext(connection) as seen:
            assert timers.fire_due(later(hours=1)) == many
        counts.append(len(seen))

    assert counts[0] == counts[1]
    assert not ProcessInstance.objects.filter(status="running").exists()


@pytest.mark.django_db
def test_a_time_that_cannot_be_told_is_an_incident_until_it_can():
    instance = builders.started(*WAIT, timer="=pause", variables={"pause": "soon"})
    incident = Incident.objects.get()
    assert (incident.kind, standing(instance)) == ("timer", ["wait"])

    instance.variables = {"pause": "PT5M"}
    instance.save(update_fields=["variables"])
    incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)

    assert timers.fire_due(later(minutes=5)) == 1
    assert standing(instance) == ["check"]


@pytest.mark.django_db
def test_one_timer_that_cannot_fire_holds_up_no_other(monkeypatch):
    broken, sound = builders.started(*WAIT), builders.started(*WAIT)
    happens = timers._happening

    def stumbles(instance, timer):
        if instance.pk == broken.pk:
            raise ZeroDivisionError
        return happens(instance, timer)

    monkeypatch.setattr(timers, "_happening", stumbles)

    assert timers.fire_due(later(hours=1)) == 1
    assert standing(sound) == ["check"]
    assert Incident.objects.get().instance_id == broken.pk
    assert timers.fire_due(later(hours=2)) == 0


# --- races, forced ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_instance_that_somebody_works_on_holds_up_no_sweep():
    busy, free = builders.started(*WAIT), builders.started(*WAIT)

    with transaction.atomic():
        runtime.hold(busy.pk)
        [fired] = builders.elsewhere(lambda: timers.fire_due(later(hours=1)))

    assert fired == 1
    assert standing(free) == ["check"]
    assert timers.fire_due(later(hours=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_timer_that_another_sweep_has_fired_does_not_fire_again():
    instance = builders.started(*WAIT)
    timer = timer_at(instance, "wait")

    fired = builders.elsewhere(
        *[lambda: timers.fire(timer.pk, instance.pk, now=later(hours=1)) for _ in range(4)]
    )

    assert fired.count(True) == 1
    assert story(instance).count("timer.fired") == 1


# A sweep with a helper, which is forked before the process that it helps talks to the database.
HELPED = """
import os, signal, sys
from datetime import datetime
import django
django.setup()
from workflows import timers
timers.TOGETHER = 3
with timers.helped():
    [helper] = timers._helpers
    if "killed" in sys.argv:
        os.kill(helper.pid, signal.SIGKILL)
    fired = [timers.fire_due(datetime.fromisoformat(moment)) for moment in sys.argv[1].split()]
    print(*fired, end=" ")
print(helper.is_alive)
"""


def swept(*moments, how="helped"):
    """What such a sweep says: how many fired each time, and whether its helper is still there."""
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    asked = [
        sys.executable,
        "-W",
        "error",
        "-c",
        HELPED,
        " ".join(each.isoformat() for each in moments),
        how,
    ]
    done = subprocess.run(
        asked,
        env={**os.environ, "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.django_db(transaction=True)
def test_when_many_are_due_a_helper_takes_its_share_and_each_fires_once():
    twice = [builders.started(*REMIND, timer="R2/PT10M") for _ in range(12)]

    said = swept(later(minutes=10), later(minutes=60))

    assert said == ["12", "12", "False"]
    for instance in twice:
        assert story(instance).count("timer.fired") == 2
        assert journal.verifies(now_of(instance))


@pytest.mark.django_db(transaction=True)
def test_a_helper_that_was_killed_is_done_without():
    waiting = [builders.started(*WAIT) for _ in range(8)]

    fired = swept(later(hours=1), later(hours=2), how="killed")

    assert sum(map(int, fired[:2])) == 8
    assert all(standing(instance) == ["check"] for instance in waiting)


@pytest.mark.django_db(transaction=True)
def test_b54_finishing_a_step_that_the_timer_is_just_taking_is_refused():
    instance = builders.started(*LATE)
    waiting, may_commit = threading.Event(), threading.Event()

    def fires_and_holds():
        with transaction.atomic():
            assert timers.fire_due(later(hours=1)) == 1
            waiting.set()
            assert may_commit.wait(5)

    def finishes():
        assert waiting.wait(5)
        threading.Timer(0.3, may_commit.set).start()
        complete(instance, "check", outcome="approve")

    _, refusal = builders.elsewhere(fires_and_holds, finishes)

    assert isinstance(refusal, runtime.AlreadyDone)
    assert standing(instance) == ["chase"]
    assert now_of(instance).variables == {}
