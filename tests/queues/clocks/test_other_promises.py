"""A promise that changes, and the one about the whole process."""

from datetime import timedelta

import pytest

from queues import claims, clocks, sla
from queues.models import Breach, Clock, Escalation, Notice
from tests.queues import builders
from tests.queues.builders import (
    HOUR,
    NOW,
    after,
    completed,
    fresh,
    goal,
    held_by,
    item_in,
    policy,
    queue_of,
    rung,
)
from tests.queues.clocks.promising import clock, promising
from workflows import runtime
from workflows.models import JournalEntry

pytestmark = pytest.mark.django_db


# --- another promise ---


def test_three_hours_that_become_two_an_hour_later_are_due_after_two(alice, manager):
    item = item_in(promising(alice, manager))

    changed = clocks.retarget(
        clock_id=clock(item).pk, budget=2 * HOUR, by="user:manager", now=after(hours=1)
    )

    assert (changed.due_at, changed.generation) == (after(hours=2), 2)
    assert fresh(item).due_at == after(hours=2)
    assert "clock.retargeted" in builders.story(item)


def test_a_new_promise_that_is_past_is_broken_at_the_moment_of_the_change(alice, manager):
    ladder = rung(timedelta(0), "notify_managers"), rung(HOUR, "raise_priority")
    item = item_in(promising(alice, manager, *ladder))

    clocks.retarget(clock_id=clock(item).pk, budget=HOUR, by="user:manager", now=after(hours=3))

    breach = Breach.objects.get()
    assert (breach.at, breach.generation) == (after(hours=3), 2)
    assert [each.rung.action for each in Escalation.objects.all()] == ["raise_priority"]


def test_a_new_promise_after_a_breach_can_break_again(alice, manager):
    item = item_in(promising(alice, manager))
    clocks.tick(after(hours=5))

    clocks.retarget(clock_id=clock(item).pk, budget=6 * HOUR, by="user:m", now=after(hours=5))
    assert clock(item).status == "running"
    clocks.tick(after(hours=7))

    assert list(Breach.objects.values_list("generation", flat=True)) == [1, 2]


def test_starting_again_forgets_what_was_used_up(alice, manager):
    item = item_in(promising(alice, manager))

    changed = clocks.retarget(
        clock_id=clock(item).pk,
        budget=2 * HOUR,
        how=sla.Retarget.RESTART,
        by="user:m",
        now=after(hours=3),
    )

    assert changed.due_at == after(hours=5)
    assert "clock.restarted" in builders.story(item)


def test_a_clock_that_has_stopped_keeps_its_promise(refunds, alice):
    item = item_in(refunds)
    completed(held_by(alice, item))

    with pytest.raises(sla.AlreadyStopped):
        clocks.retarget(clock_id=clock(item).pk, budget=HOUR, by="user:m", now=NOW)


# --- the whole process ---


def test_a_process_may_be_promised_as_a_whole(alice, manager):
    promise = policy(goal("resolve", 2 * HOUR, rung(timedelta(0), "notify_managers"), warnings=[]))
    queue_of(alice, manager=manager, policy=promise)
    instance = runtime.hold(builders.instance().pk)
    started = clocks.start_resolve(instance=instance, policy=promise, now=NOW)

    assert clocks.start_resolve(instance=instance, policy=promise, now=NOW) is None
    clocks.tick(after(hours=2, seconds=1))
    runtime.cancel(instance_id=instance.pk, by="user:m", reason="Enough.", now=after(hours=3))

    stopped = Clock.objects.get(pk=started.pk)
    assert (stopped.status, stopped.stopped_at) == ("breached", after(hours=3))
    assert Breach.objects.get().clock == started
    assert Notice.objects.get().user == manager
    kinds = JournalEntry.objects.filter(chain=instance.pk).values_list("kind", flat=True)
    assert sorted(kinds) == [
        "clock.breached",
        "clock.escalated",
        "clock.started",
        "process.cancelled",
    ]


def test_a_policy_without_that_goal_promises_nothing_for_the_whole(db):
    instance = builders.instance()

    assert clocks.start_resolve(instance=instance, policy=policy(), now=NOW) is None


def test_a_claim_after_the_sweep_has_told_of_the_breach_tells_it_no_second_time(refunds, alice):
    item = item_in(refunds)
    clocks.tick(after(minutes=61))

    claims.claim_next(by=alice, now=after(minutes=62))
    clocks.tick(after(minutes=63))

    assert builders.story(item).count("clock.breached") == 1
