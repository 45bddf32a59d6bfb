"""Chains of events over the API: said by administrators, read by managers."""

import pytest

from tests.api.programs import is_problem, signed_in
from tests.reviews import builders
from tests.workflows.builders import later
from tests.workflows.watched import expects, looked, published
from workflows.models import Anomaly, Expectation

pytestmark = pytest.mark.django_db
CHAIN = {
    "chain": "Settlement",
    "links": [
        {"after": "capture.end", "process": "confirmation", "within": "PT1H"},
        {"calls": "check", "by": "booking", "within": "PT5M"},
    ],
}


@pytest.fixture
def manager(alice):
    boss = builders.person("max")
    builders.queue_of(alice, manager=boss)
    return signed_in(boss)


@pytest.fixture
def anomaly(db):
    expects()
    published()
    looked(later(hours=1))
    return Anomaly.objects.get()


def test_a_chain_is_declared_and_listed(ada):
    caller = signed_in(ada)

    answers = [caller.post("chains", CHAIN).json() for _ in range(2)]

    assert answers[0] == answers[1]
    listed = caller.get("expectations").json()["results"]
    found = [(each["kind"], each["after"], each["within"]) for each in listed]
    assert found == [("answer", "booking", 300.0), ("reaction", "capture.end", 3600.0)]


@pytest.mark.parametrize("links", [[], [{}], [{"after": "a"}], ["x"], 3])
def test_a_chain_that_is_not_understood_changes_nothing(ada, links):
    answer = signed_in(ada).post("chains", {"chain": "x", "links": links})

    assert answer.status_code in (400, 422)
    assert not Expectation.objects.exists()


def test_nobody_but_administrators_says_what_is_expected(alice, manager, webshop):
    for somebody in (signed_in(alice), manager, webshop):
        is_problem(somebody.post("chains", CHAIN), 403)
        is_problem(somebody.get("expectations"), 403)

    assert not Expectation.objects.exists()


def test_a_manager_reads_what_did_not_follow_in_words_and_parts(manager, anomaly):
    [found] = manager.get("anomalies").json()["results"]

    assert (found["kind"], found["nested"], found["business_key"]) == ("never_began", False, "T-1")
    assert found["sentence"].startswith("confirmation never began")
    assert (found["origin"], found["reaction"]) == (None, None), "it may not be opened"


def test_an_administrator_is_led_to_the_instance(ada, anomaly):
    [found] = signed_in(ada).get("anomalies").json()["results"]

    assert found["origin"] == str(anomaly.source_id)


def test_others_learn_nothing_of_it(alice, webshop, anomaly):
    for somebody in (signed_in(alice), webshop):
        assert somebody.get("anomalies").json()["results"] == []
        is_problem(somebody.post(f"anomalies/{anomaly.pk}/dismiss"), 404)

    anomaly.refresh_from_db()
    assert anomaly.settled_at is None


def test_somebody_has_seen_to_it_once(manager, anomaly):
    assert manager.post(f"anomalies/{anomaly.pk}/dismiss").json()["outcome"] == "dismissed"

    is_problem(manager.post(f"anomalies/{anomaly.pk}/dismiss"), 409)
    assert manager.get("anomalies").json()["results"] == []
    assert len(manager.get("anomalies", state="settled").json()["results"]) == 1


@pytest.mark.parametrize("query", [{"state": "lost"}, {"after": "x"}, {"colour": "red"}])
def test_a_question_that_is_not_offered_is_refused(ada, query):
    is_problem(signed_in(ada).get("anomalies", **query), 400)
