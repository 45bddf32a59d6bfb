"""The example lender: put in place once, at work by the operations of everybody."""

import threading
import time
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.core.management import CommandError, call_command

from config import demo_people
from config.demo import decisions, desks, history, house, payment_help, people
from config.demo.desks import Desk
from config.demo.shift import Shift
from config.demo.supervision import LEFT_FOR_VISITORS, Supervision
from config.management.commands import demo_traffic
from examples.lender import outages
from examples.lender.arrivals import Arrivals
from examples.lender.colleagues import TEAM, Act, Plan
from queues import claims, routing, unusual
from queues.models import (
    Calendar,
    Membership,
    Person,
    Queue,
    RoutingRule,
    ServiceToken,
    SLAPolicy,
    User,
    WorkItem,
)
from reviews import audit, grids
from reviews.models import Decision, Grid, Review
from workflows import choosing, decision_drafts, journal, wakeups
from workflows.authors import Author
from workflows.models import (
    DecisionDraft,
    Incident,
    Job,
    ProcessDefinition,
    ProcessInstance,
    ProcessMigration,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
COUNTED = [
    Calendar, Grid, Membership, Person, ProcessDefinition, Queue, RoutingRule, ServiceToken,
    SLAPolicy, User,
]  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alone(monkeypatch, settings, tmp_path):
    """No broker to wake, files in a place of their own, no outage."""
    monkeypatch.setattr(wakeups, "send", lambda *_: True)
    monkeypatch.setenv(outages.SWITCH, "0")
    monkeypatch.setenv("COUNTERSIGN_LEDGER", str(tmp_path / "ledger.jsonl"))
    settings.VAR_DIR = tmp_path


@pytest.fixture
def lender():
    house.settle(NOW)


@pytest.fixture
def short_past(monkeypatch):
    """Enough of a past to meet everything, quickly."""
    monkeypatch.setattr(history, "CALM", timedelta(minutes=4))
    monkeypatch.setattr(history, "BUSY", timedelta(minutes=4))


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


def applied(count=12):
    """So many applications, scored, and what is not decided by itself waits in queues."""
    past = history.History(seed=4)
    for place in range(count):
        past.receive_one(NOW + timedelta(seconds=place))
    past.work(NOW + timedelta(seconds=count + 1))
    return past


def desk_of(username):
    who = next(each for each in TEAM if each.username == username)
    return Desk(who, User.objects.get(username=username), Random(2))


# --- in place ---


def test_seeding_twice_adds_nothing(tmp_path):
    call_command("seed_demo", "--no-history")
    before = counts()
    call_command("seed_demo", "--no-history")

    assert counts() == before


def test_what_somebody_changed_stays_changed(lender):
    Queue.objects.filter(slug="large-loans").update(name="Big ones")
    house.settle(NOW + timedelta(days=1))

    assert Queue.objects.get(slug="large-loans").name == "Big ones"


def test_a_visitor_can_be_each_role_and_no_colleague(lender, settings):
    settings.DEMO = True

    assert [(each.username, each.role) for each in demo_people.offered()] == [
        ("robin", "Reviewer"),
        ("morgan", "Manager"),
        ("ada", "Administrator"),
        ("grace", "Administrator"),
    ]


def test_nobody_of_the_lender_has_a_password(lender):
    assert not any(user.has_usable_password() for user in User.objects.filter(kind="person"))


def test_the_websites_key_is_for_its_owner_alone(tmp_path):
    call_command("seed_demo", "--no-history")
    key = tmp_path / "lender-website.token"

    assert key.stat().st_mode & 0o777 == 0o600
    assert ServiceToken.objects.get(user__username="lender-website").prefix in key.read_text()


def test_a_lost_key_is_replaced_and_opens_nothing_any_more(tmp_path):
    call_command("seed_demo", "--no-history")
    (tmp_path / "lender-website.token").unlink()
    call_command("seed_demo", "--no-history")

    assert ServiceToken.objects.filter(revoked_at=None).count() == 1
    assert ServiceToken.objects.count() == 2


def test_the_grid_knows_all_four_answers(lender):
    cells = Grid.objects.get(review_kind="loan_approval").cells.values_list("disposition")

    assert len(cells) == 12
    assert {each for (each,) in cells} == {"auto", "review", "dual", "block"}


def test_a_visitor_finds_a_choice_to_make_and_a_version_that_can_take_over(lender):
    first, second = ProcessDefinition.objects.filter(key=payment_help.KEY).order_by("version")
    begun = ProcessInstance.objects.filter(definition__in=[first, second])
    on = {each.business_key: each for each in begun.select_related("definition")}

    assert {key for key, each in on.items() if each.definition == first} == {"H-302", "H-303"}
    assert {key for key, each in on.items() if each.definition == second} == {
        "H-301", "H-304", "H-305", "H-306",
    }  # fmt: skip
    for each in on.values():
        [choice] = choosing.open_in(each)
        assert len(choice.steps) == 4
        assert journal.verifies(each)
    tried = ProcessMigration.objects.get()
    assert (tried.status, tried.total) == ("done", 1)
    items = WorkItem.objects.filter(queue__slug="payment-help", status="ready")
    assert {each.instance.business_key for each in items} == {
        "H-301", "H-302", "H-303", "H-305", "H-306",
    }  # fmt: skip


# --- the past ---


def test_a_past_is_lived_through_the_operations_of_everybody(lender, short_past):
    history.write(NOW)

    assert not Job.objects.exclude(status__in=["completed", "dead"]).exists()
    assert Incident.objects.get(status="open").kind == "dead_job"
    assert WorkItem.objects.filter(status="ready").exists()
    assert Decision.objects.exists()
    assert not ProcessInstance.objects.filter(started_at__gt=NOW).exists()
    assert not Decision.objects.filter(decided_at__gt=NOW).exists()
    for instance in ProcessInstance.objects.all():
        assert journal.verifies(instance)
        assert audit.four_eyes_violations(instance) == []


def test_a_past_is_written_once(lender):
    applied(1)
    before = ProcessInstance.objects.count()
    call_command("seed_demo")

    assert ProcessInstance.objects.count() == before


# --- at work ---


def test_a_colleague_takes_thinks_and_decides(lender):
    applied()
    desk = desk_of("esra")
    desk.go_on(NOW + timedelta(minutes=3))
    assert desk.lease is not None
    item_id = desk.lease.item_id
    desk.plan = Plan(Act.DECIDE, timedelta(0), outcome="approve")
    desk.done_at = NOW + timedelta(minutes=4)
    desk.go_on(NOW + timedelta(minutes=4))

    assert Decision.objects.get(item=item_id).account.username == "esra"
    assert desk.lease is None


def test_a_colleague_who_thinks_for_long_says_still_here(lender):
    applied()
    desk = desk_of("esra")
    desk.go_on(NOW + timedelta(minutes=3))
    first = desk.lease.expires_at
    desk.done_at = NOW + timedelta(minutes=9)
    desk.go_on(NOW + timedelta(minutes=4))

    desk.lease.refresh_from_db()
    assert desk.lease.expires_at > first


def test_young_items_are_left_for_a_visitor_and_old_ones_are_not(lender):
    queue = Queue.objects.get(slug="personal-north")
    line = desks.Line(queue, count=2, first=1, oldest_at=NOW)

    assert not line.is_to_be_worked_on(NOW + timedelta(seconds=30))
    assert line.is_to_be_worked_on(NOW + timedelta(minutes=2))


def test_what_a_visitor_holds_is_never_decided_by_a_colleague(lender):
    past = applied(20)
    robin = User.objects.get(username="robin")
    User.objects.filter(pk=robin.pk).update(wip_limit=50)
    later = NOW + timedelta(minutes=1)
    held = [claims.claim_next(by=robin, now=later).item_id for _ in range(3)]
    past.bring_in(TEAM, at=later)
    past.let_pass(until=later + timedelta(minutes=2))

    assert Decision.objects.exists()
    assert not Decision.objects.filter(item__in=held).exists()
    assert set(WorkItem.objects.filter(pk__in=held).values_list("holder__username")) == {("robin",)}


def test_a_colleague_who_lost_an_item_goes_on_with_another(lender):
    applied()
    desk = desk_of("esra")
    desk.go_on(NOW + timedelta(minutes=3))
    lease = desk.lease
    claims.expire_due(now=lease.expires_at + timedelta(seconds=1))
    again_at = desk.go_on(lease.expires_at + timedelta(minutes=10))

    assert desk.lease is None
    assert again_at > lease.expires_at
    assert not Decision.objects.exists()


def test_the_manager_lets_old_stops_through_and_leaves_the_last_ones(lender, monkeypatch):
    grids.publish(
        review_kind="loan_approval", name="All stop", confidence_edges=[], rows=[["block"]],
        by="user:ada", now=NOW,
    )  # fmt: skip
    applied(4)
    manager = Supervision(User.objects.get(username=people.SIMULATED_MANAGER))
    manager.go_round(NOW + timedelta(minutes=1))
    assert Review.objects.filter(status="blocked").count() == 4
    for minute in range(10, 20):
        manager.go_round(NOW + timedelta(minutes=minute))

    assert Review.objects.filter(status="blocked").count() == LEFT_FOR_VISITORS


def test_numbers_go_on_where_they_stopped(lender):
    applied(3)
    shift = Shift(seed=9)
    shift.open_door(Arrivals(every=timedelta(seconds=4)), at=NOW)
    shift.advance(shift.next_at)

    assert ProcessInstance.objects.filter(business_key="L-000004").exists()


# --- the command ---


def test_traffic_stops_when_asked(lender):
    stop = threading.Event()
    shift = demo_traffic.begin(1.0, 0, has_colleagues=False)
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    demo_traffic.keep_going(shift, stop)

    assert time.monotonic() - began < 30


@pytest.mark.parametrize("words", ["0", "-1", "21", "fast", "nan"])
def test_a_speed_that_makes_no_sense_is_refused(words):
    with pytest.raises(Exception, match="Use a number from"):
        demo_traffic.speed(words)


def test_without_a_lender_there_is_no_traffic():
    with pytest.raises(CommandError, match="seed_demo"):
        call_command("demo_traffic")


def test_a_visitor_can_sign_the_change_that_waits_and_then_other_amounts_are_large(lender):
    ada = User.objects.get(username=people.ADMIN)
    (draft,) = DecisionDraft.objects.filter(status="submitted")
    asked = {**decisions.USUAL, "payload": {"amount": 55_000}}
    before = routing.route({"kind": house.KIND, **asked}, now=NOW)

    signer = Author(actor=ada.actor, person=str(ada.person_id))
    decision_drafts.sign(draft, digest=draft.submitted_digest, by=signer, now=NOW)

    after = routing.route({"kind": house.KIND, **asked}, now=NOW)
    assert (before.queue.slug, after.queue.slug) == ("large-loans", "personal-north")
    assert after.source is not None
    assert after.source.version == 2


def test_whatever_a_visitor_uploads_finds_a_queue_and_nothing_is_left_unpromised(lender):
    assert [oddity.sentence for oddity in unusual.found()] == []

    found = routing.route({"kind": "somebody_elses_task"}, now=NOW)

    assert found.queue.slug == "general"
