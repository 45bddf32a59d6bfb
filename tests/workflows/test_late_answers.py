"""What came late is told by when it was due and when it came, not by what is there at a look."""

import pytest

from tests.workflows.builders import later
from tests.workflows.watched import (
    NOW,
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
)
from workflows import calls, expecting, observing, runtime
from workflows.models import Anomaly, ProcessInstance

pytestmark = pytest.mark.django_db


def test_an_answer_that_comes_late_between_two_looks_is_noticed_by_its_time():
    expects_answer()
    called()
    assert looked(later(minutes=59, seconds=55)) == []
    answered(later(hours=1, seconds=4))

    assert looked(later(hours=1, seconds=10)) == ["late"]

    anomaly = Anomaly.objects.get()
    assert (anomaly.outcome, anomaly.due_at) == ("came_late", later(hours=1))
    assert looked(later(hours=1, seconds=25)) == ["late"], "it is said once"


def test_an_answer_at_the_last_moment_is_in_time_whenever_somebody_looks():
    expects_answer()
    called()
    looked(later(minutes=59))
    answered(later(hours=1))

    assert looked(later(hours=3)) == []


def test_late_answers_of_hours_without_a_sweep_are_found_when_it_looks_again():
    expects_answer()
    called()
    looked(later(minutes=5))
    answered(later(hours=2))

    assert looked(later(hours=9)) == ["late"]


def test_late_answers_are_not_made_up_for_once_their_link_is_switched_on():
    link = expects_answer()
    called()
    expecting.switch(link.pk, on=False, by="user:ada", now=NOW)
    answered(later(hours=2))
    expecting.switch(link.pk, on=True, by="user:ada", now=later(hours=4))

    assert looked(later(hours=4)) == []


def test_more_late_answers_than_one_look_takes_are_all_found(monkeypatch):
    monkeypatch.setattr(observing, "BATCH", 2)
    expects_answer()
    for number in range(5):
        booking(f"B-{number}")
    calls.settle_due(NOW)
    looked(later(minutes=59))
    for each in ProcessInstance.objects.filter(definition__key="check"):
        finished(each, later(hours=1, seconds=1))
    calls.settle_due(later(hours=1, seconds=1))

    for sweep in range(4):
        looked(later(hours=1, seconds=9 + sweep))

    assert settled() == ["came_late"] * 5


def test_a_call_that_is_taken_back_after_its_time_did_not_get_its_answer():
    expects_answer()
    caller = booking()
    calls.settle_due(NOW)
    looked(later(minutes=59))
    runtime.cancel(instance_id=caller.pk, by="user:ada", reason="", now=later(hours=1, seconds=5))

    assert looked(later(hours=1, seconds=9)) == ["timed_out"]
    assert settled() == ["given_up"]


def test_a_reaction_that_comes_late_between_two_looks_is_noticed_by_its_time():
    expects()
    published()
    assert looked(later(minutes=59)) == []
    begun(at=later(hours=1, seconds=4))

    assert looked(later(hours=1, seconds=40)) == ["late"]
