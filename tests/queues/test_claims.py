import pytest
from django.db import connection

from queues import claim_statement, claims
from queues.models import Lease, Requirement, WorkItem
from tests.queues import builders
from tests.queues.builders import NOW, after, fresh, held_by, item_in, person, queue_of

pytestmark = pytest.mark.django_db


# --- one item ---


def test_a_claim_reserves_the_item_and_is_recorded_as_a_lease(refunds, alice):
    item = item_in(refunds)

    lease = held_by(alice, item)

    item = fresh(item)
    assert (item.status, item.holder, item.reserved_at, item.epoch) == ("reserved", alice, NOW, 1)
    assert (lease.epoch, lease.expires_at, lease.ended_at) == (1, NOW + refunds.lease_for, None)


def test_claiming_what_one_holds_gives_the_same_lease(refunds, alice):
    item = item_in(refunds)

    assert held_by(alice, item) == held_by(alice, item, now=after(minutes=1))
    assert Lease.objects.count() == 1


def test_who_comes_second_is_told_who_was_faster(refunds, alice, bob):
    item = item_in(refunds)
    held_by(alice, item)

    with pytest.raises(claims.AlreadyReserved, match="alice was faster"):
        held_by(bob, item)


def test_b55_outsiders_cannot_claim(refunds):
    mallory = person("mallory")
    item = item_in(refunds)

    with pytest.raises(claims.NotAMember) as refusal:
        held_by(mallory, item)
    with pytest.raises(claims.NotAMember):
        claims.claim_next(by=mallory, queue=refunds, now=NOW)

    assert refusal.value.status == 403
    assert claims.claim_next(by=mallory, now=NOW) is None
    assert not Lease.objects.exists()


def test_managing_a_queue_is_not_working_in_it():
    manager = person("manager")
    queue = queue_of(manager=manager)
    item = item_in(queue)

    with pytest.raises(claims.NotAMember):
        held_by(manager, item)
    assert claims.claim_next(by=manager, now=NOW) is None


@pytest.mark.parametrize("kind", ["service", "agent"])
def test_a30_programs_never_claim(refunds, kind):
    robot = builders.program("robot", kind)
    refunds.memberships.create(user=robot)
    item = item_in(refunds)

    with pytest.raises(claims.NotAPerson, match="Only people"):
        held_by(robot, item)
    with pytest.raises(claims.NotAPerson):
        claims.claim_next(by=robot, now=NOW)


def test_an_account_that_was_switched_off_meanwhile_cannot_claim(refunds, alice):
    item = item_in(refunds)
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)

    with pytest.raises(claims.AccountInactive):
        held_by(alice, item)
    with pytest.raises(claims.AccountInactive):
        claims.claim_next(by=alice, now=NOW)


def test_a_closed_queue_hands_out_nothing(refunds, alice):
    item = item_in(refunds)
    refunds.is_active = False
    refunds.save()

    with pytest.raises(claims.QueueClosed):
        held_by(alice, item)
    with pytest.raises(claims.QueueClosed):
        claims.claim_next(by=alice, queue=refunds, now=NOW)
    assert claims.claim_next(by=alice, now=NOW) is None


def test_what_is_over_cannot_be_claimed(refunds, alice, bob):
    item = item_in(refunds)
    builders.completed(held_by(alice, item))

    with pytest.raises(claims.NotReady, match="completed"):
        held_by(bob, item)


def test_a1_a_person_who_is_kept_from_an_item_cannot_claim_it(refunds, alice):
    item = item_in(refunds, excluded={alice.person: "You asked for this."})

    with pytest.raises(claims.Excluded, match="You asked for this"):
        held_by(alice, item)
    assert claims.claim_next(by=alice, now=NOW) is None


def test_a7_a_second_account_of_the_same_person_is_kept_from_it_as_well(refunds, alice, bob):
    other = person("alice-admin", identity=alice.person)
    refunds.memberships.create(user=other)
    item = item_in(refunds, excluded={alice.person: "You asked for this."})

    with pytest.raises(claims.Excluded):
        held_by(other, item)
    assert claims.claim_next(by=other, now=NOW) is None
    assert claims.claim_next(by=bob, now=NOW).item == item


# --- what comes next ---


def test_the_most_urgent_class_comes_first_and_the_oldest_inside_it(refunds, alice):
    late = item_in(refunds, priority=3, now=after(minutes=2))
    early = item_in(refunds, priority=3, now=after(minutes=1))
    urgent = item_in(refunds, priority=1, now=after(minutes=9))

    taken = [claims.claim_next(by=alice, now=after(minutes=10)).item for _ in range(3)]

    assert taken == [urgent, early, late]


def test_one_order_runs_through_all_queues_of_a_person(refunds, alice):
    loans = queue_of(alice)
    second = item_in(refunds, now=after(minutes=2))
    first = item_in(loans, now=after(minutes=1))
    third = item_in(loans, now=after(minutes=3))
    stranger = item_in(queue_of(), priority=1)

    taken = [claims.claim_next(by=alice, now=after(minutes=10)).item for _ in range(3)]

    assert taken == [first, second, third]
    assert fresh(stranger).status == "ready"


def test_asking_one_queue_leaves_the_others_alone(refunds, alice):
    loans = queue_of(alice)
    item_in(refunds, priority=1)
    wanted = item_in(loans, priority=5)

    assert claims.claim_next(by=alice, queue=loans, now=NOW).item == wanted


def test_a_queue_may_go_by_deadline(alice):
    queue = queue_of(alice, order="deadline", policy=builders.policy())
    relaxed = item_in(queue, priority=1, promised_by=after(hours=9))
    pressing = item_in(queue, priority=5, promised_by=after(hours=2))

    assert claims.claim_next(by=alice, now=NOW).item == pressing
    assert claims.claim_next(by=alice, now=NOW).item == relaxed


def test_nothing_is_offered_that_needs_a_skill_the_person_lacks(refunds, alice, bob):
    fraud = item_in(refunds, priority=1, skills=("fraud",))
    plain = item_in(refunds)
    builders.skilled(bob, "fraud")

    assert claims.claim_next(by=alice, now=NOW).item == plain
    assert claims.claim_next(by=alice, now=NOW) is None
    with pytest.raises(claims.NotEligible, match="fraud"):
        held_by(alice, fraud)
    assert claims.claim_next(by=bob, now=NOW).item == fraud


def test_the_only_item_somebody_can_take_is_found_behind_hundreds_that_they_cannot(refunds, alice):
    builders.skilled(person("carol"), "fraud")
    for _ in range(230):
        item_in(refunds, priority=1, skills=("fraud",))
    plain = item_in(refunds, priority=5)

    assert claims.claim_next(by=alice, now=NOW).item == plain


def test_what_lies_beyond_the_first_look_is_not_overtaken_by_another_queue(refunds, alice):
    """In `refunds` the first 200 rows are for others; the row after them is older than in loans."""
    builders.skilled(person("carol"), "fraud")
    for minute in range(230):
        item_in(refunds, skills=("fraud",), now=after(minutes=minute))
    hidden = item_in(refunds, now=after(minutes=231))
    visible = item_in(queue_of(alice), now=after(minutes=300))

    taken = [claims.claim_next(by=alice, now=after(days=1)).item for _ in range(2)]

    assert taken == [hidden, visible]


def test_an_item_that_came_back_goes_to_its_old_place(refunds, alice, bob):
    first = item_in(refunds, now=NOW)
    item_in(refunds, now=after(minutes=1))
    lease = claims.claim_next(by=alice, now=after(minutes=2))
    claims.release(item_id=first.pk, by=alice, epoch=lease.epoch, now=after(minutes=3))

    assert claims.claim_next(by=bob, now=after(minutes=4)).item == first


def test_none_when_nothing_waits(refunds, alice):
    assert claims.claim_next(by=alice, now=NOW) is None


# --- limits ---


def test_b55_nobody_gets_past_their_work_limit(refunds):
    carol = person("carol", wip_limit=2)
    refunds.memberships.create(user=carol)
    for _ in range(3):
        last = item_in(refunds)
    claims.claim_next(by=carol, now=NOW)
    claims.claim_next(by=carol, now=NOW)

    with pytest.raises(claims.WorkLimitReached, match="You hold 2 of 2"):
        claims.claim_next(by=carol, now=NOW)
    with pytest.raises(claims.WorkLimitReached):
        held_by(carol, last)
    assert Lease.objects.count() == 2


def test_the_limit_counts_all_accounts_of_a_person(refunds):
    carol = person("carol", wip_limit=1)
    other = person("carol-2", identity=carol.person, wip_limit=1)
    for account in (carol, other):
        refunds.memberships.create(user=account)
    item_in(refunds)
    item_in(refunds)
    claims.claim_next(by=carol, now=NOW)

    with pytest.raises(claims.WorkLimitReached):
        claims.claim_next(by=other, now=NOW)


def test_a_heavy_item_counts_for_more_and_waits_for_somebody_with_room(refunds):
    carol = person("carol", wip_limit=3)
    refunds.memberships.create(user=carol)
    light = item_in(refunds, priority=1)
    heavy = item_in(refunds, priority=2, weight=3)
    other = item_in(refunds, priority=3)

    taken = [claims.claim_next(by=carol, now=NOW).item for _ in range(2)]

    assert taken == [light, other]
    with pytest.raises(claims.WorkLimitReached):
        held_by(carol, heavy)


def test_an_item_too_heavy_for_anybody_goes_to_who_has_nothing_else(refunds):
    carol = person("carol", wip_limit=1)
    refunds.memberships.create(user=carol)
    heavy = item_in(refunds, weight=5)

    assert claims.claim_next(by=carol, now=NOW).item == heavy


def test_a_queue_may_limit_how_much_of_it_one_person_holds(alice):
    narrow = queue_of(alice, wip_limit=1)
    item_in(narrow, priority=1)
    left = item_in(narrow, priority=1)
    elsewhere = item_in(queue_of(alice), priority=5)
    claims.claim_next(by=alice, now=NOW)

    with pytest.raises(claims.WorkLimitReached, match="as one person may: 1"):
        claims.claim_next(by=alice, queue=narrow, now=NOW)
    with pytest.raises(claims.WorkLimitReached):
        held_by(alice, left)
    assert claims.claim_next(by=alice, now=NOW).item == elsewhere


# --- keeping it ---


def test_a_heartbeat_keeps_the_lease(refunds, alice):
    lease = held_by(alice, item_in(refunds))

    kept = claims.heartbeat(
        item_id=lease.item_id, by=alice, epoch=lease.epoch, now=after(minutes=4)
    )

    assert kept.expires_at == after(minutes=4) + refunds.lease_for
    assert claims.expire_due(after(minutes=6)) == 0


def test_b54_a_heartbeat_under_an_old_lease_says_who_has_it_now(refunds, alice, bob):
    item = item_in(refunds)
    old = held_by(alice, item)
    claims.release(item_id=item.pk, by=alice, epoch=old.epoch, now=NOW)
    held_by(bob, item)

    with pytest.raises(claims.LeaseLost, match="bob has had it since 10:00 UTC") as refusal:
        claims.heartbeat(item_id=item.pk, by=alice, epoch=old.epoch, now=NOW)
    assert refusal.value.status == 409


def test_b54_an_epoch_of_before_is_refused_even_of_the_same_person(refunds, alice):
    item = item_in(refunds)
    old = held_by(alice, item)
    claims.release(item_id=item.pk, by=alice, epoch=old.epoch, now=NOW)
    held_by(alice, item)

    for operation in (claims.heartbeat, claims.release):
        with pytest.raises(claims.LeaseLost):
            operation(item_id=item.pk, by=alice, epoch=old.epoch, now=NOW)


# --- the statement and the state machine ---


def test_the_claim_statement_does_to_a_row_what_the_transition_does(refunds, alice, bob):
    by_statement, by_transition = item_in(refunds), item_in(refunds)

    claims.claim_next(by=alice, now=after(minutes=1))
    held_by(alice, by_transition, now=after(minutes=1))

    def row(item):
        values = WorkItem.objects.filter(pk=item.pk).values().get()
        leased = Lease.objects.filter(item=item).values().get()
        own = {"id", "instance_id", "activity_id", "title", "item_id"}
        return [{k: v for k, v in each.items() if k not in own} for each in (values, leased)]

    assert row(by_statement) == row(by_transition)


@pytest.mark.parametrize("status", sorted(set(WorkItem.Status.values) - {"ready"}))
def test_only_what_the_transition_may_start_from_is_taken(refunds, alice, status):
    """The column is written directly here, as no operation reaches some of these states alone."""
    item = item_in(refunds)
    over = status in {"completed", "obsolete"}
    WorkItem.objects.filter(pk=item.pk).update(
        status=status,
        ended_at=NOW if over else None,
        holder=alice if status == "reserved" else None,
        reserved_at=NOW if status == "reserved" else None,
    )

    assert claims.claim_next(by=alice, now=NOW) is None


def explained(statement: str, user, queue) -> str:
    """The plan over a backlog of 20,000 items with 20 different needs."""
    given = {
        "queues": [queue.pk], "rooms": [5], "depth": 4, "candidates": 32, "user": user.pk,
        "person": user.person_id,
        "eligible": list(Requirement.objects.values_list("pk", flat=True)[:3]), "now": NOW,
        "activities": [],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE queues_workitem")
        cursor.execute("EXPLAIN " + statement, given)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_both_looks_walk_the_indexes_made_for_them(refunds, alice):
    builders.backlog(refunds, items=20_000, needs=20)

    first = explained(claim_statement.TAKE_FIRST_LOOK, alice, refunds)
    by_need = explained(claim_statement.TAKE_BY_NEED, alice, refunds)

    assert "using item_next_any " in first
    assert "using item_next " in by_need
    assert "Seq Scan on queues_workitem" not in first + by_need


def test_a_claim_asks_few_questions(refunds, alice, django_assert_max_num_queries):
    item_in(refunds)
    item_in(queue_of(alice))

    with django_assert_max_num_queries(5):
        claims.claim_next(by=alice, now=NOW)
