"""A manager's morning in front of the board."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from queues import claims
from queues.models import WorkItem
from tests.browser.seats import ask


@pytest.fixture
def at_the_board(sit, max_, loans):
    """Max, who manages a queue in which two loans wait."""
    ask("Rosa")
    ask("Samir")
    seat = sit(max_)
    seat.open("/board/")
    return seat


def test_a_figure_on_the_board_leads_to_its_items(at_the_board, loans):
    page = at_the_board.page
    row = page.get_by_role("row").filter(has_text=loans.name)
    expect(row).to_contain_text("2")

    row.get_by_role("link").filter(has_text="2").last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(loans.name)
    expect(page.get_by_role("link", name="Loan for Rosa")).to_be_visible()


def test_the_board_follows_without_being_asked(at_the_board, loans, alice):
    page = at_the_board.page
    page.get_by_role("link", name="All items").focus()
    claims.claim(item_id=WorkItem.objects.first().pk, by=alice, now=timezone.now())

    row = page.get_by_role("row").filter(has_text=loans.name)

    expect(row).to_contain_text("1 at work", timeout=12_000)
    expect(page.get_by_role("link", name="All items")).to_be_focused()


def test_from_an_item_to_its_history_and_its_process(at_the_board):
    page = at_the_board.open("/items/")

    page.get_by_role("link", name="Loan for Rosa").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Loan for Rosa")

    page.locator("a[href*='/processes/']").last.click()
    expect(page.locator("svg").filter(has_text=re.compile("review")).first).to_be_visible()


def test_the_list_of_processes_leads_to_the_diagram(at_the_board):
    page = at_the_board.open("/processes/")

    page.locator("main a[href*='/processes/0']").first.click()

    expect(page.locator("main svg").first).to_be_visible()
    assert at_the_board.violations() == []


def test_a_manager_who_only_watches_decides_nothing(at_the_board):
    item = WorkItem.objects.first()

    at_the_board.open(reverse("reviews:item", args=[item.pk]))

    expect(at_the_board.page.get_by_role("heading", level=1)).to_be_visible()
    expect(at_the_board.page.locator("[name=outcome]")).to_have_count(0)


def test_another_queue_is_not_shown(sit, alice, max_, loans):
    from tests.reviews import builders

    elsewhere = builders.queue_of(alice)
    page = sit(max_).open("/board/")

    expect(page.get_by_role("table").first).to_contain_text(loans.name)
    expect(page.get_by_role("table").first).not_to_contain_text(elsewhere.name)


def test_on_a_telephone_the_menu_begins_with_the_page_one_is_on(sit, max_, loans):
    seat = sit(max_, viewport={"width": 400, "height": 800})

    page = seat.open("/chains/")

    expect(page.get_by_role("link", name="Event chains")).to_be_in_viewport(ratio=1)


def test_on_a_very_narrow_screen_the_diagram_begins_with_where_the_process_stands(sit, max_, loans):
    instance = ask("Rosa").instance
    seat = sit(max_, viewport={"width": 220, "height": 800})

    page = seat.open(f"/processes/{instance.pk}/")

    box, step = (page.locator(each).bounding_box() for each in ("#diagram", ".bpmn-node.is-active"))
    assert box["x"] <= step["x"]
    assert step["x"] + step["width"] <= box["x"] + box["width"]
