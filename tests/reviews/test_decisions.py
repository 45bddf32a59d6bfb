import pytest

from queues import claims
from queues.models import Exclusion, Membership, Notice, WorkItem
from queues.refusals import Excluded
from reviews import answers, decisions, settlement
from reviews.models import Decision, Flag, ReasonCode, Review
from tests.reviews import builders
from tests.reviews.builders import DUAL, NOW, SINGLE, after
from workflows import runtime
from workflows.models import JournalEntry, ProcessInstance
from workflows.refusals import NotAllowed, NotValid, OutOfDate, Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def carol():
    return builders.person("carol")


@pytest.fixture
def max_():
    return builders.person("max")


@pytest.fixture(autouse=True)
def loans(alice, bob, carol, max_):
    builders.grid()
    ReasonCode.objects.create(review_kind="loan", code="income", label="Income is proven")
    ReasonCode.objects.create(review_kind="loan", code="debts", label="Debts", outcome="reject")
    return builders.queue_of(alice, bob, carol, manager=max_)


def nothing_happened(review):
    builders.refresh(review)
    return not Decision.objects.exists() and review.status == Review.Status.OPEN


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


# --- four eyes ---


def test_a7_a_second_account_of_the_same_person_does_not_sign(alice, bob, loans):
    again = builders.person("alice2", identity=alice.person)
    Membership.objects.create(queue=loans, user=again)
    review = builders.question(DUAL)
    builders.sign(alice, review)

    with pytest.raises(Refusal):
        builders.show(again, review)

    assert review.decisions.count() == 1


def test_a12_nobody_gives_both_signatures(alice):
    review = builders.question(DUAL)
    builders.sign(alice, review)

    with pytest.raises(Refusal):
        builders.show(alice, review)


def test_a28_a_requester_who_joins_the_queue_later_does_not_sign(loans):
    dave = builders.person("dave")
    review = builders.question(SINGLE, requested_by="dave")
    Membership.objects.create(queue=loans, user=dave)

    with pytest.raises(Refusal):
        builders.show(dave, review)


def test_a30_programs_are_no_persons(loans):
    for kind in ("service", "agent"):
        robot = builders.program(f"robot-{kind}", kind)
        Membership.objects.create(queue=loans, user=robot)
        review = builders.question(SINGLE)

        with pytest.raises(Refusal):
            builders.show(robot, review).decide()

    assert not Decision.objects.exists()


def test_a41_nobody_holds_both_items_of_one_review(alice):
    review = builders.question(DUAL, mode="blind")
    first, second = builders.open_items(review)

    builders.show(alice, review, item=first)

    with pytest.raises(Excluded, match="the other item"):
        claims.claim(item_id=second.pk, by=alice, now=NOW)
    assert claims.claim_next(by=alice, now=NOW) is None
    assert not Decision.objects.exists()


def test_a36_a_withdrawn_signature_does_not_count(alice, bob):
    alice.undo_for = 10
    alice.save()
    review = builders.question(DUAL)
    decision = builders.sign(alice, review)
    lease = decisions.undo(decision_id=decision.pk, by=alice, now=after(1))
    claims.release(item_id=decision.item_id, by=alice, epoch=lease.epoch, now=after(1))

    builders.sign(bob, review, now=after(2))

    assert review.status == Review.Status.OPEN


def test_a27_a_signer_who_lost_the_role_meanwhile_does_not_count(alice, bob, carol):
    review = builders.question(DUAL)
    builders.sign(alice, review)
    Membership.objects.filter(user=alice).delete()

    builders.sign(bob, review)

    assert review.status == Review.Status.OPEN
    assert "decision.voided" in JournalEntry.objects.values_list("kind", flat=True)
    builders.sign(carol, review)
    assert review.status == Review.Status.EXECUTED


def test_a27_a_signer_who_left_within_the_window_does_not_count(alice, bob):
    alice.undo_for = 10
    alice.save()
    review = builders.question(SINGLE)
    builders.sign(alice, review)
    alice.is_active = False
    alice.save()

    settlement.execute_due(now=after(10))

    builders.refresh(review)
    assert review.status == Review.Status.OPEN
    builders.sign(bob, review, now=after(11))
    assert review.status == Review.Status.EXECUTED


def test_a17_the_process_goes_on_with_what_was_signed(alice):
    review = builders.question(SINGLE)
    changed = {**review.instance.variables, "application": {"amount": 999_999}}
    ProcessInstance.objects.filter(pk=review.instance_id).update(variables=changed)

    builders.sign(alice, review)

    builders.refresh(review.instance)
    assert review.instance.variables["application"]["amount"] == SINGLE


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
