import pytest

from queues.models import WorkItem
from reviews import decisions, settlement
from reviews.models import Effect, Review
from tests.reviews import builders
from tests.reviews.builders import NOW, SINGLE, after
from workflows.models import JournalEntry
from workflows.refusals import NotAllowed, NotValid, OutOfDate

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return builders.person("alice", undo_for=10)


@pytest.fixture
def review(alice):
    builders.grid()
    builders.queue_of(alice, builders.person("bob", undo_for=10))
    return builders.question(SINGLE)


def test_within_the_window_a_decision_is_taken_back(alice, review):
    shown = builders.show(alice, review)
    decision = shown.decide()

    lease = decisions.undo(decision_id=decision.pk, by=alice, now=after(9))

    builders.refresh(decision)
    builders.refresh(shown.item)
    assert decision.withdrawn_at == after(9)
    assert (shown.item.status, shown.item.holder) == (WorkItem.Status.RESERVED, alice)
    assert lease.epoch == shown.lease.epoch + 1
    assert JournalEntry.objects.filter(kind="decision.withdrawn").count() == 1


def test_what_was_taken_back_never_takes_effect(alice, review):
    decision = builders.sign(alice, review)
    decisions.undo(decision_id=decision.pk, by=alice, now=after(1))

    assert settlement.execute_due(now=after(60)) == 0
    builders.refresh(review)
    assert review.status == Review.Status.OPEN
    assert Effect.objects.get().status == Effect.Status.UNDONE


def test_after_an_undo_one_decides_otherwise(alice, review):
    shown = builders.show(alice, review)
    decision = shown.decide("approve")
    lease = decisions.undo(decision_id=decision.pk, by=alice, now=after(1))

    again = builders.Shown(alice, shown.item, lease, 1, review.content_hash)
    again.decide("reject", now=after(2))
    settlement.execute_due(now=after(12))

    builders.refresh(review)
    assert (review.status, review.outcome) == ("executed", "reject")


def test_an_old_page_does_not_decide_again_after_an_undo(alice, review):
    shown = builders.show(alice, review)
    decision = shown.decide()
    decisions.undo(decision_id=decision.pk, by=alice, now=after(1))

    with pytest.raises(OutOfDate):
        shown.decide(now=after(2))


@pytest.mark.parametrize("seconds", [10, 11, 3600])
def test_after_the_window_it_is_too_late(alice, review, seconds):
    decision = builders.sign(alice, review)

    with pytest.raises(OutOfDate, match="taken effect"):
        decisions.undo(decision_id=decision.pk, by=alice, now=after(seconds))

    builders.refresh(decision)
    assert decision.withdrawn_at is None


def test_an_edit_is_taken_back_like_any_decision(alice, review):
    decision = builders.show(alice, review).edit(amount=4_000)

    decisions.undo(decision_id=decision.pk, by=alice, now=after(5))
    settlement.execute_due(now=after(60))

    builders.refresh(review)
    assert (review.version, review.payload["amount"]) == (1, SINGLE)


def test_nobody_takes_back_what_somebody_else_decided(alice, review):
    decision = builders.sign(alice, review)
    bob = builders.User.objects.get(username="bob")

    with pytest.raises(NotAllowed):
        decisions.undo(decision_id=decision.pk, by=bob, now=after(1))


def test_an_undo_is_not_done_twice(alice, review):
    decision = builders.sign(alice, review)
    decisions.undo(decision_id=decision.pk, by=alice, now=after(1))

    with pytest.raises(OutOfDate, match="already"):
        decisions.undo(decision_id=decision.pk, by=alice, now=after(2))


def test_what_does_not_exist_cannot_be_undone(alice, review):
    with pytest.raises(NotValid):
        decisions.undo(decision_id=review.pk, by=alice, now=NOW)
