"""An observer steers nothing, and looks at little."""

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
    begun,
    booking,
    expects,
    expects_answer,
    finished,
    looked,
    published,
    run,
)
from workflows import calls, expecting, observing, publishing, timers
from workflows import models as rows
from workflows.models import Anomaly, Expectation, JournalEntry, ProcessInstance

pytestmark = pytest.mark.django_db


# --- it steers nothing ---

SOURCES = Path(observing.__file__).parent
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
