from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from queues import claims
from queues.models import Membership, SkipReason, WorkItem
from reviews import decisions, settlement
from reviews.models import Decision, Flag, ReasonCode, Review
from tests.reviews import builders
from tests.reviews.builders import DUAL, SINGLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return builders.person("alice", undo_for=10)


@pytest.fixture
def bob():
    return builders.person("bob", undo_for=10)


@pytest.fixture
def mallory():
    """Signed in, but a member of no queue."""
    return builders.person("mallory")


@pytest.fixture(autouse=True)
def loans(alice, bob):
    builders.grid()
    SkipReason.objects.create(code="unsure", label="Not my field")
    ReasonCode.objects.create(review_kind="loan", code="debts", label="Debts", outcome="reject")
    return builders.queue_of(alice, bob)


def waiting(amount=SINGLE, **said):
    return builders.open_items(builders.question(amount, now=timezone.now(), **said))[-1]


class Sitting:
    """Somebody in front of an item that they hold."""

    def __init__(self, client, by, item, *, claimed=True):
        self.client, self.by, self.item = client, by, item
        client.force_login(by)
        if claimed:
            claims.claim(item_id=item.pk, by=by, now=timezone.now())
        self.seen = self.form()

    def form(self):
        builders.refresh(self.item)
        review = self.item.seat.review
        builders.refresh(review)
        return {
            "epoch": self.item.epoch,
            "version": review.version,
            "content_hash": review.content_hash,
        }

    def page(self):
        return self.client.get(reverse("reviews:item", args=[self.item.pk]))

    def post(self, action, *, swap=False, **said):
        headers = {"HX-Request": "true", "HX-Target": "desk"} if swap else {}
        address = reverse(f"reviews:{action}", args=[self.item.pk])
        return self.client.post(address, {**self.seen, **said}, headers=headers)


@pytest.fixture
def at_desk(client, alice):
    return Sitting(client, alice, waiting())


def text(response):
    return response.content.decode()


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
