"""Whatever people do in whatever order, an item and its leases fit together."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from queues import claims, items
from queues.models import Clock, Lease, WorkItem
from queues.refusals import LeaseLost
from tests.queues import builders
from tests.queues.builders import NOW, completed, fresh, item_in, person, queue_of
from workflows import journal
from workflows.refusals import Refusal

WHO = st.sampled_from([0, 1, 2])


class Work(RuleBasedStateMachine):
    """Three people, one item, a clock that moves on."""

    def __init__(self) -> None:
        super().__init__()
        self.room = transaction.atomic()
        self.room.__enter__()
        number = next(builders.NUMBERS)
        self.people = [person(f"person-{number}-{n}", wip_limit=1) for n in range(3)]
        builders.skip_reason()
        queue = queue_of(*self.people, policy=builders.policy(key=f"p{number}"))
        self.item = item_in(queue)
        self.place = self.item.sort_key
        self.now = NOW
        self.seen: list[Lease] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.room.__exit__(None, None, None)

    def try_it(self, act) -> object:
        try:
            with transaction.atomic():
                return act()
        except Refusal:
            return None

    @rule(minutes=st.integers(0, 90))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(who=WHO)
    def somebody_asks_for_work(self, who):
        lease = self.try_it(lambda: claims.claim_next(by=self.people[who], now=self.now))
        if lease:
            self.seen.append(lease)

    @rule(who=WHO)
    def somebody_claims_it(self, who):
        lease = self.try_it(
            lambda: claims.claim(item_id=self.item.pk, by=self.people[who], now=self.now)
        )
        if lease and lease not in self.seen:
            self.seen.append(lease)

    @precondition(lambda self: self.seen)
    @rule(index=st.integers(0, 9), how=st.sampled_from(["release", "skip", "suspend", "heartbeat"]))
    def somebody_acts_under_a_lease_they_once_had(self, index, how):
        lease = self.seen[index % len(self.seen)]
        said = {
            "skip": {"reason": "unclear"},
            "suspend": {"until": self.now + timedelta(minutes=30)},
        }.get(how, {})
        was_open = fresh(lease).ended_at is None

        def act():
            return getattr(claims, how)(
                item_id=lease.item_id, by=lease.holder, epoch=lease.epoch, now=self.now, **said
            )

        done = self.try_it(act)
        assert bool(done) == was_open

    @precondition(lambda self: self.seen)
    @rule(index=st.integers(0, 9))
    def somebody_completes_under_a_lease_they_once_had(self, index):
        lease = self.seen[index % len(self.seen)]
        was_open = fresh(lease).ended_at is None

        def act():
            try:
                return completed(lease, now=self.now)
            except LeaseLost:
                return None

        assert bool(self.try_it(act)) == was_open

    @rule()
    def the_sweep_comes_by(self):
        claims.expire_due(self.now)
        claims.wake_due(self.now)

    @precondition(lambda self: fresh(self.item).status == "completed")
    @rule(who=WHO)
    def it_is_undone(self, who):
        self.seen.append(
            items.reopen(item=items.lock(self.item.pk), by=self.people[who], now=self.now)
        )

    @invariant()
    def the_open_lease_is_the_reservation(self):
        item = fresh(self.item)
        leases = Lease.objects.filter(item=item, ended_at=None)
        found = [(lease.holder_id, lease.epoch) for lease in leases]
        expected = [(item.holder_id, item.epoch)] if item.status == "reserved" else []
        assert found == expected
        assert item.epoch == Lease.objects.filter(item=item).count()

    @invariant()
    def its_place_is_kept(self):
        assert fresh(self.item).sort_key == self.place

    @invariant()
    def clocks_run_only_for_what_is_open(self):
        item = fresh(self.item)
        running = Clock.objects.filter(item=item, running_since__isnull=False).exists()
        assert running == (item.status in {"ready", "reserved"})
        assert (item.due_at is not None) == running

    @invariant()
    def the_chain_is_whole(self):
        assert journal.verifies(fresh(self.item).instance)


@pytest.mark.django_db
def test_items_and_leases_fit_together_whatever_people_do():
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Work,
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        ),
    )
    assert not WorkItem.objects.exists()
