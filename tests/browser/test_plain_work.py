"""Work with a form, done in a browser."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from queues.models import SkipReason, WorkItem
from reviews.models import Decision, Review
from tests.browser.seats import play
from tests.reviews import builders
from tests.reviews.builders import after
from tests.reviews.working import FORM, GOOD, known, one

HEADING = "#desk h1"


@pytest.fixture
def at_work(sit, alice, bob):
    """Alice on her start page, with a parcel to pack."""
    builders.queue_of(alice, bob)
    SkipReason.objects.create(code="unsure", label="Not my field")
    one({"number": "R-1"}, inside=FORM, documentation="Wrap it twice.", now=timezone.now())
    seat = sit(alice)
    seat.open(reverse("reviews:work"))
    seat.press("j")
    expect(seat.page.locator(HEADING)).to_have_text("Pack it O-7")
    seat.ready()
    return seat


def tab_to(seat, label):
    """Tab, until this field has the focus."""
    field = seat.page.get_by_label(label, exact=False).first
    for _ in range(40):
        if field.evaluate("each => each === document.activeElement"):
            return
        seat.press("Tab")
    raise AssertionError(f"{label} cannot be reached by Tab.")


def test_a_form_is_filled_in_and_sent_by_keyboard_alone(at_work):
    page = at_work.page
    tab_to(at_work, "Amount")
    at_work.press("Control+a")
    page.keyboard.type("12")
    tab_to(at_work, "Who")
    page.keyboard.type("Rosa")
    tab_to(at_work, "Paid")
    at_work.press("Space")
    tab_to(at_work, "Day")
    page.get_by_label("Day").fill("2026-03-01")
    tab_to(at_work, "Way")
    at_work.press("ArrowDown")

    at_work.press("Control+Enter")
    expect(page.locator("#announcer")).to_contain_text("Completed Pack it O-7.")

    assert Decision.objects.get().answers == {**GOOD, "ref": "R-1"}


def test_one_key_completes_what_needs_no_more(at_work):
    at_work.press("a")
    expect(at_work.page.locator("#announcer")).to_contain_text("Completed Pack it O-7.")
    play(timezone.now() + (after(60) - after(0)))

    assert known(Review.objects.get(kind="pack"))["amount"] == 7


def test_a_value_that_does_not_fit_is_marked_where_it_stands(at_work):
    page = at_work.page
    page.get_by_label("Amount").fill("101")
    page.get_by_label("Who").fill("Rosa")

    at_work.press("Control+Enter")
    expect(page.locator("#refusal")).to_contain_text("Correct the field that is marked.")

    expect(page.get_by_label("Amount")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Amount")).to_have_accessible_description("This is at most 100.")
    expect(page.get_by_label("Who")).to_have_value("Rosa")
    assert at_work.accessibility() == ""
    assert at_work.violations() == []
    assert WorkItem.objects.get(seat__review__kind="pack").status == "reserved"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_sound_on_a_telephone(at_work, sit, alice, scheme):
    seat = sit(alice, viewport={"width": 400, "height": 800}, color_scheme=scheme)
    seat.open(at_work.page.url.removeprefix(at_work.address))
    seat.ready()

    assert seat.accessibility() == ""
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert seat.page.evaluate(wider) == 0
