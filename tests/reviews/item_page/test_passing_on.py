"""Skipping, flagging, giving back, taking back, and the lease that the page keeps alive."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from queues import claims
from queues.models import Membership, WorkItem
from reviews import settlement
from reviews.models import Decision, Flag, Review
from tests.reviews import builders
from tests.reviews.builders import SINGLE
from tests.reviews.item_page.sitting import Sitting, text, waiting

pytestmark = pytest.mark.django_db


# --- passing on, giving back, taking back ---


def test_skipping_needs_a_reason_and_leads_on(at_desk):
    following = waiting()
    assert at_desk.post("skip").status_code == 422

    answer = at_desk.post("skip", skip_reason="unsure", skip_text="Ask Bob")

    assert answer.url == reverse("reviews:item", args=[following.pk])
    builders.refresh(at_desk.item)
    assert (at_desk.item.status, at_desk.item.skips) == (WorkItem.Status.READY, 1)


def test_flagging_tells_a_manager_and_leads_on(at_desk):
    following = waiting()
    assert at_desk.post("flag", flag_text=" ").status_code == 422

    answer = at_desk.post("flag", flag_text="Looks forged")

    assert answer.url == reverse("reviews:item", args=[following.pk])
    assert Flag.objects.get().text == "Looks forged"


def test_giving_back_leads_to_the_start_page(at_desk):
    answer = at_desk.post("release")

    assert answer.url == reverse("reviews:work")
    builders.refresh(at_desk.item)
    assert at_desk.item.status == WorkItem.Status.READY


def test_undo_gives_the_item_back_to_the_person(at_desk, client):
    at_desk.post("decide", outcome="approve")
    decision = Decision.objects.get()

    answer = client.post(reverse("reviews:undo", args=[decision.pk]))

    assert answer.url == reverse("reviews:item", args=[at_desk.item.pk])
    builders.refresh(at_desk.item)
    assert at_desk.item.holder == at_desk.by


def test_too_late_to_undo_is_a_sentence(at_desk, client):
    at_desk.post("decide", outcome="approve")
    settlement.execute_due(timezone.now() + timedelta(seconds=60))

    answer = client.post(reverse("reviews:undo", args=[Decision.objects.get().pk]))

    assert answer.status_code == 409
    assert "has taken effect" in text(answer)


def test_nobody_undoes_what_somebody_else_decided(at_desk, client, bob):
    at_desk.post("decide", outcome="approve")
    client.force_login(bob)

    undone = client.post(reverse("reviews:undo", args=[Decision.objects.get().pk]))

    assert undone.status_code == 404


# --- the lease ---


def test_a_heartbeat_keeps_the_lease(at_desk):
    assert at_desk.post("heartbeat").status_code == 204


def test_a_heartbeat_for_what_is_lost_says_who_has_it(at_desk, bob):
    now = timezone.now()
    claims.release(item_id=at_desk.item.pk, by=at_desk.by, epoch=at_desk.item.epoch, now=now)
    claims.claim(item_id=at_desk.item.pk, by=bob, now=now)

    answer = at_desk.post("heartbeat")

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert "bob has had it since" in answer.json()["detail"]


def test_what_one_decided_stays_readable_after_leaving_the_queue(at_desk):
    at_desk.post("decide", outcome="approve")
    Membership.objects.filter(user=at_desk.by).delete()

    assert "You: Approved" in text(at_desk.page())


HOSTILE = '"><script>alert(1)</script><div hx-get="/hostile" hx-trigger="load">'


def test_hostile_text_is_shown_as_text(client, alice):
    application = {
        HOSTILE: HOSTILE,
        "applicant": HOSTILE,
        "amount": SINGLE,
        "requested_by": HOSTILE,
    }
    score = {"confidence": 0.7, "outcome": "approve", "reasons": [HOSTILE, {"sentence": HOSTILE}]}
    case = {"application": application, "score": score}
    review = Review.objects.get(instance=builders.instance(case, now=timezone.now()))

    page = text(Sitting(client, alice, builders.open_items(review)[-1]).page())

    assert "<script>alert" not in page
    assert "<div hx-get" not in page
