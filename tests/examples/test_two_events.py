"""A shipment and its invoice: whichever comes first, twice, late, or never."""

import pytest

from examples import stories
from examples.two_events import story
from queues.models import WorkItem
from workflows import correlation
from workflows.models import Event, JournalEntry, Message, ProcessInstance

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(house):
    stories.settle(stories.named("two_events"), now=house.now)
    return house


def only():
    return ProcessInstance.objects.get()


def published():
    return list(Event.objects.order_by("id").values_list("type", flat=True))


def kinds():
    entries = JournalEntry.objects.filter(chain=only().pk).order_by("sequence")
    return list(entries.values_list("kind", flat=True))


@pytest.mark.parametrize("days", [0, 1, 2.9])
def test_both_within_three_days_are_matched(house, days):
    story.invoice(house, "P-1")
    house.pass_time(days=days)
    story.shipment(house, "P-1")

    assert published() == ["goods.matched"]
    assert only().variables.keys() == {"invoice", "shipment"}
    assert not WorkItem.objects.exists()


def test_the_time_begins_with_the_first_of_them(house):
    story.shipment(house, "P-1")
    house.pass_time(days=2, hours=23)
    assert not WorkItem.objects.exists()

    house.pass_time(hours=1)
    assert WorkItem.objects.get().title == "The invoice for P-1 never came"


def test_which_one_is_missing_is_said(house):
    story.invoice(house, "P-1")
    house.pass_time(days=3)

    assert WorkItem.objects.get().title == "The shipment for P-1 never came"


def test_one_order_does_not_take_the_invoice_of_another(house):
    story.shipment(house, "P-1")
    story.invoice(house, "P-2")
    house.pass_time(days=3)

    assert published() == []
    assert sorted(WorkItem.objects.values_list("title", flat=True)) == [
        "The invoice for P-1 never came", "The shipment for P-2 never came",
    ]  # fmt: skip


def test_what_is_announced_twice_is_one_order_before_and_after(house):
    for tell in (story.shipment, story.shipment, story.invoice, story.invoice, story.shipment):
        tell(house, "P-1")

    assert published() == ["goods.matched"]
    assert kinds().count("message.repeated") == 3
    assert ProcessInstance.objects.count() == 1


def test_an_invoice_that_comes_while_somebody_looks_takes_the_work_back(house):
    story.shipment(house, "P-1")
    house.pass_time(days=5)
    story.invoice(house, "P-1")

    assert published() == ["goods.matched_late"]
    assert WorkItem.objects.get().status == "obsolete"


def test_an_invoice_that_comes_when_all_is_over_is_seen_by_people(house):
    story.no_invoice_for(house, "P-1")
    story.invoice(house, "P-1")

    assert published() == ["goods.invoice_missing"]
    assert "message.late" in kinds()
    kept = Message.objects.get(status="refused")
    assert kept.variables == {"invoice": {"order": "P-1", "amount": 480}}


def test_a_worker_that_was_lost_loses_no_announcement(house):
    story.shipment(house, "P-1")
    kept = correlation.keep(
        name="invoice.announced", key="P-1", variables={"invoice": {"order": "P-1"}}, sender="x",
        now=house.now, until=house.now.replace(year=house.now.year + 1),
    )  # fmt: skip

    house.sweep()

    kept.refresh_from_db()
    assert (kept.status, published()) == ("delivered", ["goods.matched"])
