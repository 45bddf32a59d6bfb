from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from queues import claims
from queues.models import Lease, Skip, WorkItem
from reviews.models import Decision, Review
from tests.browser.seats import ask, play
from tests.reviews import builders

HEADING = "#desk h1"


@pytest.fixture
def at_work(sit, alice, loans):
    """Alice, with three loans waiting, on her start page."""
    for applicant in ("Rosa", "Samir", "Tove"):
        ask(applicant)
    seat = sit(alice)
    seat.open(reverse("reviews:work"))
    return seat


def start(seat, applicant="Rosa"):
    seat.press("j")
    shows(seat, applicant)


def shows(seat, applicant):
    expect(seat.page.locator(HEADING)).to_have_text(f"Loan for {applicant}")
    seat.ready()


def answers():
    made = Decision.objects.filter(withdrawn_at__isnull=True).order_by("decided_at")
    return [(each.item.title.removeprefix("Loan for "), each.outcome) for each in made]


# --- the keyboard alone ---


def test_three_items_by_keyboard_alone(at_work):
    page = at_work.page
    start(at_work)
    expect(page.locator(HEADING)).to_be_focused()

    at_work.press("a")
    shows(at_work, "Samir")
    expect(page.locator(HEADING)).to_be_focused()
    expect(page.locator("#announcer")).to_contain_text("Approved Loan for Rosa. Now Loan for Samir")
    assert page.url.endswith(str(WorkItem.objects.get(title="Loan for Samir").pk) + "/")

    at_work.press("2", "x")
    shows(at_work, "Tove")
    at_work.press("1", "a")
    expect(page.locator(HEADING)).to_have_text("Nothing is left to do here")

    assert answers() == [("Rosa", "approve"), ("Samir", "reject"), ("Tove", "approve")]
    assert Decision.objects.get(outcome="reject").reasons == ["debts"]


def test_an_edit_by_keyboard_is_a_new_version(at_work):
    start(at_work)

    at_work.press("e")
    amount = at_work.page.get_by_label("Amount")
    amount.fill("4500")
    at_work.press("Control+Enter")
    shows(at_work, "Samir")

    assert Decision.objects.get().edits == {"amount": 4500}


def test_enter_in_a_field_decides_nothing(at_work):
    start(at_work)

    at_work.press("e")
    at_work.page.get_by_label("Amount").press("Enter")
    at_work.page.wait_for_timeout(300)

    assert not Decision.objects.exists()


def test_skipping_takes_two_keys(at_work):
    start(at_work)

    at_work.press("s", "2")
    shows(at_work, "Samir")

    assert Skip.objects.get().reason.code == "waiting"
    assert not Decision.objects.exists()


def test_flagging_by_keyboard(at_work):
    start(at_work)

    at_work.press("f")
    at_work.page.get_by_label("What should a manager look at?").fill("Looks forged")
    at_work.press("Control+Enter")
    shows(at_work, "Samir")

    assert WorkItem.objects.get(title="Loan for Rosa").flags.get().text == "Looks forged"


def test_z_takes_the_last_decision_back(at_work):
    start(at_work)
    at_work.press("a")
    shows(at_work, "Samir")

    at_work.press("z")
    shows(at_work, "Rosa")
    expect(at_work.page.locator("#toasts")).to_contain_text("Taken back")
    expect(at_work.page.locator("#toasts [data-countdown]")).to_have_count(0)
    at_work.press("x")
    shows(at_work, "Samir")

    assert answers() == [("Rosa", "reject")]


def test_with_shift_the_page_stays(at_work):
    start(at_work)

    at_work.press("Shift+A")

    expect(at_work.page.get_by_text("You: Approved")).to_be_visible()
    expect(at_work.page.locator(HEADING)).to_have_text("Loan for Rosa")
    assert not Lease.objects.filter(ended_at__isnull=True).exists()


def test_k_leads_back_and_j_forward(at_work):
    start(at_work)
    at_work.press("a")
    shows(at_work, "Samir")

    at_work.press("k")
    shows(at_work, "Rosa")
    at_work.press("j")
    shows(at_work, "Samir")


# --- keys that must do nothing ---


def test_typing_in_the_rationale_presses_no_key(at_work):
    start(at_work)

    at_work.page.get_by_label("Rationale").press_sequentially("axes fly fast? sez 12")
    at_work.page.wait_for_timeout(300)

    assert not Decision.objects.exists()
    expect(at_work.page.get_by_label("Rationale")).to_have_value("axes fly fast? sez 12")


def test_ctrl_enter_sends_what_the_hint_says(at_work):
    start(at_work)
    hint = at_work.page.locator("#rationale-hint")
    expect(hint).to_contain_text("sends Approve")
    at_work.page.get_by_text("Too many debts").click()
    expect(hint).to_contain_text("sends Reject")

    at_work.page.get_by_label("Rationale").fill("More than half the income")
    at_work.press("Control+Enter")
    shows(at_work, "Samir")

    assert Decision.objects.get().rationale == "More than half the income"
    assert answers() == [("Rosa", "reject")]


def test_a_held_key_is_one_decision(at_work):
    start(at_work)

    for _ in range(30):
        at_work.page.keyboard.down("a")
    at_work.page.keyboard.up("a")
    shows(at_work, "Samir")
    at_work.page.wait_for_timeout(300)

    assert answers() == [("Rosa", "approve")]


def test_keys_can_be_switched_off(at_work, alice):
    alice.shortcuts_enabled = False
    alice.save()
    at_work.open(reverse("reviews:work"))
    at_work.page.get_by_role("button", name="Start working").click()
    shows(at_work, "Rosa")

    at_work.press("a", "x", "s")
    at_work.page.wait_for_timeout(300)

    assert not Decision.objects.exists()


# --- once ---


def test_a_double_click_is_one_decision(at_work):
    start(at_work)

    at_work.page.get_by_role("button", name="Approve").dblclick()
    shows(at_work, "Samir")
    at_work.page.wait_for_timeout(300)

    assert answers() == [("Rosa", "approve")]


def test_two_keys_in_a_row_do_not_decide_what_nobody_has_seen(at_work):
    start(at_work)

    at_work.press("a", "a", "a")
    shows(at_work, "Samir")

    assert answers() == [("Rosa", "approve")]


def test_two_tabs_make_one_decision(at_work, sit, alice):
    start(at_work)
    other = sit(alice)
    other.page.goto(at_work.page.url)
    other.ready()

    at_work.press("a")
    shows(at_work, "Samir")
    other.press("x")

    expect(other.page.locator("#refusal")).to_contain_text("You decided this already")
    assert answers() == [("Rosa", "approve")]


def test_going_back_shows_what_was_decided(at_work):
    start(at_work)
    at_work.press("a")
    shows(at_work, "Samir")

    at_work.page.go_back()

    expect(at_work.page.get_by_text("You: Approved")).to_be_visible()
    assert at_work.page.locator("[name=outcome]").count() == 0


# --- the lease ---


def taken_by(bob, item):
    now = timezone.now()
    lease = Lease.objects.get(item=item, ended_at__isnull=True)
    claims.release(item_id=item.pk, by=lease.holder, epoch=lease.epoch, now=now)
    claims.claim(item_id=item.pk, by=bob, now=now)


def test_a_lost_lease_keeps_what_was_typed(at_work, bob):
    start(at_work)
    at_work.page.get_by_label("Rationale").fill("Eleven careful lines")
    taken_by(bob, WorkItem.objects.get(title="Loan for Rosa"))

    at_work.page.get_by_role("button", name="Reject").click()

    expect(at_work.page.locator("#refusal")).to_contain_text("Bob has had it since")
    expect(at_work.page.locator("#refusal")).to_contain_text("Eleven careful lines")
    assert not Decision.objects.exists()


def test_the_heartbeat_says_when_the_lease_is_lost(sit, alice, bob, loans):
    item = ask()
    claims.claim(item_id=item.pk, by=alice, now=timezone.now())
    seat = sit(alice)
    seat.page.clock.install()
    seat.open(reverse("reviews:item", args=[item.pk]))
    seat.page.get_by_label("Rationale").fill("Still here")
    taken_by(bob, item)

    seat.page.clock.run_for(21_000)

    expect(seat.page.locator(".lease-lost")).to_contain_text("Bob has had it since")
    expect(seat.page.get_by_role("button", name="Approve")).to_be_disabled()
    expect(seat.page.get_by_label("Rationale")).to_have_value("Still here")


def test_a_reload_keeps_what_was_typed(at_work):
    start(at_work)
    at_work.page.get_by_label("Rationale").fill("Half a thought")

    at_work.page.reload()

    expect(at_work.page.get_by_label("Rationale")).to_have_value("Half a thought")


# --- without JavaScript ---


def test_deciding_works_without_javascript(sit, alice, loans):
    ask("Rosa")
    ask("Samir")
    seat = sit(alice, java_script_enabled=False)
    page = seat.open(reverse("reviews:work"))

    page.get_by_role("button", name="Start working").click()
    expect(page.locator(HEADING)).to_have_text("Loan for Rosa")
    page.get_by_label("Rationale").fill("By hand")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(HEADING)).to_have_text("Loan for Samir")
    page.get_by_role("button", name="Undo the last decision").click()
    expect(page.locator(HEADING)).to_have_text("Loan for Rosa")
    page.locator("summary", has_text="Skip").click()
    page.get_by_role("button", name="Not my field").click()
    expect(page.locator(HEADING)).to_have_text("Loan for Samir")

    assert answers() == []
    assert Skip.objects.get().reason.code == "unsure"


# --- hostile text ---

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "javascript:alert(1)",
    '"><div hx-get="/hostile" hx-trigger="load">',
    '</div></form><div data-hx-get="/hostile" data-hx-trigger="load" hx-on:click="x()">',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(sit, alice, bob, loans, text):
    application = {"applicant": text, text: text, "purpose": text * 3, "nested": {text: [text]}}
    item = ask(application=application, confidence=0.2, amount=200_000)
    for person in (alice, bob):
        person.first_name = text[:100]
        person.save()
    seat = sit(alice)
    seat.open(reverse("reviews:work"))
    seat.press("j")
    seat.ready()
    seat.page.get_by_label("Rationale").fill(text)
    seat.press("Control+Enter")
    expect(seat.page.locator(HEADING)).to_have_text("Nothing is left to do here")
    play(timezone.now() + timedelta(seconds=60))

    second = sit(bob)
    second.open(reverse("reviews:work"))
    second.press("j")
    second.ready()
    second.open(reverse("reviews:item", args=[item.pk]))

    for watched in (seat, second):
        assert watched.violations() == []
        assert not [each.url for each in watched.requests if "hostile" in each.url]
        assert (
            watched.page.locator("main script, main img, main [onload], main [data-hx-get]").count()
            == 0
        )


# --- what it looks like to everybody ---


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_axe_finds_nothing(at_work, scheme, width):
    at_work.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    at_work.page.set_viewport_size({"width": width, "height": 900})
    assert at_work.accessibility() == ""
    start(at_work)
    assert at_work.accessibility() == ""
    at_work.press("e")
    assert at_work.accessibility() == ""
    at_work.press("Escape", "Escape")
    at_work.press("Shift+A")
    expect(at_work.page.get_by_text("You: Approved")).to_be_visible()
    assert at_work.accessibility() == ""


def test_nothing_is_wider_than_a_small_screen(at_work):
    at_work.page.set_viewport_size({"width": 400, "height": 900})

    def overflows():
        return at_work.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    assert overflows() <= 0
    start(at_work)
    assert overflows() <= 0


def test_the_countersigner_sees_the_first_answer(sit, alice, bob, loans):
    item = ask(amount=200_000)
    seat = sit(alice)
    seat.open(reverse("reviews:work"))
    start(seat)
    seat.page.get_by_label("Rationale").fill("Payslips seen")
    seat.press("Control+Enter")
    expect(seat.page.locator(HEADING)).to_have_text("Nothing is left to do here")
    play(timezone.now() + timedelta(seconds=60))

    second = sit(bob)
    second.open(reverse("reviews:work"))
    start(second)

    expect(second.page.get_by_text("Alice: Approved")).to_be_visible()
    expect(second.page.get_by_text("Payslips seen")).to_be_visible()
    second.press("a")
    expect(second.page.locator(HEADING)).to_have_text("Nothing is left to do here")
    play(timezone.now() + timedelta(seconds=120))
    assert Review.objects.get(pk=item.seat.review_id).outcome == "approve"
    assert builders.open_items(item.seat.review) == []
