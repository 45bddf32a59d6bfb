"""An observer tells what did not follow in a chain of events, and steers nothing."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import serializers
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.workflows.builders import NOW, later
from tests.workflows.mailed import deployed
from tests.workflows.watched import (
    CONFIRMED,
    REACTION,
    answered,
    begun,
    booking,
    called,
    expects,
    expects_answer,
    finished,
    looked,
    published,
    run,
    settled,
)
from workflows import calls, expecting, observing, publishing, runtime, timers
from workflows import models as rows
from workflows.models import Anomaly, Expectation, JournalEntry, ProcessInstance

pytestmark = pytest.mark.django_db
SOURCES = Path(observing.__file__).parent


def told(kind):
    return JournalEntry.objects.filter(kind=kind).count()


# --- downstream ---


def test_a_process_that_begins_in_time_leaves_nothing():
    expects()
    published()
    begun(at=later(minutes=59))

    assert looked(later(hours=2)) == []
    assert told("anomaly.noticed") == 0


def test_a_process_that_never_began_is_noticed_when_its_time_is_over():
    expects()
    source = published()

    assert looked(later(minutes=59)) == []
    assert looked(later(minutes=60)) == ["never_began"]

    anomaly = Anomaly.objects.get()
    assert (anomaly.source, anomaly.reaction, anomaly.key) == (source, None, "T-1")
    assert (anomaly.since, anomaly.due_at) == (NOW, later(hours=1))
    assert not anomaly.is_nested


def test_another_key_is_another_chain():
    expects()
    published("T-1")
    begun("T-2")

    assert looked(later(hours=1)) == ["never_began"]


def test_each_event_is_noticed_once_however_often_somebody_looks():
    expects()
    published("T-1")
    published("T-2", later(minutes=1))

    for minutes in (60, 61, 62, 600):
        looked(later(minutes=minutes))

    assert list(Anomaly.objects.order_by("key").values_list("key", flat=True)) == ["T-1", "T-2"]
    assert told("anomaly.noticed") == 2


def test_what_began_before_the_event_is_no_reaction_to_it():
    expects()
    begun(at=later(hours=-3))
    published()

    assert looked(later(hours=1)) == ["never_began"]


def test_an_event_that_comes_twice_is_one_fact():
    expects()
    published()
    begun(at=later(minutes=5))
    published(at=later(minutes=30))

    assert looked(later(hours=5)) == []


def test_a_process_that_began_late_is_said_to_be_late():
    expects()
    published()
    begun(at=later(minutes=61))

    assert looked(later(hours=3)) == ["late"]
    assert settled() == ["came_late"]


def test_an_anomaly_is_settled_when_the_process_begins_after_all():
    expects()
    published()
    looked(later(hours=1))
    late = begun(at=later(hours=2))

    looked(later(hours=2, minutes=1))

    anomaly = Anomaly.objects.get()
    assert (anomaly.kind, anomaly.outcome, anomaly.reaction) == ("never_began", "came_late", late)
    assert told("anomaly.settled") == 1


def test_a_process_that_began_and_does_not_finish_is_something_else():
    expects(publishes=CONFIRMED)
    published()
    instance = begun(at=later(minutes=1))

    assert looked(later(hours=1)) == ["unfinished"]
    assert Anomaly.objects.get().reaction == instance

    finished(instance, later(hours=2))
    looked(later(hours=2))
    assert settled() == ["came_late"]


def test_never_began_remembers_who_began_late_and_waits_for_the_event():
    expects(publishes=CONFIRMED)
    published()
    looked(later(hours=1))
    instance = begun(at=later(hours=2))

    looked(later(hours=2))
    assert (settled(), Anomaly.objects.get().reaction) == ([""], instance)

    finished(instance, later(hours=3))
    looked(later(hours=4))
    assert settled() == ["came_late"]


def test_an_event_in_time_is_all_that_is_wanted():
    expects(publishes=CONFIRMED)
    published()
    finished(begun(at=later(minutes=1)), later(minutes=10))

    assert looked(later(hours=1)) == []


def test_an_event_that_was_published_late_is_told_with_when():
    expects(publishes=CONFIRMED)
    published()
    finished(begun(at=later(minutes=1)), later(hours=2))

    assert looked(later(hours=3)) == ["late"]


def test_a_process_that_ended_otherwise_is_told_as_such():
    expects(publishes=CONFIRMED)
    published()
    instance = begun(at=later(minutes=1))
    runtime.cancel(instance_id=instance.pk, by="user:ada", reason="", now=later(minutes=2))

    assert looked(later(hours=1)) == ["otherwise"]
    assert settled() == ["otherwise"]


def test_a_process_without_a_business_key_cannot_be_followed():
    expects()
    published("")

    assert looked(later(hours=1)) == []


# --- nested ---


def test_a_call_that_gets_no_answer_is_not_a_process_that_never_began():
    expects_answer()
    caller = booking()
    calls.settle_due(NOW)

    assert looked(later(minutes=59)) == []
    assert looked(later(hours=1)) == ["no_answer"]

    anomaly = Anomaly.objects.get()
    called = ProcessInstance.objects.get(definition__key="check")
    assert (anomaly.source, anomaly.reaction, anomaly.key) == (caller, called, "B-1")
    assert anomaly.is_nested


def test_a_call_that_could_not_even_be_begun_is_without_an_answer_too():
    expects_answer()
    booking()

    assert looked(later(hours=1)) == ["no_answer"]
    assert Anomaly.objects.get().reaction is None


def test_an_answer_in_time_leaves_nothing():
    expects_answer()
    called()
    answered(later(minutes=5))

    assert looked(later(hours=9)) == []


def test_an_answer_that_comes_late_settles_it():
    expects_answer()
    called()
    looked(later(hours=1))
    answered(later(minutes=5), heard_at=later(hours=2))

    looked(later(hours=2))

    assert settled() == ["came_late"]


def test_a_call_whose_own_limit_ran_out_has_timed_out():
    expects_answer()
    caller = booking(limit="PT10M")
    calls.settle_due(NOW)
    timers.fire_due(later(minutes=10))

    assert looked(later(minutes=11)) == ["timed_out"]
    assert settled() == ["given_up"]
    assert Anomaly.objects.get().source == caller
    calls.settle_due(later(minutes=12))
    assert looked(later(hours=5)) == ["timed_out"]


def test_a_call_that_is_given_up_after_it_was_noticed_is_settled():
    expects_answer(timedelta(minutes=5))
    booking(limit="PT10M")
    calls.settle_due(NOW)
    assert looked(later(minutes=6)) == ["no_answer"]
    timers.fire_due(later(minutes=10))

    looked(later(minutes=11))

    assert settled() == ["given_up"]
    assert told("anomaly.settled") == 1


def test_a_caller_that_is_cancelled_by_somebody_did_not_wait_in_vain():
    expects_answer()
    caller = booking(limit="PT10M")
    calls.settle_due(NOW)
    runtime.cancel(instance_id=caller.pk, by="user:ada", reason="", now=later(minutes=1))

    assert looked(later(hours=5)) == []


def test_both_are_told_apart_side_by_side():
    expects()
    expects_answer()
    published()
    called()

    assert sorted(looked(later(hours=1))) == ["never_began", "no_answer"]


# --- it steers nothing ---

WATCHING = {"expectation", "anomaly", "journalentry"}


def everything():
    """All rows of processes, as they are."""
    models = [each for each in vars(rows).values() if hasattr(each, "_meta")]
    watched = [each for each in models if each._meta.model_name not in WATCHING]
    return {
        each._meta.model_name: serializers.serialize("json", each.objects.order_by("pk"))
        for each in watched
    }


def test_no_row_of_a_process_changes_because_somebody_watches():
    expects()
    expects(publishes=CONFIRMED)
    expects_answer(timedelta(minutes=5))
    published("T-1")
    published("T-2")
    begun("T-2", later(minutes=1))
    booking(limit="PT10M")
    calls.settle_due(NOW)
    before = everything()

    assert sorted(looked(later(hours=2))) == [
        "never_began", "never_began", "no_answer", "unfinished",
    ]  # fmt: skip

    assert everything() == before


def test_processes_run_the_same_with_and_without_an_observer():
    def course(watched):
        if watched:
            expects(publishes=CONFIRMED)
            expects_answer(timedelta(minutes=5))
        published("T-1")
        instance, caller = begun("T-1", later(minutes=1)), booking(limit="PT10M")
        calls.settle_due(NOW)
        for minutes in (5, 10, 70):
            timers.fire_due(later(minutes=minutes))
            calls.settle_due(later(minutes=minutes))
            observing.look(later(minutes=minutes))
        finished(instance, later(minutes=80))
        observing.look(later(minutes=90))
        return [
            (each.definition.key, each.status, each.variables, each.chain_length, each.resting)
            for each in ProcessInstance.objects.select_related("definition").order_by("id")
        ] + list(JournalEntry.objects.filter(chain=caller.pk).values_list("kind", flat=True))

    with transaction.atomic():
        unwatched = course(watched=False)
        transaction.set_rollback(True)

    assert course(watched=True) == unwatched
    assert Anomaly.objects.count() == 2


def test_the_observer_knows_no_operation_that_moves_a_process():
    steering = {"runtime", "advancing", "handover", "intake", "correlation", "signals", "timers",
                "jobs", "calls", "incidents", "cancelling", "effects"}  # fmt: skip

    for name in ("observing", "links", "chains"):
        tree = ast.parse((SOURCES / f"{name}.py").read_text())
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert not imported & steering, name


# --- sweeping ---


def test_looking_when_nothing_is_due_takes_two_statements(django_assert_max_num_queries):
    expects()
    published()
    looked(later(minutes=1))

    with django_assert_max_num_queries(4):  # two of them open and close a savepoint
        observing.look(later(minutes=1))


def test_many_events_take_as_many_statements_as_one():
    expects()
    for number in range(20):
        published(f"T-{number}")
        begun(f"T-{number}")

    with CaptureQueriesContext(connection) as asked:
        assert looked(later(hours=1)) == []

    assert len(asked) <= 14, [each["sql"][:100] for each in asked]


def test_a_long_backlog_is_looked_through_in_several_sweeps(monkeypatch):
    monkeypatch.setattr(observing, "BATCH", 2)
    expects()
    for number in range(5):
        published(f"T-{number}")

    seen = [len(looked(later(hours=1))) for _ in range(4)]

    assert seen == [2, 4, 5, 5]


def test_an_event_without_a_place_in_the_feed_is_not_passed_by():
    expects()
    deployed("start -> end", key="capture")
    run("capture", "T-1")
    assert looked(later(hours=1)) == []

    publishing.fan_out_due(later(hours=1))
    assert looked(later(hours=2)) == ["never_began"]


def test_a_link_that_fails_holds_up_no_other(monkeypatch):
    expects()
    broken = expects(publishes=CONFIRMED)
    published()
    sound = observing.links_of

    def stumbles(expectation, events, *, now):
        if expectation.pk == broken.pk:
            raise ZeroDivisionError
        return sound(expectation, events, now=now)

    monkeypatch.setattr(observing, "links_of", stumbles)

    assert looked(later(hours=1)) == ["never_began"]
    monkeypatch.undo()
    assert looked(later(hours=1, minutes=2)) == ["never_began", "never_began"]


def test_the_past_is_not_looked_at():
    published("T-1")
    expects()
    published("T-2")

    looked(later(hours=1))

    assert Anomaly.objects.get().key == "T-2"


def test_what_is_switched_off_is_not_watched_and_nothing_is_made_up_for():
    link = expects()
    expecting.switch(link.pk, on=False, by="user:ada", now=NOW)
    published("T-1")
    assert looked(later(hours=1)) == []

    expecting.switch(link.pk, on=True, by="user:ada", now=later(hours=1))
    published("T-2", later(hours=1))

    looked(later(hours=3))
    assert Anomaly.objects.get().key == "T-2"


def test_the_database_holds_one_anomaly_for_an_event():
    expects()
    published()
    looked(later(hours=1))
    twin = Anomaly.objects.get()
    twin.pk = None
    twin._state.adding = True

    with pytest.raises(IntegrityError, match="anomaly_once_per_event"), transaction.atomic():
        twin.save()


def test_a_deployed_process_that_nobody_started_is_no_reaction():
    expects()
    deployed(*REACTION, key="confirmation")
    published()

    assert looked(later(hours=1)) == ["never_began"]
    assert Expectation.objects.get().seen_position > 0
