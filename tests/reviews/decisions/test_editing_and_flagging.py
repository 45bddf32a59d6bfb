"""Other values become a new version, and a manager looks at what is flagged."""

import pytest

from queues.models import Exclusion, Notice, WorkItem
from reviews import answers, decisions
from reviews.models import Flag, Review
from tests.reviews import builders
from tests.reviews.builders import DUAL, NOW, SINGLE, after, nothing_happened
from workflows.refusals import NotAllowed, NotValid, OutOfDate, Refusal

pytestmark = pytest.mark.django_db


# --- editing ---


def test_an_edit_is_a_new_version_that_somebody_else_signs(alice, bob):
    review = builders.question(SINGLE)

    builders.show(alice, review).edit(amount=4_000)

    builders.refresh(review)
    assert (review.version, review.payload["amount"]) == (2, 4_000)
    assert review.original_payload["amount"] == SINGLE
    with pytest.raises(Refusal):
        builders.show(alice, review)
    builders.sign(bob, review)
    builders.refresh(review.instance)
    assert review.instance.variables["application"]["amount"] == 4_000


def test_a16_an_edit_voids_earlier_signatures(alice, bob, carol):
    review = builders.question(DUAL)
    builders.sign(alice, review)

    builders.show(bob, review).edit(amount=150_000)
    builders.refresh(review)
    builders.sign(alice, review)
    assert review.status == Review.Status.OPEN
    builders.sign(carol, review)

    assert review.status == Review.Status.EXECUTED


def test_an_edit_that_raises_the_impact_asks_for_more_people(alice):
    review = builders.question(SINGLE)

    builders.show(alice, review).edit(amount=DUAL)

    builders.refresh(review)
    assert (review.signatures_needed, review.impact) == (2, DUAL)


def test_an_edit_that_lowers_the_impact_does_not_ask_for_fewer(alice):
    review = builders.question(DUAL)

    builders.show(alice, review).edit(amount=10)

    builders.refresh(review)
    assert review.signatures_needed == 2


@pytest.mark.parametrize(
    "edits",
    [
        {},
        {"amount": SINGLE},
        {"amount": "4000"},
        {"amount": float("nan")},
        {"amount": True},
        {"approved_by": "bob"},
        {"applicant": 5},
        {"applicant": "x" * 10_001},
    ],
)
def test_a19_only_fields_that_are_there_are_changed_and_keep_their_kind(alice, edits):
    review = builders.question(SINGLE)

    with pytest.raises(NotValid):
        builders.show(alice, review).edit(**edits)

    assert nothing_happened(review)
    assert review.version == 1


def test_the_process_says_which_fields_may_be_changed(alice):
    review = builders.question(SINGLE, editable="[&quot;amount&quot;]")

    with pytest.raises(NotValid, match="cannot be changed here"):
        builders.show(alice, review).edit(applicant="Somebody else")
    builders.show(alice, review).edit(amount=4_000)

    builders.refresh(review)
    assert review.payload == {"applicant": "Rosa", "amount": 4_000, "requested_by": "branch-7"}


def test_values_do_not_go_to_and_fro_for_ever(alice, bob, monkeypatch):
    monkeypatch.setattr("reviews.editing.MOST_VERSIONS", 2)
    review = builders.question(SINGLE)
    builders.show(alice, review).edit(amount=4_000)
    builders.refresh(review)

    with pytest.raises(NotValid, match="Decide on it as it is"):
        builders.show(bob, review).edit(amount=4_500)


def test_b56_sending_the_same_edit_twice_is_one_version(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    assert shown.edit(amount=4_000) == shown.edit(amount=4_000)

    builders.refresh(review)
    assert review.version == 2


# --- flagging ---


def test_a_flag_tells_the_managers_and_passes_the_item_on(alice, bob, max_):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    decisions.flag(
        item_id=shown.item.pk, by=alice, epoch=shown.lease.epoch, text="Looks forged.", now=NOW
    )

    assert Flag.objects.get().text == "Looks forged."
    assert "Looks forged." in Notice.objects.get(user=max_).text
    builders.refresh(shown.item)
    assert shown.item.status == WorkItem.Status.READY
    with pytest.raises(Refusal):
        builders.show(alice, review)
    builders.sign(bob, review)


def test_a_flag_needs_words_and_a_lease(alice, bob):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)
    said = {"item_id": shown.item.pk, "epoch": shown.lease.epoch, "now": NOW}

    with pytest.raises(NotValid):
        decisions.flag(by=alice, text=" \0", **said)
    with pytest.raises(OutOfDate):
        decisions.flag(by=bob, text="Hm.", **said)

    assert not Flag.objects.exists()


def test_an_item_that_does_not_exist_is_refused(alice):
    with pytest.raises(NotValid):
        decisions.flag(item_id=alice.person_id, by=alice, epoch=1, text="?", now=NOW)


def test_exclusions_of_a_signature_go_away_with_it(alice):
    alice.undo_for = 10
    alice.save()
    review = builders.question(DUAL, mode="blind")
    first, _ = builders.open_items(review)
    decision = builders.show(alice, review, item=first).decide()
    assert Exclusion.objects.filter(person=alice.person).count() == 1

    decisions.undo(decision_id=decision.pk, by=alice, now=after(1))

    assert not Exclusion.objects.filter(person=alice.person).exists()


def test_cleaning_refuses_what_is_no_text():
    with pytest.raises(NotValid):
        answers.cleaned(5, "The text", limit=10)


def test_who_manages_does_not_decide(max_):
    review = builders.question(SINGLE)

    with pytest.raises(NotAllowed):
        builders.show(max_, review)
