"""Decisions, as programs ask them."""

import pytest

from tests.api.programs import is_problem, signed_in
from tests.workflows import decided
from workflows.models import JournalEntry

pytestmark = pytest.mark.django_db

ASK = "decisions/limits/evaluate"
RICH = {"Income": 60_000, "Risk": "low"}


def test_a_program_asks_and_learns_the_answer_and_why(webshop):
    version = decided.published()

    answer = webshop.post(ASK, {"inputs": RICH})

    assert answer.status_code == 200
    said = answer.json()
    assert (said["key"], said["version"], said["value"]) == ("limits", 1, 10_000)
    assert said["sha256"] == version.digest
    assert said["errors"] == []
    assert said["trace"]


def test_asking_leaves_nothing_behind(webshop):
    decided.published()
    before = JournalEntry.objects.count()

    webshop.post(ASK, {"inputs": RICH})

    assert JournalEntry.objects.count() == before


def test_an_older_version_and_another_decision_can_be_asked(webshop):
    decided.published()
    decided.published(decided.model([("-", "-", "1")]))

    old = webshop.post(ASK, {"inputs": RICH, "version": 1, "decision": "offer"}).json()
    new = webshop.post(ASK, {"inputs": RICH}).json()

    assert (old["version"], old["value"]) == (1, "yes")
    assert (new["version"], new["value"]) == (2, 1)


def test_what_cannot_be_evaluated_is_null_and_said(webshop):
    decided.published()

    said = webshop.post(ASK, {"inputs": {"Income": "a lot", "Risk": "low"}}).json()

    assert said["errors"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"inputs": []}, 400),
        ({"inputs": RICH, "version": 0}, 400),
        ({"inputs": RICH, "version": "1"}, 400),
        ({"inputs": RICH, "other": 1}, 400),
        ({"inputs": RICH, "version": 2}, 404),
        ({"inputs": RICH, "version": 2**31}, 400),
        ({"inputs": RICH, "decision": "no-such"}, 422),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(webshop, body, status):
    decided.published()

    is_problem(webshop.post(ASK, body), status)


def test_an_evaluation_that_takes_too_much_is_refused(webshop):
    endless = "count(for a in 1..9999 return for b in 1..9999 return b)"
    decided.published(decided.model([("-", "-", endless)]))

    is_problem(webshop.post(ASK, {"inputs": RICH}), 422)


def test_a_decision_that_is_not_there_is_not_found(webshop):
    is_problem(webshop.post("decisions/nothing/evaluate", {}), 404, "not-found")
    is_problem(webshop.get("decisions/nothing"), 404, "not-found")
    is_problem(webshop.get("decisions/nothing/versions/1"), 404, "not-found")
    is_problem(webshop.get(f"decisions/nothing/versions/{10**30}/xml"), 404, "not-found")


def test_decisions_are_listed_page_by_page(webshop):
    for key in ("b", "a", "c"):
        decided.published(key=key)
    decided.published(decided.model()[:-1], key="b")

    first = webshop.get("decisions", page_size=2).json()
    second = webshop.get("decisions", page_size=2, after=first["next"]).json()

    listed = [(each["key"], each["version"]) for each in first["results"] + second["results"]]
    assert listed == [("a", 1), ("b", 2), ("c", 1)]
    assert second["next"] == ""


def test_a_version_says_who_agreed_and_gives_its_file(webshop):
    version = decided.published()

    said = webshop.get("decisions/limits/versions/1").json()
    file = webshop.get("decisions/limits/versions/1/xml")

    assert (said["proposed_by"], said["signed_by"]) == ("user:ada", "user:bob")
    assert said["sha256"] == version.digest
    assert file.content == decided.model()
    assert file.headers["Content-Type"] == "application/xml"
    assert file.headers["Content-Disposition"] == 'attachment; filename="limits.v1.dmn"'
    assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_rules_are_not_for_everybody(alice, ada):
    decided.published()

    is_problem(signed_in(alice).post(ASK, {"inputs": RICH}), 403, "not-allowed")
    is_problem(signed_in(alice).get("decisions"), 403, "not-allowed")
    assert signed_in(ada).get("decisions").status_code == 200
