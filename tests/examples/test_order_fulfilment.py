"""An order, whatever happens to it: shipped or undone, never half."""

from contextlib import suppress
from random import Random

import pytest

from examples import ledger
from examples.order_fulfilment import story
from examples.order_fulfilment.story import CHAIR, LAMPS, NO_CHAIR
from examples.playing import House
from examples.stories import published, settle
from tests.examples.test_stories import left_open
from workflows import dead_letters, incidents, intake
from workflows.intake import KeyReused
from workflows.models import Event, Incident, Job, JournalEntry, ProcessInstance
from workflows.refusals import NotValid, Refusal

pytestmark = pytest.mark.django_db
LONG = 3  # looks after a crash: the lease runs out, then the pause after a failure


@pytest.fixture(autouse=True)
def orders(house):
    settle(story.EXAMPLE, now=house.now)


def kinds():
    return [entry["kind"] for entry in ledger.entries()]


def items(kind):
    return [entry["item"] for entry in ledger.entries() if entry["kind"] == kind]


def wait_out_crashes(house):
    for _ in range(LONG):
        house.pass_time(minutes=5)


# --- what comes in, what goes out ---


def test_what_goes_out_says_what_was_sold(house):
    story.straight_on(house)

    event = Event.objects.get()
    assert (event.type, event.data["paid"]) == ("order.completed", 140)
    assert event.data["parcel"].startswith("P-")
    assert sorted(kinds()) == ["letter", "parcel", "payment", "reservation", "reservation"]


def test_a_cancelled_order_says_why(house):
    story.payment_rejected(house)

    assert Event.objects.get().data == {
        "customer": "Rosa", "reason": "the payment was rejected",
    }  # fmt: skip
    assert ledger.entries()[-1]["text"] == "Your order is cancelled: the payment was rejected."


def test_what_was_done_is_undone_newest_first_each_by_a_job(house):
    story.order(house, "O-1", address="unknown")

    assert items("release") == ["chair", "lamp"]
    assert kinds()[-4:] == ["release", "release", "refund", "letter"]
    undone = Job.objects.filter(handler__in=["order.release", "order.refund"]).order_by("id")
    assert [job.handler for job in undone] == ["order.release", "order.release", "order.refund"]


def test_what_was_never_there_is_not_released(house):
    story.order(house, "O-1", lines=[LAMPS, NO_CHAIR])
    house.receive("order.refund", key="O-1")

    assert items("release") == ["lamp"]
    assert story.left() == {"goods": 0, "money": 0}


def test_the_rest_that_was_reserved_later_is_released_too(house):
    story.order(house, "O-1", lines=[LAMPS, NO_CHAIR], address="unknown")
    house.receive("order.wait", key="O-1")
    house.receive("order.restocked", key="O-1")

    assert items("release") == ["chair", "lamp"]
    assert published(house) == ("order.cancelled",)
    assert story.left() == {"goods": 0, "money": 0}


@pytest.mark.parametrize(
    ("message", "days", "reason"),
    [
        (None, 7, "the customer did not answer"),
        ("order.wait", 30, "the goods never came"),
    ],
)
def test_nobody_waits_for_ever(house, message, days, reason):
    story.order(house, "O-1", lines=[NO_CHAIR])
    if message:
        house.receive(message, key="O-1")

    house.pass_time(days=days)

    assert Event.objects.get().data["reason"] == reason
    assert story.left() == {"goods": 0, "money": 0}


def test_who_waits_may_change_their_mind(house):
    story.order(house, "O-1", lines=[NO_CHAIR])
    house.receive("order.wait", key="O-1")
    house.receive("order.refund", key="O-1")

    assert Event.objects.get().data["reason"] == "the customer wants the money back"


# --- messages twice, early, late ---


def test_the_same_order_twice_is_one_order(house):
    story.straight_on(house)
    said = {"message": "order.received", "variables": story.ORDER, "business_key": "O-9",
            "idempotency_key": "once", "sender": "api:webshop", "now": house.now}  # fmt: skip

    first, again = intake.receive(**said), intake.receive(**said)
    house.work()

    assert (first[0], first[1], again[1]) == (again[0], True, False)
    assert ProcessInstance.objects.count() == 2
    with pytest.raises(KeyReused):
        intake.receive(**{**said, "variables": {}})


def test_a_wish_that_comes_early_is_kept_until_the_customer_is_asked(house):
    early = house.receive("order.refund", key="O-1", keep_for=story.A_DAY)
    assert early is None

    story.order(house, "O-1", lines=[NO_CHAIR])

    assert published(house) == ("order.cancelled",)


@pytest.mark.parametrize("message", ["order.wait", "order.refund", "order.restocked"])
def test_a_wish_that_comes_late_changes_nothing_and_says_so(house, message):
    story.straight_on(house)

    with pytest.raises(NotValid, match="No process waits for the message"):
        house.receive(message, key="O-1")

    assert published(house) == ("order.completed",)


# --- workers that are lost, refunds that fail ---


@pytest.mark.parametrize("handler", ["order.reserve", "order.pay", "order.ship", "order.tell"])
def test_a_worker_lost_on_the_way_changes_nothing(house, handler):
    house.lose_worker(handler)
    story.straight_on(house)
    wait_out_crashes(house)

    assert published(house) == ("order.completed",)
    assert story.left() == {"goods": 3, "money": 140}
    assert kinds().count("parcel") == kinds().count("letter") == 1


@pytest.mark.parametrize("handler", ["order.release", "order.refund", "order.tell"])
def test_a_worker_lost_on_the_way_back_changes_nothing(house, handler):
    house.lose_worker(handler)
    story.order(house, "O-1", address="unknown")
    wait_out_crashes(house)

    assert published(house) == ("order.cancelled",)
    assert story.left() == {"goods": 0, "money": 0}
    assert kinds().count("refund") == 1
    assert kinds().count("release") == 2


def test_a_refund_that_fails_waits_for_a_person_and_nothing_goes_out_before(house):
    story.order(house, "O-1", card="closed", address="unknown")
    wait_out_crashes(house)

    incident = Incident.objects.get(status="open")
    assert "The card was closed" in incident.message
    assert incident.activity.node_id == "refund"
    assert published(house) == ()
    assert story.left() == {"goods": 0, "money": 140}

    incidents.retry(incident_id=incident.pk, by="user:grace", now=house.now)
    wait_out_crashes(house)
    again = Incident.objects.get(status="open")
    dead_letters.correct(
        incident_id=again.pk, news={"card": "new"}, by="user:grace", now=house.now
    )  # fmt: skip
    house.work()

    assert published(house) == ("order.cancelled",)
    assert story.left() == {"goods": 0, "money": 0}
    assert JournalEntry.objects.filter(kind="variables.corrected", actor="user:grace").exists()


# --- any order of anything ---

ACTS = ("order.wait", "order.refund", "order.restocked", "a day", "a crash", "a crash")


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_an_order_ends_once_and_nothing_is_left_half(house, seed):
    chance = Random(seed)
    house.doomed = chance.choices(
        ["order.reserve", "order.pay", "order.release", "order.refund", "order.ship"],
        k=chance.randrange(3),
    )
    story.order(
        house, "O-1",
        lines=chance.choices([LAMPS, CHAIR, NO_CHAIR], k=chance.randrange(4)),
        card=chance.choice(["good", "good", "declined", "closed"]),
        address=chance.choice(["Harbour Lane 3", "unknown"]),
    )  # fmt: skip
    for _ in range(chance.randrange(6)):
        happen(house, chance.choice(ACTS))
    come_to_an_end(house)

    assert left_open() == []
    (end,) = published(house)
    if end == "order.cancelled":
        assert story.left() == {"goods": 0, "money": 0}
    else:
        lines = ProcessInstance.objects.get().variables["lines"]
        assert story.left() == {
            "goods": sum(line["quantity"] for line in lines),
            "money": sum(line["quantity"] * line["price"] for line in lines),
        }


def happen(house: House, act: str) -> None:
    if act == "a day":
        house.pass_time(days=1)
    elif act == "a crash":
        house.pass_time(minutes=5)
    else:
        with suppress(Refusal):  # nobody waits for it just now
            house.receive(act, key="O-1")


def come_to_an_end(house: House) -> None:
    """Days pass, and whoever is in trouble names another card."""
    for _ in range(45):
        if not ProcessInstance.objects.filter(status="running").exists():
            return
        for incident in Incident.objects.filter(status="open"):
            dead_letters.correct(
                incident_id=incident.pk, news={"card": "new"}, by="user:grace", now=house.now
            )  # fmt: skip
        house.pass_time(days=1)
