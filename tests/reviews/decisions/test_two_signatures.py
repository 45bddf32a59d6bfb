"""Who may sign beside whom, and when the signatures are enough."""

import pytest

from queues import claims
from queues.models import Membership
from queues.refusals import Excluded
from reviews import decisions, settlement
from reviews.models import Decision, Review
from tests.reviews import builders
from tests.reviews.builders import DUAL, NOW, SINGLE, after
from workflows.models import JournalEntry, ProcessInstance
from workflows.refusals import Refusal

pytestmark = pytest.mark.django_db


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
