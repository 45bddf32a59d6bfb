"""A booking, the check that it calls, and three processes that react to how it ends."""

import pytest

from examples import stories
from examples.class_booking import story
from examples.class_booking.handlers import left
from workflows import signals
from workflows.models import Anomaly, Event, Message, ProcessInstance

pytestmark = pytest.mark.django_db
REACTIONS = ("class_attendance", "class_billing", "class_notification")


@pytest.fixture
def house(house):
    stories.settle(stories.named("class_booking"), now=house.now)
    return house


def of(process):
    return ProcessInstance.objects.filter(definition__key=process)


def published():
    return list(Event.objects.values_list("type", flat=True))


def lose(process):
    """The share of a signal that is meant for this process never reaches it."""
    deliver = signals._start

    def lossy(message, *, now):
        if message.definition.key != process:
            return deliver(message, now=now)
        Message.objects.filter(pk=message.pk).update(status="dropped", ended_at=now)
        return False

    return lossy


def test_the_booking_knows_nobody_who_reacts(house):
    (file,) = [
        each for each in stories.named("class_booking").files if each.stem == "class_booking"
    ]

    text = file.read_text()

    assert not any(word in text for word in ("billing", "attendance", "notification", "charge"))


def test_each_reaction_is_an_instance_of_its_own_with_the_same_key(house):
    story.booked(house)

    for process in REACTIONS:
        reaction = of(process).get()
        assert (reaction.business_key, reaction.caller, reaction.root) == ("B-1", None, None)
    assert (left("place", "B-1"), left("money", "B-1"), left("list", "B-1")) == (1, 18, 1)


def test_an_event_that_is_told_again_charges_nobody_twice(house):
    story.booked(house)

    booking = of("class_booking").get().variables["booking"]
    signals.broadcast(
        name="class.booked", variables={"booking": booking}, sender="user:ada", now=house.now
    )
    house.work()

    assert left("money", "B-1") == 18
    assert all(of(process).count() == 1 for process in REACTIONS)


@pytest.mark.parametrize("process", REACTIONS)
def test_a_reaction_that_never_began_is_noticed_and_the_others_go_on(house, monkeypatch, process):
    monkeypatch.setattr(signals, "_start", lose(process))
    story.booked(house)
    house.pass_time(hours=2)

    assert not of(process).exists()
    assert sum(of(each).filter(status="completed").count() for each in REACTIONS) == 2
    anomaly = Anomaly.objects.get()
    assert (anomaly.kind, anomaly.expectation.process) == ("never_began", process)
    assert not anomaly.is_nested


def test_a_check_that_does_not_answer_is_another_anomaly_and_the_booking_goes_on(house):
    story.request(house, "B-1")
    house.pass_time(minutes=5)

    anomaly = Anomaly.objects.get()
    assert (anomaly.kind, anomaly.is_nested) == ("no_answer", True)
    assert anomaly.reaction == of("entitlement_check").get()

    house.pass_time(minutes=6)
    assert of("entitlement_check").get().status == "cancelled"
    assert of("class_booking").get().status == "running", "the front desk decides"


def test_an_answer_just_in_time_is_taken(house):
    story.request(house, "B-1")
    house.pass_time(minutes=9, seconds=59)
    story.answer(house, "B-1", entitled=True)

    assert "class.booked" in published()


def test_cancelling_before_the_place_is_taken_leaves_nothing_to_undo(house):
    story.changed_mind(house)

    assert of("class_cancellation").count() == 0, "the booking itself was told"
    assert of("class_booking").get().end_node
    assert left("place", "B-6") == 0


def test_cancelling_afterwards_begins_a_process_of_its_own_once(house):
    story.cancelled(house)

    assert of("class_cancellation").count() == 1
    assert published().count("class.cancelled") == 1
    assert [left(kind, "B-5") for kind in ("place", "money", "list")] == [0, 0, 0]


def test_credit_that_is_told_twice_is_given_once(house):
    story.cancelled(house)

    booking = of("class_booking").get().variables["booking"]
    signals.broadcast(
        name="class.cancelled", variables={"booking": booking}, sender="user:ada", now=house.now
    )
    house.work()

    assert left("money", "B-5") == 0
