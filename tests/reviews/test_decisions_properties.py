"""Whatever people do, in whatever order: nothing is executed with fewer persons than it needs."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queues import claims
from queues.models import Lease, Membership
from reviews import audit, decisions, settlement
from reviews.models import Decision, Review
from tests.reviews import builders
from tests.reviews.builders import DUAL, NOW, SINGLE
from workflows import journal, runtime
from workflows.refusals import Refusal

pytestmark = pytest.mark.django_db

ACTIONS = (
    *["claim_and_approve"] * 9,
    *["claim", "claim", "approve", "approve"],
    *["reject", "edit", "undo", "wait", "wait", "release", "flag"],
    *["leave", "come_back", "close", "open", "cancel"],
)
steps = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.integers(0, 5), st.integers(0, 3)),
    min_size=8,
    max_size=30,
)


class Play:
    """One review, six accounts of five persons, and a clock."""

    def __init__(self, amount, mode, undo_for):
        builders.grid()
        self.now = NOW
        self.queue = builders.queue_of()
        alice = builders.person("alice", undo_for=undo_for)
        again = builders.person("alice2", identity=alice.person)
        others = [builders.person(name, undo_for=undo_for) for name in ("bob", "carol", "dave")]
        self.accounts = [alice, again, *others, builders.person("rob")]
        for account in self.accounts:
            Membership.objects.create(queue=self.queue, user=account)
        self.review = builders.question(amount, mode=mode, requested_by="rob")

    def act(self, action, who, number):
        self.number = number
        account = builders.User.objects.get(pk=self.accounts[who].pk)
        try:
            with transaction.atomic():
                getattr(self, action)(account)
        except Refusal:
            pass
        builders.refresh(self.review)

    def claim(self, account):
        if found := builders.open_items(self.review):
            claims.claim(item_id=found[self.number % len(found)].pk, by=account, now=self.now)

    def approve(self, account):
        for shown in self.shown_to(account):
            shown.decide("approve", now=self.now)

    def claim_and_approve(self, account):
        self.claim(account)
        self.approve(account)
        if self.number:
            self.wait(account)

    def reject(self, account):
        for shown in self.shown_to(account):
            shown.decide("reject", now=self.now)

    def edit(self, account):
        for shown in self.shown_to(account):
            shown.edit(now=self.now, amount=[10, SINGLE, DUAL, DUAL + 1][self.number])

    def undo(self, account):
        last = Decision.objects.filter(account=account).order_by("-id").first()
        if last:
            decisions.undo(decision_id=last.pk, by=account, now=self.now)

    def release(self, account):
        for shown in self.shown_to(account):
            held = {"item_id": shown.item.pk, "by": account, "epoch": shown.lease.epoch}
            claims.release(**held, now=self.now)

    def flag(self, account):
        for shown in self.shown_to(account):
            held = {"item_id": shown.item.pk, "by": account, "epoch": shown.lease.epoch}
            decisions.flag(**held, text="Look at this.", now=self.now)

    def wait(self, _account):
        self.now += timedelta(seconds=[1, 10, 60, 400][self.number])
        settlement.execute_due(now=self.now)
        claims.expire_due(now=self.now)

    def leave(self, account):
        Membership.objects.filter(user=account).delete()

    def come_back(self, account):
        Membership.objects.get_or_create(queue=self.queue, user=account)

    def close(self, account):
        builders.User.objects.filter(pk=account.pk).update(is_active=False)

    def open(self, account):
        builders.User.objects.filter(pk=account.pk).update(is_active=True)

    def cancel(self, _account):
        if self.number == 3:
            said = {"by": "user:max", "reason": "Gone.", "now": self.now}
            runtime.cancel(instance_id=self.review.instance_id, **said)

    def shown_to(self, account):
        """What this account has on the screen, looked at just now."""
        version, content_hash = self.review.version, self.review.content_hash
        leases = Lease.objects.filter(holder=account, ended_at__isnull=True)
        return [
            builders.Shown(account, lease.item, lease, version, content_hash) for lease in leases
        ]

    def check(self):
        review = self.review
        instance = type(review.instance).objects.get(pk=review.instance_id)
        assert journal.verifies(instance)
        assert audit.four_eyes_violations(instance) == []
        if review.status == Review.Status.EXECUTED:
            signed = Decision.objects.filter(
                review=review,
                version=review.version,
                content_hash=review.content_hash,
                outcome=review.outcome,
                withdrawn_at=None,
                effect__status="done",
            )
            persons = set(signed.values_list("person_id", flat=True))
            persons -= {review.requester_person_id, review.last_editor_id}
            assert len(persons) >= review.signatures_needed >= (2 if review.impact >= DUAL else 1)


@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=steps,
    amount=st.sampled_from([SINGLE, DUAL]),
    mode=st.sampled_from(["countersign", "blind"]),
    undo_for=st.sampled_from([0, 10]),
)
def test_nothing_is_executed_with_fewer_persons_than_it_needs(db, steps, amount, mode, undo_for):
    with transaction.atomic():
        play = Play(amount, mode, undo_for)
        for step in steps:
            play.act(*step)
        play.check()
        transaction.set_rollback(True)
