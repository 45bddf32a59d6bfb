"""Clocks warn and break as time passes, and ladders do what they say."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from queues import claims, clocks
from queues.models import Breach, Escalation, Notice
from tests.queues import builders
from tests.queues.builders import (
    HOUR,
    MINUTE,
    NOW,
    after,
    completed,
    fresh,
    held_by,
    item_in,
    person,
    queue_of,
    rung,
)
from tests.queues.clocks.promising import clock, promising
from workflows import journal
from workflows.models import JournalEntry

pytestmark = pytest.mark.django_db


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
