"""Races, forced: one side holds the lock, the other meets it."""

from collections import Counter
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from queues import claims, clocks, items
from queues.models import Breach, Escalation, Lease, WorkItem
from queues.refusals import AlreadyReserved, LeaseLost, WorkLimitReached
from tests.queues import builders
from tests.queues.builders import (
    HOUR,
    NOW,
    after,
    at_once,
    completed,
    fresh,
    held_by,
    item_in,
    person,
    queue_of,
)
from workflows import journal, runtime

pytestmark = pytest.mark.django_db(transaction=True)


def waits_for_a_lock() -> bool:
    """Whether another connection of this database is waiting for a lock right now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database())"
        )
        [found] = cursor.fetchone()
    return bool(found)


def until(condition) -> None:
    """Looks every hundredth of a second, for at most a second and a half."""
    pause = Event()
    for _ in range(150):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("The other side never got there.")


def meanwhile(first, second):
    """`first` runs in a transaction that stays open until `second`, on another connection, waits
    for it or is done. Returns what the second one came to."""
    found = []

    def other() -> None:
        found.extend(at_once(second))

    from threading import Thread

    with transaction.atomic():
        first()
        thread = Thread(target=other)
        thread.start()
        until(lambda: found or waits_for_a_lock())
    thread.join(timeout=10)
    return found[0]


def test_an_item_somebody_is_just_taking_holds_up_nobody():
    bob = person("bob")
    refunds = queue_of(bob)
    being_taken, free = item_in(refunds, priority=1), item_in(refunds, priority=2)

    with transaction.atomic():
        items.lock(being_taken.pk)
        [lease] = at_once(lambda: claims.claim_next(by=bob, now=NOW))

    assert lease.item == free


def test_when_everything_seen_is_just_being_taken_there_is_nothing_and_no_wait():
    bob = person("bob")
    item = item_in(queue_of(bob))

    with transaction.atomic():
        items.lock(item.pk)
        assert at_once(lambda: claims.claim_next(by=bob, now=NOW)) == [None]


def test_more_than_all_candidates_being_taken_does_not_hide_what_lies_behind():
    """Everything that the first look offers is locked; the item behind it is found all the same."""
    bob = person("bob")
    refunds = queue_of(bob)
    busy = [item_in(refunds, priority=1) for _ in range(32)]
    free = item_in(refunds, priority=2, skills=("loans",))
    builders.skilled(bob, "loans")

    with transaction.atomic():
        list(WorkItem.objects.select_for_update().filter(pk__in=[item.pk for item in busy]))
        [lease] = at_once(lambda: claims.claim_next(by=bob, now=NOW))

    assert lease.item == free


def test_two_people_who_want_the_same_item_one_gets_it():
    alice, bob = person("alice"), person("bob")
    item = item_in(queue_of(alice, bob))

    late = meanwhile(lambda: held_by(alice, item), lambda: held_by(bob, item))

    assert isinstance(late, AlreadyReserved)
    assert fresh(item).holder == alice
    assert Lease.objects.count() == 1


def test_b55_two_claims_of_one_person_do_not_pass_the_limit_together():
    carol = person("carol", wip_limit=1)
    refunds = queue_of(carol)
    first, second = item_in(refunds), item_in(refunds)

    late = meanwhile(lambda: held_by(carol, first), lambda: held_by(carol, second))

    assert isinstance(late, WorkLimitReached)
    assert Lease.objects.count() == 1


def test_b55_nor_do_two_accounts_of_one_person():
    carol = person("carol", wip_limit=1)
    other = person("carol-2", identity=carol.person, wip_limit=1)
    refunds = queue_of(carol, other)
    item_in(refunds)
    item_in(refunds)

    late = meanwhile(
        lambda: claims.claim_next(by=carol, now=NOW),
        lambda: claims.claim_next(by=other, now=NOW),
    )

    assert isinstance(late, WorkLimitReached)


def test_b55_many_claims_at_once_give_each_item_to_one_person_in_order():
    people = [person(f"p{number}") for number in range(8)]
    refunds = queue_of(*people)
    opened = [item_in(refunds, now=after(seconds=number)) for number in range(24)]
    ready = Barrier(len(people))

    def work(by):
        def three():
            ready.wait(timeout=10)
            return [claims.claim_next(by=by, now=after(hours=1)).item_id for _ in range(3)]

        return three

    taken = at_once(*map(work, people))

    counted = Counter(item_id for own in taken for item_id in own)
    assert counted == Counter(item.pk for item in opened)
    order = {item.pk: place for place, item in enumerate(opened)}
    assert all(sorted(own, key=order.get) == own for own in taken)


def test_a_decision_that_comes_first_wins_over_the_expiry():
    alice = person("alice")
    lease = held_by(alice, item_in(queue_of(alice)))

    swept = meanwhile(
        lambda: completed(lease, now=after(minutes=6)), lambda: claims.expire_due(after(minutes=6))
    )

    assert swept == 0
    assert fresh(lease.item).status == "completed"
    assert fresh(lease).ending == "decided"


def test_an_expiry_that_comes_first_refuses_the_decision():
    alice = person("alice")
    lease = held_by(alice, item_in(queue_of(alice)))

    def decide():
        with transaction.atomic():
            return completed(lease, now=after(minutes=6))

    late = meanwhile(lambda: claims.expire_due(after(minutes=6)), decide)

    assert isinstance(late, LeaseLost)
    assert fresh(lease.item).status == "ready"
    assert journal.verifies(fresh(lease.item).instance)


def test_a_heartbeat_that_comes_first_keeps_the_lease_from_expiring():
    alice = person("alice")
    lease = held_by(alice, item_in(queue_of(alice)))

    def beat():
        claims.heartbeat(item_id=lease.item_id, by=alice, epoch=lease.epoch, now=after(minutes=6))

    swept = meanwhile(beat, lambda: claims.expire_due(after(minutes=6)))

    assert swept == 0
    assert fresh(lease).ended_at is None


def test_an_expiry_that_comes_first_refuses_the_heartbeat():
    alice = person("alice")
    lease = held_by(alice, item_in(queue_of(alice)))

    late = meanwhile(
        lambda: claims.expire_due(after(minutes=6)),
        lambda: claims.heartbeat(
            item_id=lease.item_id, by=alice, epoch=lease.epoch, now=after(minutes=6)
        ),
    )

    assert isinstance(late, LeaseLost)


def test_claiming_does_not_wait_for_a_process_that_is_held():
    alice = person("alice")
    item = item_in(queue_of(alice))

    with transaction.atomic():
        runtime.hold(item.instance_id)
        [lease] = at_once(lambda: claims.claim_next(by=alice, now=NOW))

    assert lease.item == item


def test_a_sweep_passes_by_a_process_that_is_held_and_comes_back():
    item = item_in(queue_of(policy=builders.policy()))

    with transaction.atomic():
        runtime.hold(item.instance_id)
        assert at_once(lambda: clocks.tick(after(hours=5))) == [0]

    assert clocks.tick(after(hours=5)) == 2


def test_two_sweepers_record_one_breach_and_fire_each_step_once():
    item = item_in(queue_of(policy=builders.policy(builders.goal("decide", HOUR))))
    ready = Barrier(4)

    def sweep():
        ready.wait(timeout=10)
        return clocks.tick(after(hours=2))

    swept = at_once(*[sweep] * 4)

    assert sum(swept) == 1
    assert Breach.objects.count() == 1
    assert [each.step for each in Escalation.objects.all()] == ["breach"]
    assert builders.story(item).count("clock.breached") == 1


def test_a_late_finish_that_comes_before_the_sweep_is_the_one_that_records_the_breach():
    alice = person("alice")
    queue = queue_of(alice, policy=builders.policy(builders.goal("decide", HOUR)))
    lease = held_by(alice, item_in(queue))

    swept = meanwhile(
        lambda: completed(lease, now=after(hours=2)), lambda: clocks.tick(after(hours=2))
    )

    assert swept == 0
    assert Breach.objects.count() == 1
    assert builders.story(lease.item).count("clock.breached") == 1


def test_giving_back_while_the_claim_of_somebody_else_waits_hands_it_over():
    alice, bob = person("alice"), person("bob")
    item = item_in(queue_of(alice, bob))
    lease = held_by(alice, item)

    handed = meanwhile(
        lambda: claims.release(item_id=item.pk, by=alice, epoch=lease.epoch, now=after(minutes=1)),
        lambda: held_by(bob, item, now=after(minutes=1)),
    )

    assert handed.holder == bob
    assert handed.epoch == lease.epoch + 1
