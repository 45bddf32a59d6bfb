"""Four owners of one trade: each event lost, late, or told twice."""

import pytest

from examples import stories
from examples.settlement import story
from examples.settlement.handlers import paid
from workflows import expecting, signals
from workflows.models import Anomaly, Event, Expectation, JournalEntry, Message, ProcessInstance

pytestmark = pytest.mark.django_db
STEPS = (
    ("trade.captured", "trade_confirmation"),
    ("trade.confirmed", "trade_clearing"),
    ("trade.cleared", "trade_payment"),
)


@pytest.fixture
def house(house):
    stories.settle(stories.named("settlement"), now=house.now)
    return house


def of(process):
    return ProcessInstance.objects.filter(definition__key=process)


def published():
    return list(Event.objects.order_by("id").values_list("type", flat=True))


def losing(process):
    deliver = signals._start

    def lossy(message, *, now):
        if message.definition.key != process:
            return deliver(message, now=now)
        Message.objects.filter(pk=message.pk).update(status="dropped", ended_at=now)
        return False

    return lossy


def trade(house, key="T-1"):
    known = story.report(house, key)
    if of("trade_confirmation").exists():
        story.answer(house, key, agrees=True)
    return known


def test_no_owner_names_another_one():
    owners = {"trade_capture", "trade_confirmation", "trade_clearing", "trade_payment"}

    for file in stories.named("settlement").files:
        others = owners - {file.stem}
        assert not any(f'"{each}"' in file.read_text() for each in others)


def test_nobody_calls_and_nobody_waits_for_another_owner(house):
    trade(house)

    assert published() == list(story.SETTLED)
    assert all(each.caller is None for each in ProcessInstance.objects.all())
    assert {each.business_key for each in ProcessInstance.objects.all()} == {"T-1"}


@pytest.mark.parametrize(("event", "process"), STEPS)
def test_an_event_that_is_lost_is_told_as_one_that_never_began(house, monkeypatch, event, process):
    with monkeypatch.context() as lost:
        lost.setattr(signals, "_start", losing(process))
        known = trade(house)
    house.pass_time(hours=5)

    anomaly = Anomaly.objects.get()
    assert (anomaly.kind, anomaly.expectation.after) == ("never_began", event)
    assert anomaly.expectation.process == process

    story.tell_again(house, event, {**known, "clearing": {"number": "C-1"}})
    if process == "trade_confirmation":
        story.answer(house, "T-1", agrees=True)
    house.pass_time(minutes=1)
    anomaly.refresh_from_db()
    assert anomaly.outcome == "came_late"
    assert published() == list(story.SETTLED)


@pytest.mark.parametrize(("event", "process"), STEPS)
def test_an_event_that_is_told_twice_begins_one_process(house, event, process):
    known = trade(house)

    story.tell_again(house, event, {**known, "clearing": {"number": "C-1"}})

    assert of(process).count() == 1
    assert published() == list(story.SETTLED)
    assert paid("T-1") == [1_250.0]
    again = JournalEntry.objects.get(kind="signal.repeated")
    assert again.chain == of(process).get().pk


def test_what_comes_late_is_told_with_where_it_stood(house):
    story.report(house, "T-1")
    house.pass_time(hours=5)

    anomaly = Anomaly.objects.get()
    assert (anomaly.kind, anomaly.reaction) == ("unfinished", of("trade_confirmation").get())
    story.answer(house, "T-1", agrees=True)
    house.pass_time(minutes=1)

    anomaly.refresh_from_db()
    assert anomaly.outcome == "came_late"
    assert published() == list(story.SETTLED)


def test_the_trade_goes_the_same_way_with_nobody_watching(house):
    def course(key):
        for link in Expectation.objects.all():
            expecting.switch(link.pk, on=key == "T-1", by="user:ada", now=house.now)
        story.report(house, key)
        house.pass_time(hours=5)
        story.answer(house, key, agrees=True)
        house.pass_time(hours=5)
        found = ProcessInstance.objects.filter(business_key=key).order_by("id")
        return [
            (each.definition.key, each.status, each.end_node, each.chain_length) for each in found
        ]

    assert course("T-1") == course("T-2")
    assert {each.key for each in Anomaly.objects.all()} == {"T-1"}
