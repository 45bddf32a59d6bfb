"""Clocks start, pause and stop with their item."""

import pytest

from queues import claims, clocks, items
from queues.models import Breach
from tests.queues import builders
from tests.queues.builders import (
    HOUR,
    NOW,
    OFFICE,
    after,
    completed,
    fresh,
    goal,
    held_by,
    item_in,
    policy,
    queue_of,
)
from tests.queues.clocks.promising import clock, promising
from workflows import journal

pytestmark = pytest.mark.django_db


# --- starting and stopping with the item ---


def test_both_promises_start_when_the_item_is_opened(refunds):
    item = item_in(refunds)

    assert (clock(item, "claim").status, clock(item).status) == ("running", "running")
    assert (clock(item, "claim").due_at, clock(item).due_at) == (after(hours=1), after(hours=4))
    assert fresh(item).due_at == after(hours=1)
    assert fresh(item).watch_at == after(minutes=30)


def test_a_claim_in_time_keeps_the_first_promise(refunds, alice):
    item = item_in(refunds)

    claims.claim_next(by=alice, now=after(minutes=60))

    assert clock(item, "claim").status == "met"
    assert clock(item, "claim").stopped_at == after(minutes=60)
    assert fresh(item).due_at == after(hours=4)
    assert not Breach.objects.exists()


def test_a_claim_that_comes_too_late_is_a_breach_and_the_sweep_tells_the_journal(refunds, alice):
    item = item_in(refunds)

    claims.claim_next(by=alice, now=after(minutes=61))

    breach = Breach.objects.get()
    assert (breach.clock, breach.at) == (clock(item, "claim"), after(hours=1))
    assert clock(item, "claim").status == "breached"
    assert "clock.breached" not in builders.story(item)
    assert clocks.tick(after(minutes=61)) == 1
    assert builders.story(item)[-1] == "clock.breached"
    assert clocks.tick(after(minutes=62)) == 0
    assert journal.verifies(fresh(item.instance))


def test_the_claim_promise_does_not_start_again_when_the_item_comes_back(refunds, alice):
    item = item_in(refunds)
    lease = held_by(alice, item, now=after(minutes=10))
    claims.release(item_id=item.pk, by=alice, epoch=lease.epoch, now=after(minutes=20))

    assert clock(item, "claim").status == "met"
    assert fresh(item).due_at == after(hours=4)


def test_completing_exactly_when_it_is_due_keeps_the_promise(refunds, alice):
    item = item_in(refunds)

    completed(held_by(alice, item), now=after(hours=4))

    assert clock(item).status == "met"
    assert builders.story(item)[-1] == "clock.met"
    assert fresh(item).due_at is None


def test_a_late_finish_between_two_sweeps_is_still_a_breach(refunds, alice):
    item = item_in(refunds)

    completed(held_by(alice, item), now=after(hours=4, microseconds=1))

    assert clock(item).status == "breached"
    assert Breach.objects.get().at == after(hours=4)
    assert builders.story(item)[-1] == "clock.breached"
    assert clocks.tick(after(hours=9)) == 0
    assert Breach.objects.count() == 1


def test_an_item_that_is_dropped_cancels_its_promises(refunds):
    item = item_in(refunds)

    items.drop(item=items.lock(item.pk), now=after(minutes=5))

    assert {each.status for each in item.clocks.all()} == {"cancelled"}
    assert fresh(item).due_at is None


def test_what_was_broken_stays_broken_when_the_item_is_dropped(refunds):
    item = item_in(refunds)

    items.drop(item=items.lock(item.pk), now=after(hours=2))

    assert clock(item, "claim").status == "breached"
    assert clock(item).status == "cancelled"
    assert Breach.objects.get().clock == clock(item, "claim")


def test_an_undone_decision_never_stopped_the_clock(refunds, alice):
    item = item_in(refunds)
    completed(held_by(alice, item, now=after(hours=1)), now=after(hours=2))

    items.reopen(item=items.lock(item.pk), by=alice, now=after(hours=2, seconds=10))

    assert clock(item).status == "running"
    assert clock(item).due_at == after(hours=4)
    assert fresh(item).due_at == after(hours=4)
    completed(item.leases.get(ended_at=None), now=after(hours=5))
    assert clock(item).status == "breached"


def test_a_promise_made_elsewhere_gives_the_decision_its_deadline(refunds):
    item = item_in(refunds, promised_by=after(hours=30))

    assert clock(item).due_at == after(hours=30)
    assert clock(item, "claim").due_at == after(hours=1)


def test_a_promise_that_is_past_already_is_broken_at_once(refunds):
    item = item_in(refunds, promised_by=after(hours=-3))

    clocks.tick(after(seconds=5))

    assert clock(item).status == "breached"
    assert Breach.objects.count() == 1


def test_outside_office_hours_no_time_is_counted(alice):
    office = policy(goal("decide", 2 * HOUR), spec=OFFICE)
    item = item_in(queue_of(alice, policy=office), now=after(hours=5))  # 16:00 in Berlin

    assert clock(item).due_at == after(hours=23)  # 10:00 the next day


# --- pausing ---


def test_an_item_put_aside_has_no_due_time_and_loses_none(refunds, alice):
    item = item_in(refunds)
    lease = held_by(alice, item, now=after(hours=1))
    claims.suspend(
        item_id=item.pk, by=alice, epoch=lease.epoch, until=after(hours=9), now=after(hours=1)
    )

    assert clock(item).status == "paused"
    assert (clock(item).due_at, fresh(item).due_at) == (None, None)
    assert clock(item).consumed == HOUR
    assert clocks.tick(after(hours=8)) == 0

    claims.wake_due(after(hours=9))
    assert clock(item).status == "running"
    assert fresh(item).due_at == after(hours=12)
    assert [kind for kind in builders.story(item) if kind.startswith("clock.")] == [
        "clock.paused",
        "clock.resumed",
    ]


def test_a_policy_may_let_the_time_run_on(alice, manager):
    item = item_in(promising(alice, manager, pauses_when_suspended=False))
    lease = held_by(alice, item)
    claims.suspend(item_id=item.pk, by=alice, epoch=lease.epoch, until=after(hours=9), now=NOW)

    assert clock(item).status == "running"
    assert fresh(item).due_at == after(hours=4)
