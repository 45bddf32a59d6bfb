"""One answer, bound to what was shown, by whoever holds the item."""

import pytest

from queues import claims
from reviews import decisions, settlement
from reviews.models import Decision, Review
from tests.reviews import builders
from tests.reviews.builders import DUAL, NOW, SINGLE, after, nothing_happened
from workflows import runtime
from workflows.models import JournalEntry, ProcessInstance
from workflows.refusals import NotValid, OutOfDate, Refusal

pytestmark = pytest.mark.django_db


# --- deciding ---


def test_one_signature_ends_a_single_review(alice):
    review = builders.question(SINGLE)

    builders.sign(alice, review)

    assert (review.status, review.outcome) == ("executed", "approve")
    builders.refresh(review.instance)
    assert review.instance.status == ProcessInstance.Status.COMPLETED
    decided = review.instance.variables["decision"]
    assert (decided["outcome"], decided["by"]) == ("approve", ["user:alice"])


def test_a_decision_records_who_saw_what(alice):
    review = builders.question(SINGLE)

    decision = builders.show(alice, review).decide(
        "reject", reasons=["income", "debts"], rationale="  Too thin.\r\nReally. "
    )

    assert decision.content_hash == review.content_hash
    assert (decision.person, decision.account) == (alice.person, alice)
    assert decision.reasons == ["income", "debts"]
    assert decision.rationale == "Too thin.\nReally."
    said = JournalEntry.objects.get(kind="decision.signed").detail
    assert (said["person"], said["content_hash"]) == (str(alice.person_id), review.content_hash)


def test_with_an_undo_window_it_takes_effect_later(alice):
    alice.undo_for = 10
    alice.save()
    review = builders.question(SINGLE)
    builders.sign(alice, review)

    assert review.status == Review.Status.OPEN
    assert settlement.execute_due(now=after(9)) == 0
    assert settlement.execute_due(now=after(10)) == 1
    assert settlement.execute_due(now=after(11)) == 0
    builders.refresh(review)
    assert review.status == Review.Status.EXECUTED


def test_two_people_sign_one_after_the_other(alice, bob):
    review = builders.question(DUAL)

    builders.sign(alice, review)
    assert review.status == Review.Status.OPEN
    builders.sign(bob, review)

    assert (review.status, review.outcome) == ("executed", "approve")
    assert review.instance.variables == {} or review.decisions.count() == 2


def test_people_who_disagree_are_followed_by_a_third(alice, bob, carol):
    review = builders.question(DUAL)
    builders.sign(alice, review, "approve")
    builders.sign(bob, review, "reject")

    [item] = builders.open_items(review)
    assert item.seat.seat == "arbitration"
    with pytest.raises(Refusal):
        claims.claim(item_id=item.pk, by=alice, now=NOW)
    builders.sign(carol, review, "reject")

    assert (review.status, review.outcome) == ("executed", "reject")


def test_blind_signatures_count_only_together(alice, bob, carol):
    review = builders.question(DUAL, mode="blind")
    builders.sign(alice, review, "approve")

    assert review.status == Review.Status.OPEN
    assert len(builders.open_items(review)) == 1
    builders.sign(bob, review, "approve")

    assert review.status == Review.Status.EXECUTED


def test_other_outcomes_may_be_asked_for(alice):
    outcomes = "[&quot;approve&quot;, &quot;reject&quot;, &quot;ask_back&quot;]"
    review = builders.question(SINGLE, outcomes=outcomes)

    builders.sign(alice, review, "ask_back")

    assert review.outcome == "ask_back"


@pytest.mark.parametrize("outcome", ["maybe", "", "edit", "APPROVE", "approve\0"])
def test_an_unknown_answer_is_refused(alice, outcome):
    review = builders.question(SINGLE)

    with pytest.raises(NotValid):
        builders.show(alice, review).decide(outcome)

    assert nothing_happened(review)


def test_an_unknown_reason_is_refused(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    for reasons in (["no-such"], ["debts"], ["income"] * 11, "income"):
        with pytest.raises(NotValid):
            shown.decide("approve", reasons=reasons)

    assert nothing_happened(review)


def test_b57_a_rationale_that_is_too_long_is_refused(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    with pytest.raises(NotValid, match="Shorten it"):
        shown.decide(rationale="é" * 5_001)

    assert nothing_happened(review)
    shown.decide(rationale="é" * 5_000)


def test_b57_control_characters_and_turning_marks_are_left_out(alice):
    review = builders.question(SINGLE)

    typed = "a\0b\x1b[31m\u202egnp.exe\ud800 e\u0301 👩‍👩‍👧\ttab"
    decision = builders.show(alice, review).decide(rationale=typed)

    assert decision.rationale == "ab[31mgnp.exe é 👩‍👩‍👧\ttab"


# --- under a lease, over what was shown ---


def test_b54_an_item_that_nobody_claimed_is_refused(alice):
    review = builders.question(SINGLE)
    [item] = builders.open_items(review)

    with pytest.raises(OutOfDate):
        decisions.decide(
            item_id=item.pk,
            by=alice,
            epoch=0,
            version=1,
            content_hash=review.content_hash,
            outcome="approve",
            reasons=[],
            rationale="",
            now=NOW,
        )

    assert nothing_happened(review)


def test_b54_an_item_that_somebody_else_holds_is_refused(alice, bob):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    with pytest.raises(OutOfDate, match="alice"):
        builders.Shown(bob, shown.item, shown.lease, 1, review.content_hash).decide()

    assert nothing_happened(review)


def test_b54_a_lease_that_ran_out_is_refused(alice, loans):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    with pytest.raises(OutOfDate):
        shown.decide(now=shown.lease.expires_at)

    assert nothing_happened(review)


def test_b54_an_older_lease_of_the_same_person_is_refused(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)
    claims.release(item_id=shown.item.pk, by=alice, epoch=shown.lease.epoch, now=NOW)
    builders.show(alice, review)

    with pytest.raises(OutOfDate):
        shown.decide()

    assert nothing_happened(review)


def test_b54_a_cancelled_process_takes_no_decision(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)
    runtime.cancel(instance_id=review.instance_id, by="user:max", reason="Gone.", now=NOW)

    with pytest.raises(OutOfDate):
        shown.decide()

    assert not Decision.objects.exists()


def test_b54_what_was_pending_when_the_process_is_cancelled_never_takes_effect(alice):
    alice.undo_for = 10
    alice.save()
    review = builders.question(SINGLE)
    builders.sign(alice, review)
    runtime.cancel(instance_id=review.instance_id, by="user:max", reason="Gone.", now=after(5))

    assert settlement.execute_due(now=after(60)) == 0
    builders.refresh(review)
    assert review.status == Review.Status.WITHDRAWN


def test_b56_sending_the_same_decision_twice_is_one_decision(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    first, second = shown.decide(), shown.decide()

    assert first == second
    assert JournalEntry.objects.filter(kind="review.executed").count() == 1


def test_b56_another_answer_from_an_old_page_is_refused(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)
    shown.decide("approve")

    with pytest.raises(OutOfDate, match="decided this already"):
        shown.decide("reject")

    assert Decision.objects.get().outcome == "approve"


def test_a18_a_form_of_another_version_is_refused(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    for version, content_hash in ((2, review.content_hash), (1, "0" * 64)):
        stale = builders.Shown(alice, shown.item, shown.lease, version, content_hash)
        with pytest.raises(decisions.ChangedSinceShown, match="changed since it was shown"):
            stale.decide()

    assert nothing_happened(review)
