import pytest
from django.db import connection

from reviews import audit
from tests.reviews import builders
from tests.reviews.builders import BLOCKED, DUAL, NOW, SINGLE
from workflows.models import JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loans(alice, bob):
    builders.grid()
    return builders.queue_of(alice, bob, builders.person("carol"))


def story(review):
    return list(JournalEntry.objects.filter(chain=review.instance_id).order_by("sequence"))


def forged(review, change):
    """The story as somebody would like it to read; `change` sees one entry after the other."""
    return audit.violations(entry for entry in story(review) if change(entry) is not False)


def dual(alice, bob):
    review = builders.question(DUAL)
    builders.sign(alice, review)
    builders.sign(bob, review)
    return review


def test_an_honest_story_breaks_nothing(alice, bob):
    review = dual(alice, bob)

    assert audit.four_eyes_violations(review.instance) == []
    builders.refresh(review.instance)
    assert audit.is_intact(review.instance)
    assert audit.broken_chains([review.instance]) == []


def test_automatic_and_single_ones_break_nothing(alice):
    single = builders.question(SINGLE)
    builders.sign(alice, single)

    for review in (builders.question(500, confidence=0.95), single, builders.question(BLOCKED)):
        assert audit.four_eyes_violations(review.instance) == []


def test_a_missing_signature_shows(alice, bob):
    review = dual(alice, bob)
    names = [str(alice.person_id)]

    found = forged(review, lambda entry: entry.detail.get("person") not in names)

    assert found == [f"Review {review.pk} was executed with 1 of the 2 signatures that it needs."]


def test_two_signatures_of_one_person_are_one(alice, bob):
    review = dual(alice, bob)

    def same(entry):
        if entry.kind == "decision.signed":
            entry.detail["person"] = str(alice.person_id)

    assert "1 of the 2" in forged(review, same)[0]


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("decision.signed", "content_hash", "0" * 64),
        ("decision.signed", "version", 2),
        ("decision.signed", "outcome", "reject"),
        ("decision.signed", "is_active", False),
        ("decision.signed", "is_entitled", False),
        ("review.executed", "content_hash", "0" * 64),
        ("review.opened", "signatures_needed", 1),
    ],
)
def test_what_does_not_fit_together_shows(alice, bob, kind, field, value):
    review = dual(alice, bob)

    def changed(entry):
        if entry.kind == kind:
            entry.detail[field] = value

    assert forged(review, changed)


@pytest.mark.parametrize("part", ["requester_person", "beneficiary_person"])
def test_who_has_a_part_in_it_does_not_count(alice, bob, part):
    review = dual(alice, bob)

    def own(entry):
        if entry.kind == "review.opened":
            entry.detail[part] = str(alice.person_id)

    assert "1 of the 2" in forged(review, own)[0]


def test_an_execution_without_an_opening_shows(alice, bob):
    review = dual(alice, bob)

    assert "never opened" in forged(review, lambda entry: entry.kind != "review.opened")[0]


def test_an_execution_of_what_is_stopped_shows(alice, bob):
    review = dual(alice, bob)

    def stopped(entry):
        if entry.kind == "review.opened":
            entry.detail["disposition"] = "block"

    assert "while it was stopped" in forged(review, stopped)[0]


def test_an_automatic_execution_that_nobody_decided_shows():
    review = builders.question(500, confidence=0.95)

    assert "nobody decided" in forged(review, lambda entry: entry.kind != "decision.automatic")[0]


def test_a_second_execution_shows(alice, bob):
    review = dual(alice, bob)
    entries = story(review)
    executed = [entry for entry in entries if entry.kind == "review.executed"]

    assert "executed 2 times" in audit.violations([*entries, *executed])[0]


def test_a32_a_journal_changed_past_the_triggers_shows(alice, bob):
    review = dual(alice, bob)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE workflows_journalentry SET actor = 'user:mallory'"
            " WHERE kind = 'decision.signed'"
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    builders.refresh(review.instance)
    assert not audit.is_intact(review.instance)
    assert audit.broken_chains([review.instance]) == [review.instance_id]


def test_an_edit_asks_for_signatures_of_the_new_content(alice, bob):
    review = builders.question(SINGLE)
    builders.show(alice, review).edit(amount=4_000)
    builders.sign(bob, review, now=NOW)

    assert audit.four_eyes_violations(review.instance) == []
    editor_signs = str(alice.person_id)

    def by_editor(entry):
        if entry.kind == "decision.signed":
            entry.detail["person"] = editor_signs

    assert "0 of the 1" in forged(review, by_editor)[0]
