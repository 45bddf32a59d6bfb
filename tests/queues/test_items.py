import pytest
from django.db import IntegrityError, transaction

from queues import claims, items
from queues.models import Exclusion, Lease, Notice, Skip, WorkItem
from queues.refusals import LeaseLost, NotReady
from tests.queues import builders
from tests.queues.builders import NOW, after, completed, fresh, held_by, item_in, person, queue_of
from workflows import journal, runtime
from workflows.models import JournalEntry
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db


def detail(item, kind):
    return JournalEntry.objects.get(chain=item.instance_id, kind=kind).detail


def test_an_item_is_ready_as_soon_as_it_is_opened(refunds, alice):
    item = item_in(refunds, priority=2, excluded={alice.person: "You asked for this."})

    item = fresh(item)
    assert (item.status, item.ready_at, item.priority) == ("ready", NOW, 2)
    assert list(item.exclusions.values_list("person", "reason")) == [
        (alice.person_id, "You asked for this.")
    ]
    assert detail(item, "item.opened")["excluded"] == [str(alice.person_id)]


@pytest.mark.parametrize("priority", [0, 6, -1])
def test_an_unknown_priority_is_refused(refunds, priority):
    with pytest.raises(NotValid, match="1, the most urgent, to 5"):
        item_in(refunds, priority=priority)


def test_completing_ends_the_lease_and_tells_the_claim_to_the_journal(refunds, alice):
    item = item_in(refunds)

    completed(held_by(alice, item), now=after(minutes=3))

    item = fresh(item)
    assert (item.status, item.holder, item.ended_at) == ("completed", None, after(minutes=3))
    assert item.reserved_at == NOW
    assert Lease.objects.get().ending == "decided"
    assert builders.story(item) == ["item.opened", "item.completed"]
    assert detail(item, "item.completed")["claimed_by"] == "user:alice"
    assert detail(item, "item.completed")["claimed_at"] == NOW.isoformat()
    assert journal.verifies(item.instance)


def test_b54_completing_what_is_not_claimed_is_refused(refunds, alice):
    item = item_in(refunds)

    with pytest.raises(LeaseLost, match="back in its queue"):
        items.complete(item=items.lock(item.pk), by=alice, epoch=0, now=NOW)
    assert fresh(item).status == "ready"


def test_b54_completing_what_somebody_else_holds_is_refused(refunds, alice, bob):
    item = item_in(refunds)
    lease = held_by(bob, item)

    with pytest.raises(LeaseLost, match="bob has had it"):
        items.complete(item=items.lock(item.pk), by=alice, epoch=lease.epoch, now=NOW)


def test_b54_completing_under_a_stale_epoch_is_refused(refunds, alice):
    item = item_in(refunds)
    old = held_by(alice, item)
    claims.release(item_id=item.pk, by=alice, epoch=old.epoch, now=NOW)
    held_by(alice, item)

    with pytest.raises(LeaseLost):
        items.complete(item=items.lock(item.pk), by=alice, epoch=old.epoch, now=NOW)


def test_b54_completing_twice_is_refused(refunds, alice):
    lease = held_by(alice, item_in(refunds))
    completed(lease)

    with pytest.raises(LeaseLost, match="has been completed"):
        completed(lease)
    assert Lease.objects.filter(ending="decided").count() == 1


def test_b54_completing_after_the_process_took_another_way_is_refused(refunds, alice):
    lease = held_by(alice, item_in(refunds))
    items.drop(item=items.lock(lease.item_id), now=NOW)

    with pytest.raises(LeaseLost, match="no longer needed"):
        completed(lease)
    assert Lease.objects.get().ending == "obsolete"


def test_an_undo_gives_the_item_back_to_who_completed_it(refunds, alice):
    lease = held_by(alice, item_in(refunds))
    completed(lease, now=after(seconds=5))

    again = items.reopen(item=items.lock(lease.item_id), by=alice, now=after(seconds=9))

    assert (again.holder, again.epoch) == (alice, lease.epoch + 1)
    assert fresh(lease.item).status == "reserved"
    assert builders.story(lease.item)[-1] == "item.reopened"


def test_only_what_was_completed_is_reopened(refunds, alice):
    with pytest.raises(NotReady):
        items.reopen(item=items.lock(item_in(refunds).pk), by=alice, now=NOW)


def test_dropping_what_is_over_changes_nothing(refunds, alice):
    item = completed(held_by(alice, item_in(refunds)))
    before = builders.story(item)

    items.drop(item=items.lock(item.pk), now=after(minutes=1))

    assert fresh(item).status == "completed"
    assert builders.story(item) == before


def test_released_work_is_ready_again_in_its_old_place(refunds, alice):
    item = item_in(refunds)
    lease = held_by(alice, item)

    claims.release(item_id=item.pk, by=alice, epoch=lease.epoch, now=after(minutes=1))

    back = fresh(item)
    assert (back.status, back.holder, back.sort_key) == ("ready", None, item.sort_key)
    assert Lease.objects.get().ending == "released"
    assert builders.story(item)[-1] == "item.released"


def test_skipping_needs_one_of_the_reasons(refunds, alice):
    item = item_in(refunds)
    lease = held_by(alice, item)

    for reason in ("because", "", "un\x00clear"):
        with pytest.raises(NotValid, match="one of the reasons"):
            claims.skip(item_id=item.pk, by=alice, epoch=lease.epoch, reason=reason, now=NOW)
    assert fresh(item).status == "reserved"


def test_b57_a_text_that_is_too_long_is_refused_and_nothing_is_lost(refunds, alice):
    builders.skip_reason()
    item = item_in(refunds)
    lease = held_by(alice, item)

    with pytest.raises(NotValid, match="500 characters"):
        claims.skip(
            item_id=item.pk, by=alice, epoch=lease.epoch, reason="unclear", text="x" * 501, now=NOW
        )
    assert fresh(item).status == "reserved"


def test_a_skipped_item_is_not_offered_to_that_person_for_a_while(refunds, alice, bob):
    builders.skip_reason()
    item = item_in(refunds)
    lease = held_by(alice, item)

    claims.skip(
        item_id=item.pk, by=alice, epoch=lease.epoch, reason="unclear", text="Which shop?", now=NOW
    )

    assert claims.claim_next(by=alice, now=after(minutes=29)) is None
    lease = claims.claim_next(by=bob, now=after(minutes=29))
    assert lease.item == item
    claims.release(item_id=item.pk, by=bob, epoch=lease.epoch, now=after(minutes=30))
    assert claims.claim_next(by=alice, now=after(minutes=31)).item == item
    assert Skip.objects.get().text == "Which shop?"
    assert fresh(item).skips == 1
    assert detail(item, "item.skipped")["reason"] == "unclear"


def test_what_is_put_aside_comes_back_at_its_time_in_its_place(refunds, alice):
    item = item_in(refunds)
    lease = held_by(alice, item)
    claims.suspend(
        item_id=item.pk, by=alice, epoch=lease.epoch, until=after(hours=2), now=after(minutes=1)
    )

    assert fresh(item).status == "suspended"
    assert claims.claim_next(by=alice, now=after(hours=1)) is None
    assert claims.wake_due(after(hours=1)) == 0
    assert claims.wake_due(after(hours=2)) == 1
    assert claims.wake_due(after(hours=2)) == 0
    assert claims.claim_next(by=alice, now=after(hours=2)).item == item
    assert fresh(item).sort_key == item.sort_key


@pytest.mark.parametrize("hours", [-1, 0, 24 * 400])
def test_nothing_is_put_aside_until_the_past_or_for_ever(refunds, alice, hours):
    lease = held_by(alice, item_in(refunds))

    with pytest.raises(NotValid, match="from now up to a year"):
        claims.suspend(
            item_id=lease.item_id, by=alice, epoch=lease.epoch, until=after(hours=hours), now=NOW
        )


def test_the_item_of_somebody_who_went_away_returns(refunds, alice):
    item = item_in(refunds)
    held_by(alice, item)

    assert claims.expire_due(after(minutes=4)) == 0
    assert claims.expire_due(after(minutes=5)) == 1

    back = fresh(item)
    assert (back.status, back.returns, back.sort_key) == ("ready", 1, item.sort_key)
    assert Lease.objects.get().ending == "expired"
    assert detail(item, "item.lease_expired")["claimed_by"] == "user:alice"


def test_managers_hear_of_an_item_that_keeps_coming_back(alice):
    manager = person("manager")
    queue = queue_of(alice, manager=manager, max_returns=2)
    item = item_in(queue)
    for hour in (1, 2):
        held_by(alice, item, now=after(hours=hour))
        claims.expire_due(after(hours=hour, minutes=30))

    notice = Notice.objects.get()
    assert (notice.user, notice.item) == (manager, item)
    assert "came back 2 times" in notice.text
    assert builders.story(item)[-1] == "item.returned_too_often"


def test_moving_keeps_who_may_not_have_it(refunds, alice, bob):
    elsewhere = queue_of(alice)
    item = item_in(refunds, excluded={alice.person: "You asked for this."})
    instance = runtime.hold(item.instance_id)

    items.move(item=items.lock(item.pk), instance=instance, to=elsewhere, actor="user:m", now=NOW)

    assert fresh(item).queue == elsewhere
    assert claims.claim_next(by=alice, now=NOW) is None


def test_a_queue_that_changes_what_it_goes_by_puts_its_items_in_the_new_order(alice):
    queue = queue_of(alice, policy=builders.policy())
    later = item_in(queue, promised_by=after(hours=9))
    sooner = item_in(queue, promised_by=after(hours=2), now=after(minutes=1))
    queue.order = "deadline"
    queue.save()

    assert items.reorder(queue) == 2
    assert claims.claim_next(by=alice, now=after(minutes=2)).item == sooner
    assert claims.claim_next(by=alice, now=after(minutes=2)).item == later


def test_one_open_lease_per_item_whatever_the_code_does(refunds, alice, bob):
    lease = held_by(alice, item_in(refunds))

    with pytest.raises(IntegrityError, match="lease_one_open_per_item"), transaction.atomic():
        Lease.objects.create(
            item=lease.item, holder=bob, epoch=9, claimed_at=NOW, expires_at=after(minutes=5)
        )


def test_why_this_item_is_asked_and_of_whom(refunds, alice):
    builders.skilled(alice, "fraud")
    item = item_in(refunds, priority=2, skills=("fraud",))

    said = claims.why(fresh(item), after(minutes=12))

    assert said == (
        f"Rule 1. otherwise. In {refunds} its turn goes by its priority, 2. "
        "It waits for 12 min. It needs fraud."
    )


def test_why_is_my_queue_empty(alice, bob):
    assert "You work on no queue yet" in claims.why_empty(alice, NOW)
    queue = queue_of(alice, is_active=False)
    assert "closed" in claims.why_empty(alice, NOW)
    type(queue).objects.update(is_active=True)
    assert "Nothing waits" in claims.why_empty(alice, NOW)
    item_in(queue, skills=("fraud",))
    assert "needs skills that you do not have" in claims.why_empty(alice, NOW)
    kept = item_in(queue, excluded={alice.person: "You asked for this."})
    assert "you have a part in" in claims.why_empty(alice, NOW)
    Exclusion.objects.filter(item=kept).delete()
    assert "Start working" in claims.why_empty(alice, NOW)
    builders.skip_reason()
    lease = held_by(alice, kept)
    claims.skip(item_id=kept.pk, by=alice, epoch=lease.epoch, reason="unclear", now=NOW)
    assert "comes back at 10:30 UTC" in claims.why_empty(alice, NOW)
    assert WorkItem.objects.filter(status="ready").count() == 2
