"""What the page of an item shows, and to whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from queues import claims
from reviews import decisions, settlement
from tests.reviews import builders
from tests.reviews.builders import DUAL
from tests.reviews.item_page.sitting import Sitting, text, waiting

pytestmark = pytest.mark.django_db


# --- what it shows ---


def test_the_page_shows_the_question_and_how_it_is_answered(at_desk):
    page = text(at_desk.page())

    assert "Loan for Rosa" in page
    assert "Requested by" in page
    assert 'value="approve" data-key="a"' in page
    assert 'value="reject" data-key="x"' in page
    assert "70" in page
    assert "Steady income" in page


def test_showing_an_item_costs_few_queries(at_desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(11):
        at_desk.page()


def test_strangers_learn_of_no_such_item(client, mallory):
    item = waiting()
    client.force_login(mallory)

    assert client.get(reverse("reviews:item", args=[item.pk])).status_code == 404
    for action in ("decide", "edit", "flag", "skip", "release", "claim", "heartbeat"):
        assert client.post(reverse(f"reviews:{action}", args=[item.pk])).status_code == 404


def test_programs_have_no_desk(client):
    client.force_login(builders.program("score"))

    assert client.get(reverse("reviews:item", args=[waiting().pk])).status_code == 404


def test_looking_does_not_change_anything(client, alice):
    item = waiting()
    client.force_login(alice)

    for action in ("decide", "edit", "flag", "skip", "release", "claim", "heartbeat"):
        assert client.get(reverse(f"reviews:{action}", args=[item.pk])).status_code == 405


def test_a_member_reads_what_a_colleague_holds(at_desk, client, bob):
    page = text(Sitting(client, bob, at_desk.item, claimed=False).page())

    assert "alice works on this now." in page
    assert 'name="outcome"' not in page


def test_what_nobody_holds_can_be_claimed_from_its_page(client, alice):
    item = waiting()
    client.force_login(alice)
    assert "Claim it" in text(client.get(reverse("reviews:item", args=[item.pk])))

    client.post(reverse("reviews:claim", args=[item.pk]))

    builders.refresh(item)
    assert item.holder == alice


def test_whoever_asked_for_it_reads_why_they_cannot_claim_it(client, alice):
    item = waiting(requested_by="alice")
    client.force_login(alice)

    page = text(client.get(reverse("reviews:item", args=[item.pk])))

    assert "You asked for this." in page
    assert "Claim it" not in page


def test_claiming_what_one_may_not_is_a_sentence_on_the_page(client, alice):
    item = waiting(requested_by="alice")
    client.force_login(alice)

    answer = client.post(reverse("reviews:claim", args=[item.pk]))

    assert answer.status_code == 403
    assert "You asked for this." in text(answer)


# --- four eyes ---


def first_signs(by, item, outcome="approve"):
    now = timezone.now()
    lease = claims.claim(item_id=item.pk, by=by, now=now)
    review = item.seat.review
    decision = decisions.decide(
        item_id=item.pk, by=by, epoch=lease.epoch, version=review.version,
        content_hash=review.content_hash, outcome=outcome, rationale="Seen the payslips", now=now,
    )  # fmt: skip
    settlement.execute_due(now + timedelta(seconds=60))
    return decision


def test_a_countersigner_reads_the_first_answer(client, alice, bob):
    first = waiting(DUAL)
    first_signs(alice, first)
    [second] = builders.open_items(first.seat.review)

    page = text(Sitting(client, bob, second).page())

    assert "alice: Approved" in page
    assert "Seen the payslips" in page


def test_in_a_blind_review_nobody_reads_the_other_answer(client, alice, bob):
    review = builders.question(DUAL, mode="blind", now=timezone.now())
    first, second = builders.open_items(review)
    first_signs(alice, first)

    page = text(Sitting(client, bob, second).page())

    assert "Seen the payslips" not in page
    assert "alice: " not in page


def test_a_queue_may_hide_the_suggestion_until_the_first_judgement(at_desk, loans):
    loans.hides_suggestion = True
    loans.save()

    before = text(at_desk.page())
    answer = text(at_desk.post("decide", swap=True, outcome="reject", stay="1"))

    assert "Steady income" not in before
    assert "data-suggested" not in before
    assert "The suggestion was approve." in answer
    assert "Steady income" in answer
