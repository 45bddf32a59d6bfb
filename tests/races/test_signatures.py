"""Two at the same moment: exactly one of the two orders happens, and the effect happens once."""

import pytest
from django.db import transaction

from queues import claims, items
from queues.models import Lease
from queues.refusals import AlreadyReserved, LeaseLost
from reviews import audit, decisions, settlement, signatures
from reviews.decisions import TooLateToUndo
from reviews.models import Decision, Review
from tests.races.meeting import arriving, at_once, results
from tests.reviews import builders
from tests.reviews.builders import BLOCKED, DUAL, NOW, SINGLE, after
from workflows import journal, runtime
from workflows.models import JournalEntry, ProcessInstance
from workflows.refusals import OutOfDate, Refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return builders.person("alice")


@pytest.fixture
def bob():
    return builders.person("bob")


@pytest.fixture
def max_():
    return builders.person("max")


@pytest.fixture(autouse=True)
def loans(alice, bob, max_):
    builders.grid()
    return builders.queue_of(alice, bob, manager=max_)


def holding(review):
    return lambda: runtime.hold(review.instance_id)


def executions(review):
    return JournalEntry.objects.filter(chain=review.instance_id, kind="review.executed").count()


def is_sound(review):
    builders.refresh(review)
    instance = ProcessInstance.objects.get(pk=review.instance_id)
    assert journal.verifies(instance)
    assert audit.four_eyes_violations(instance) == []
    return True


def test_a24_of_eight_who_want_the_last_seat_one_gets_it(alice, loans):
    review = builders.question(DUAL)
    builders.sign(alice, review)
    [item] = builders.open_items(review)
    people = [builders.person(f"person-{number}") for number in range(8)]
    for person in people:
        builders.Membership.objects.create(queue=loans, user=person)

    def claim(by):
        return lambda: claims.claim(item_id=item.pk, by=by, now=NOW)

    with arriving(*map(claim, people), hold=lambda: items.lock(item.pk)) as claimed:
        pass

    found = results(claimed)
    [lease] = [each for each in found if isinstance(each, Lease)]
    assert sum(isinstance(each, AlreadyReserved) for each in found) == 7
    builders.Shown(lease.holder, item, lease, 1, review.content_hash).decide()
    assert executions(review) == 1
    assert is_sound(review)


def test_a24_two_last_signatures_at_once_take_effect_once(alice, bob):
    review = builders.question(DUAL, mode="blind")
    one, two = builders.open_items(review)
    shown = [builders.show(alice, review, item=one), builders.show(bob, review, item=two)]

    with arriving(*(each.decide for each in shown), hold=holding(review)) as decided:
        pass

    assert all(isinstance(each, Decision) for each in results(decided))
    assert executions(review) == 1
    assert is_sound(review)


def test_b56_a_double_click_is_one_decision(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    with arriving(*[shown.decide] * 4, hold=holding(review)) as decided:
        pass

    assert len({decision.pk for decision in results(decided)}) == 1
    assert executions(review) == 1


def test_b56_two_tabs_with_two_answers_are_one_decision(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    with arriving(shown.decide, lambda: shown.decide("reject"), hold=holding(review)) as decided:
        pass

    assert sorted(isinstance(each, Decision) for each in results(decided)) == [False, True]
    assert Decision.objects.count() == 1


def test_b54_a_lease_that_expires_just_before_refuses_the_decision(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)
    late = shown.lease.expires_at

    with arriving(shown.decide, hold=holding(review)) as decided:
        claims.expire_due(now=late)

    assert isinstance(results(decided)[0], LeaseLost)
    assert not Decision.objects.exists()
    assert is_sound(review)


def test_b54_a_decision_that_is_just_being_made_is_not_expired(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    with transaction.atomic():
        decision = shown.decide()
        at_once(lambda: claims.expire_due(now=shown.lease.expires_at))

    assert Decision.objects.get() == decision
    assert executions(review) == 1
    assert is_sound(review)


def test_a25_an_edit_that_comes_first_refuses_the_approval(alice, bob):
    review = builders.question(DUAL, mode="blind")
    one, two = builders.open_items(review)
    first, second = (
        builders.show(alice, review, item=one),
        builders.show(bob, review, item=two),
    )

    with arriving(second.decide, hold=holding(review)) as decided:
        first.edit(amount=150_000)

    assert isinstance(results(decided)[0], OutOfDate)
    assert Decision.objects.get().outcome == "edit"
    assert is_sound(review)
    assert (review.version, review.status) == (2, Review.Status.OPEN)


def test_a25_an_approval_that_comes_first_is_void_after_the_edit(alice, bob):
    review = builders.question(DUAL, mode="blind")
    one, two = builders.open_items(review)
    first, second = (
        builders.show(alice, review, item=one),
        builders.show(bob, review, item=two),
    )

    with arriving(lambda: first.edit(amount=150_000), hold=holding(review)) as edited:
        second.decide()

    assert isinstance(results(edited)[0], Decision)
    assert signatures.in_effect(Review.objects.get(pk=review.pk)) == []
    assert executions(review) == 0
    assert is_sound(review)


def test_an_undo_that_comes_first_leaves_nothing_to_execute(alice):
    alice.undo_for = 10
    alice.save()
    review = builders.question(SINGLE)
    decision = builders.sign(alice, review)

    with transaction.atomic():
        decisions.undo(decision_id=decision.pk, by=alice, now=after(9.9))
        assert at_once(lambda: settlement.execute_due(now=after(10))) == 0

    assert settlement.execute_due(now=after(10)) == 0
    assert executions(review) == 0
    assert is_sound(review)


def test_an_effect_that_comes_first_refuses_the_undo(alice):
    alice.undo_for = 10
    alice.save()
    review = builders.question(SINGLE)
    decision = builders.sign(alice, review)

    def undo():
        return decisions.undo(decision_id=decision.pk, by=alice, now=after(9.9))

    with arriving(undo, hold=holding(review)) as undone:
        settlement.execute_due(now=after(10))

    assert isinstance(results(undone)[0], TooLateToUndo)
    assert executions(review) == 1
    assert is_sound(review)


def test_many_sweeps_take_an_effect_once(alice):
    alice.undo_for = 10
    alice.save()
    reviews = [builders.question(SINGLE) for _ in range(4)]
    for review in reviews:
        builders.sign(alice, review)

    with transaction.atomic():
        runtime.hold(reviews[0].instance_id)
        assert at_once(lambda: settlement.execute_due(now=after(10))) == 3
    assert settlement.execute_due(now=after(10)) == 1

    assert [executions(review) for review in reviews] == [1, 1, 1, 1]


def test_a25_a_cancelled_process_refuses_the_decision(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    with arriving(shown.decide, hold=holding(review)) as decided:
        runtime.cancel(instance_id=review.instance_id, by="user:max", reason="Gone.", now=NOW)

    assert isinstance(results(decided)[0], OutOfDate)
    assert is_sound(review)
    assert review.status == Review.Status.WITHDRAWN


def test_a25_a_decision_that_comes_first_leaves_nothing_to_cancel(alice):
    review = builders.question(SINGLE)
    shown = builders.show(alice, review)

    def cancel():
        said = {"by": "user:max", "reason": "Gone.", "now": NOW}
        return runtime.cancel(instance_id=review.instance_id, **said)

    with arriving(cancel, hold=holding(review)) as cancelled:
        shown.decide()

    assert isinstance(results(cancelled)[0], Refusal)
    assert executions(review) == 1
    assert is_sound(review)


def test_two_managers_let_a_stopped_review_through_once(max_, loans):
    mia = builders.person("mia")
    builders.Membership.objects.create(queue=loans, user=mia, can_manage=True)
    review = builders.question(BLOCKED)

    def unblock(by):
        return lambda: decisions.unblock(
            review_id=review.pk, by=by, rationale="Known to us.", now=NOW
        )

    with arriving(unblock(max_), unblock(mia), hold=holding(review)) as unblocked:
        pass

    assert sorted(isinstance(each, Review) for each in results(unblocked)) == [False, True]
    assert len(builders.open_items(review)) == 1
    assert is_sound(review)
