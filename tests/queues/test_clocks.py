from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from queues import claims, clocks, items, sla
from queues.models import Breach, Clock, Escalation, Notice
from tests.queues import builders
from tests.queues.builders import (
    HOUR,
    MINUTE,
    NOW,
    OFFICE,
    after,
    completed,
    fresh,
    goal,
    held_by,
    item_in,
    person,
    policy,
    queue_of,
    rung,
)
from workflows import journal, runtime
from workflows.models import JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(db):
    return person("manager")


@pytest.fixture
def refunds(alice, manager):
    """Claimed within an hour, decided within four, day and night."""
    return queue_of(alice, manager=manager, policy=policy())


def clock(item, kind="decide") -> Clock:
    return Clock.objects.get(item=item, kind=kind)


def promising(alice, manager, *rungs, **said):
    promise = policy(goal("decide", 4 * HOUR, *rungs, **said), key=f"p{next(builders.NUMBERS)}")
    return queue_of(alice, manager=manager, policy=promise)


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


# --- as time passes ---


def test_each_warning_is_given_once(refunds, alice):
    item = item_in(refunds)
    held_by(alice, item)

    assert clocks.tick(after(minutes=119)) == 0
    assert clocks.tick(after(minutes=120)) == 1
    assert clocks.tick(after(minutes=120)) == 0
    assert clocks.tick(after(minutes=150)) == 0
    assert clocks.tick(after(minutes=180)) == 1

    assert list(Escalation.objects.values_list("step", flat=True)) == ["warn:0.5", "warn:0.75"]
    assert "75% of the time to decide" in Notice.objects.filter(user=alice).first().text
    assert builders.story(item).count("clock.warned") == 2


def test_a_breach_is_recorded_once_and_the_clock_runs_on(refunds, alice):
    item = item_in(refunds)
    held_by(alice, item)

    for hour in (4, 5, 6):
        clocks.tick(after(hours=hour, seconds=1))

    assert Breach.objects.get().at == after(hours=4)
    assert clock(item).status == "breached"
    assert clock(item).stopped_at is None
    assert builders.story(item).count("clock.breached") == 1
    completed(item.leases.get(), now=after(hours=7))
    assert Breach.objects.count() == 1
    assert clock(item).stopped_at == after(hours=7)


def test_of_several_steps_crossed_at_once_only_the_highest_fires(alice, manager):
    queue = promising(
        alice, manager, rung(-HOUR, "raise_priority"), rung(HOUR, "notify_managers"),
        rung(9 * HOUR, "raise_priority"),
    )  # fmt: skip
    item = item_in(queue)

    clocks.tick(after(hours=6))

    [fired] = Escalation.objects.all()
    assert fired.rung.action == "notify_managers"
    assert fired.outcome == "Told manager."
    assert fresh(item).priority == 3
    assert Breach.objects.count() == 1
    assert clocks.tick(after(hours=6)) == 0
    assert clocks.tick(after(hours=14)) == 1
    assert fresh(item).priority == 2


def test_the_same_step_cannot_be_recorded_twice(refunds, alice):
    item = item_in(refunds)
    clocks.tick(after(minutes=45))
    fired = Escalation.objects.first()

    with pytest.raises(IntegrityError, match="escalation_once"), transaction.atomic():
        Escalation.objects.create(
            clock=fired.clock, generation=fired.generation, step=fired.step, fired_at=NOW
        )
    Breach.objects.create(clock=clock(item), generation=1, at=NOW, recorded_at=NOW)
    with pytest.raises(IntegrityError, match="breach_once"), transaction.atomic():
        Breach.objects.create(clock=clock(item), generation=1, at=NOW, recorded_at=NOW)


# --- ladders ---


def test_managers_are_told_before_it_is_due(alice, manager):
    item = item_in(promising(alice, manager, rung(-30 * MINUTE, "notify_managers"), warnings=[]))

    clocks.tick(after(minutes=210))

    notice = Notice.objects.get()
    assert (notice.user, notice.item) == (manager, item)
    assert notice.text == f"{item}: due to decide by 02 Mar 14:00 UTC."


def test_raising_the_priority_moves_an_item_to_the_front(alice, manager):
    queue = promising(alice, manager, rung(timedelta(0), "raise_priority"))
    item = item_in(queue, priority=3)
    item_in(queue, priority=3, now=after(hours=-1), promised_by=after(days=3))

    clocks.tick(after(hours=4, seconds=1))

    assert fresh(item).priority == 2
    assert claims.claim_next(by=alice, now=after(hours=5)).item == item
    assert "item.priority_raised" in builders.story(item)
    said = JournalEntry.objects.get(kind="clock.escalated").detail["step"]
    assert said == "At the moment it is due: raise the priority by one class"


def test_an_item_is_taken_back_from_who_sits_on_it(alice, manager):
    item = item_in(promising(alice, manager, rung(timedelta(0), "return_to_queue")))
    lease = held_by(alice, item)

    clocks.tick(after(hours=4, seconds=1))

    assert fresh(item).status == "ready"
    assert fresh(lease).ending == "taken_back"
    told = Notice.objects.filter(user=alice).values_list("text", flat=True)
    assert f"{item} went back to {item.queue}: time to decide it is running out." in told
    with pytest.raises(claims.LeaseLost):
        claims.heartbeat(item_id=item.pk, by=alice, epoch=lease.epoch, now=after(hours=5))


def test_an_item_moves_to_other_people(alice, manager):
    bob = person("bob")
    seniors = queue_of(bob)
    item = item_in(promising(alice, manager, rung(timedelta(0), "move_to_queue", seniors)))
    held_by(alice, item)

    clocks.tick(after(hours=4, seconds=1))

    assert fresh(item).queue == seniors
    assert claims.claim_next(by=bob, now=after(hours=5)).item == item
    assert clock(item).due_at == after(hours=4)
    assert {"item.returned", "item.moved", "clock.escalated"} <= set(builders.story(item))
    assert journal.verifies(fresh(item.instance))


def test_a43_an_escalation_never_hands_the_item_to_who_is_kept_from_it(alice, manager):
    bob = person("bob")
    seniors = queue_of(bob)
    queue = promising(alice, manager, rung(timedelta(0), "move_to_queue", seniors))
    item = item_in(queue, excluded={bob.person: "You asked for this."})

    clocks.tick(after(hours=4, seconds=1))

    assert fresh(item).queue == seniors
    assert claims.claim_next(by=bob, now=after(hours=5)) is None
    assert fresh(item).status == "ready"


def test_a_ladder_leaves_what_was_completed_in_time_alone(alice, manager):
    item = item_in(promising(alice, manager, rung(timedelta(0), "notify_managers"), warnings=[]))
    completed(held_by(alice, item), now=after(hours=3))

    assert clocks.tick(after(hours=9)) == 0
    assert not Notice.objects.exists()


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
