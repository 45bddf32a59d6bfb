"""An observer tells what did not follow in a chain of events, downstream or in a call."""

from datetime import timedelta

import pytest

from tests.workflows.builders import NOW, later
from tests.workflows.watched import (
    CONFIRMED,
    answered,
    begun,
    booking,
    called,
    expects,
    expects_answer,
    finished,
    looked,
    published,
    settled,
    told,
)
from workflows import calls, runtime, timers
from workflows.models import Anomaly, ProcessInstance

pytestmark = pytest.mark.django_db


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
