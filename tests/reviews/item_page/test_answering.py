"""Answers that the page of an item sends: an outcome, other values."""

import pytest
from django.urls import reverse
from django.utils import timezone

from queues import claims
from queues.models import Membership
from reviews import decisions
from reviews.models import Decision, Review
from tests.reviews import builders
from tests.reviews.item_page.sitting import Sitting, text, waiting

pytestmark = pytest.mark.django_db


# --- deciding ---


def test_a_decision_leads_to_the_next_item(at_desk):
    following = waiting()

    answer = at_desk.post("decide", outcome="approve", rationale="Fine")

    assert answer.url == reverse("reviews:item", args=[following.pk])
    assert Decision.objects.get().rationale == "Fine"
    builders.refresh(following)
    assert following.holder == at_desk.by


def test_with_htmx_the_answer_is_the_next_item_in_place(at_desk):
    following = waiting()

    answer = at_desk.post("decide", swap=True, outcome="approve")

    assert answer.status_code == 200
    assert answer["HX-Push-Url"] == reverse("reviews:item", args=[following.pk])
    assert "Approved Loan for Rosa. Now Loan for Rosa" in text(answer)
    assert reverse("reviews:undo", args=[Decision.objects.get().pk]) in text(answer)
    assert "<html" not in text(answer)


def test_deciding_and_the_next_item_cost_few_queries(at_desk, django_assert_max_num_queries):
    waiting()

    with django_assert_max_num_queries(36):
        at_desk.post("decide", swap=True, outcome="approve")


def test_a_decision_that_takes_effect_at_once_costs_little_more(
    client, django_assert_max_num_queries
):
    carol = builders.person("carol", undo_for=0)
    Membership.objects.create(queue=waiting().queue, user=carol)
    at_desk = Sitting(client, carol, waiting())

    with django_assert_max_num_queries(48):
        at_desk.post("decide", swap=True, outcome="approve")


def test_a_decision_asks_few_questions(at_desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(19):
        decisions.decide(
            item_id=at_desk.item.pk, by=at_desk.by, **at_desk.seen, outcome="approve",
            now=timezone.now(),
        )  # fmt: skip


def test_after_the_last_one_the_page_says_what_was_done(at_desk):
    answer = at_desk.post("decide", swap=True, outcome="reject", reasons=["debts"])

    assert answer["HX-Push-Url"] == reverse("reviews:work")
    assert "Nothing is left to do here" in text(answer)
    assert "Rejected" in text(answer)


def test_with_shift_one_stays(at_desk):
    waiting()

    answer = at_desk.post("decide", swap=True, outcome="approve", stay="1")

    assert answer["HX-Push-Url"] == reverse("reviews:item", args=[at_desk.item.pk])
    assert "You: Approved" in text(answer)


def test_a_double_click_is_one_decision_and_one_next_item(at_desk):
    for _ in range(3):
        waiting()

    first = at_desk.post("decide", outcome="approve")
    second = at_desk.post("decide", outcome="approve")

    assert Decision.objects.count() == 1
    assert first.url == second.url


def test_back_and_another_answer_is_refused_and_kept(at_desk):
    at_desk.post("decide", outcome="approve")

    answer = at_desk.post("decide", outcome="reject", rationale="On second thought")

    assert answer.status_code == 409
    assert "You decided this already" in text(answer)
    assert "On second thought" in text(answer)
    assert Decision.objects.get().outcome == "approve"


@pytest.mark.parametrize("swap", [False, True])
def test_a_lost_lease_says_who_has_it_and_keeps_what_was_typed(at_desk, bob, swap):
    now = timezone.now()
    claims.release(item_id=at_desk.item.pk, by=at_desk.by, epoch=at_desk.item.epoch, now=now)
    claims.claim(item_id=at_desk.item.pk, by=bob, now=now)

    answer = at_desk.post("decide", swap=swap, outcome="reject", rationale="Eleven lines")

    assert answer.status_code == 409
    assert "bob has had it since" in text(answer)
    assert "Eleven lines" in text(answer)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"epoch": ""},
        {"epoch": "none"},
        {"epoch": "9" * 30},
        {"epoch": "-1"},
        {"version": "0"},
        {"content_hash": "f" * 64},
        {"content_hash": "\x00"},
        {"outcome": "escape"},
        {"outcome": ""},
        {"outcome": "edit"},
        {"reasons": ["made-up"]},
        {"rationale": "x" * 10_001},
    ],
)
def test_what_cannot_be_used_is_refused_in_the_page(at_desk, said):
    answer = at_desk.post("decide", **{"outcome": "approve", **said})

    assert answer.status_code in (409, 422)
    assert 'role="alert"' in text(answer)
    assert not Decision.objects.exists()


def test_a_reason_for_another_answer_is_refused_by_its_name_and_opens_no_panel(at_desk):
    stored = {"edit:amount": "5000", "edit:applicant": "Rosa"}

    answer = at_desk.post("decide", outcome="approve", reasons=["debts"], **stored)

    assert "“Debts” is not offered as a reason for “approve”." in text(answer)
    assert '<details class="way" name="way" open>' not in text(answer)


def test_values_that_were_typed_are_shown_again_with_a_refusal(at_desk):
    answer = at_desk.post("decide", outcome="approve", reasons=["debts"], **{"edit:amount": "6000"})

    assert '<details class="way" name="way" open>' in text(answer)
    assert 'value="6000"' in text(answer)


def test_an_outsider_to_the_lease_decides_nothing(at_desk, client, bob):
    client.force_login(bob)

    assert at_desk.post("decide", outcome="approve").status_code == 409
    assert not Decision.objects.exists()


# --- changing values ---


def test_an_edit_proposes_the_values_that_differ(at_desk):
    shown = {"edit:amount": "4,500", "edit:applicant": "Rosa", "edit:requested_by": "branch-7"}

    answer = at_desk.post("edit", **shown, rationale="Typing mistake")

    assert answer.status_code == 302
    decision = Decision.objects.get()
    assert (decision.outcome, decision.edits) == ("edit", {"amount": 4500})


@pytest.mark.parametrize("amount", ["much", "", "nan", "inf", "1" * 400, "5000"])
def test_an_edit_that_is_none_is_refused_and_kept(at_desk, amount):
    answer = at_desk.post("edit", **{"edit:amount": amount})

    assert answer.status_code == 422
    assert f'value="{amount}"' in text(answer)
    assert not Decision.objects.exists()


def test_fields_that_are_not_there_cannot_be_changed(at_desk):
    assert at_desk.post("edit", **{"edit:status": "approved"}).status_code == 422


def test_the_second_person_sees_what_was_changed(at_desk, client, bob):
    at_desk.by.undo_for = 0
    at_desk.by.save()
    at_desk.post("edit", **{"edit:amount": "4000"})
    [item] = builders.open_items(Review.objects.get())

    page = text(Sitting(client, bob, item).page())

    assert "What changed" in page
    assert "<del>5,000</del>" in page
    assert "<ins>4,000</ins>" in page
