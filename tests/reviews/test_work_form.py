"""The page of plain work, and the same for programs of people."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from queues import claims
from queues.models import Membership, SkipReason
from reviews.models import Decision, Review
from tests.api.programs import is_problem, signed_in
from tests.reviews import builders
from tests.reviews.working import FORM, GOOD, at, begin, known, one, work
from tests.workflows.bpmn import sketch
from workflows import runtime, timers

pytestmark = pytest.mark.django_db

TYPED = {
    "variable-0": "12", "variable-1": "Rosa", "variable-2": "on", "variable-3": "2026-03-01",
    "variable-4": "1", "variable-5": "R-1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def packing(alice, bob):
    SkipReason.objects.create(code="unsure", label="Not my field")
    return builders.queue_of(alice, bob)


@pytest.fixture
def review(alice):
    return one({"number": "R-1"}, inside=FORM, documentation="Wrap it.\n\nTwice.",
               now=timezone.now())  # fmt: skip


class Sitting:
    """Alice in front of work that she holds."""

    def __init__(self, client, by, review):
        [self.item] = builders.open_items(review)
        client.force_login(by)
        self.client, self.review = client, review
        lease = claims.claim(item_id=self.item.pk, by=by, now=timezone.now())
        self.seen = {
            "epoch": lease.epoch, "version": review.version, "content_hash": review.content_hash,
            "outcome": "done",
        }  # fmt: skip

    def page(self):
        return self.client.get(reverse("reviews:item", args=[self.item.pk]))

    def post(self, **said):
        address = reverse("reviews:decide", args=[self.item.pk])
        return self.client.post(address, {**self.seen, **said})


@pytest.fixture
def desk(client, alice, review):
    return Sitting(client, alice, review)


def text(response):
    return response.content.decode()


def test_the_page_shows_what_to_do_and_the_form_and_nothing_of_decisions(desk):
    page = text(desk.page())

    assert "<p>Wrap it.</p>" in page
    assert "R-1" in page
    assert 'name="variable-0" value="7"' in page
    assert 'value="done" data-key="a"' in page
    assert "Complete" in page
    for word in ("Approve", "Reject", "is suggested", "Suggested", "signature", "Rationale"):
        assert word not in page


def test_the_page_marks_what_may_stay_empty(desk):
    page = text(desk.page())

    assert 'for="id_variable-0">Amount</label>' in page
    assert 'for="id_variable-1">Who <span class="optional">(optional)</span></label>' in page
    assert 'for="id_variable-5">Reference</label>' in page, "nobody can change it"


def test_a_manager_reads_what_was_filled_in(desk, packing):
    desk.post(**TYPED)
    max_ = builders.person("max")
    Membership.objects.create(queue=packing, user=max_, can_work=False, can_manage=True)
    desk.client.force_login(max_)

    page = text(desk.client.get(reverse("reviews:history", args=[desk.item.pk])))

    assert "What was done" in page
    assert "<p>amount: 12</p>" in page
    assert "<dt>Signatures</dt>" not in page


def test_the_page_costs_few_queries(desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(11):
        desk.page()


def test_a_form_that_is_sent_completes_the_work(desk):
    answer = desk.post(**TYPED)

    assert answer.status_code == 302
    assert Decision.objects.get().answers == {**GOOD, "ref": "R-1"}
    page = text(desk.page())
    assert "You: Completed" in page
    assert "Rosa" in page
    assert "By van" in page
    assert page.index("<dt>Amount</dt>") < page.index("<dt>Who</dt>") < page.index("<dt>Paid</dt>")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"variable-0": ""}, "This is needed."),
        ({"variable-0": "many"}, "“many” is no number. Write a whole number, such as 12."),
        ({"variable-0": "1.5"}, "Write a whole number, such as 12."),
        ({"variable-0": "101"}, "This is at most 100."),
        ({"variable-0": "9" * 40}, "The number is too large."),
        ({"variable-1": "R"}, "Write at least 2."),
        ({"variable-1": "R" * 20_000}, "at most 10000 characters"),
        ({"variable-3": "yesterday"}, "Write a day such as 2026-03-01."),
        ({"variable-4": "7"}, "Select a valid choice"),
    ],
)
def test_a_value_that_does_not_fit_is_marked_and_the_rest_is_kept(desk, wrong, sentence):
    answer = desk.post(**{**TYPED, "rationale": "As agreed", **wrong})

    page = text(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert "Correct the field that is marked." in page
    assert "As agreed" in page
    assert page.count('aria-invalid="true"') == 1
    assert 'value="Rosa"' in page or "variable-1" in wrong
    assert not Decision.objects.exists()


def test_what_was_typed_stays_when_another_button_is_refused(desk):
    address = reverse("reviews:skip", args=[desk.item.pk])

    page = text(desk.client.post(address, {**desk.seen, **TYPED, "skip_reason": "no-such"}))

    assert 'value="Rosa"' in page
    assert 'aria-invalid="true"' not in page


# --- too late, twice, somebody else's ---


def test_a_form_that_is_sent_twice_is_one_answer(desk):
    assert desk.post(**TYPED).status_code == 302
    assert desk.post(**TYPED).status_code == 302

    assert Decision.objects.count() == 1


def test_a_lost_lease_is_a_conflict_and_what_was_typed_is_shown(desk, alice, bob):
    claims.release(item_id=desk.item.pk, by=alice, epoch=1, now=timezone.now())
    claims.claim(item_id=desk.item.pk, by=bob, now=timezone.now())

    answer = desk.post(**TYPED)

    assert answer.status_code == 409
    assert "Rosa" in text(answer)
    assert not Decision.objects.exists()


def test_a_cancelled_process_is_a_conflict(desk):
    runtime.cancel(instance_id=desk.review.instance_id, by="user:ada", reason="No",
                   now=timezone.now())  # fmt: skip

    assert desk.post(**TYPED).status_code == 409
    assert not Decision.objects.exists()


def test_a_timer_that_took_the_other_way_is_a_conflict(client, alice):
    now = timezone.now()
    begin("start -> pack -> end", "late -> check -> end_l", pack=work(FORM), check=work(),
          late=sketch.on("pack", "timer"), now=now)  # fmt: skip
    desk = Sitting(client, alice, Review.objects.get())
    assert timers.fire_due(now + timedelta(hours=2)) == 1

    assert desk.post(**TYPED).status_code == 409
    assert not Decision.objects.exists()
    assert at(desk.review) == ["check"]


# --- by a program of a person ---


def seen(caller, item):
    shown = caller.get(f"items/{item.pk}").json()
    said = {name: shown["review"][name] for name in ("version", "content_hash")}
    return {**said, "epoch": shown["epoch"], "outcome": "done"}


@pytest.fixture
def called(alice, review):
    [item] = builders.open_items(review)
    claims.claim(item_id=item.pk, by=alice, now=timezone.now())
    return signed_in(alice), item


def test_the_form_is_told_with_its_kinds(called):
    caller, item = called

    form = caller.get(f"items/{item.pk}").json()["review"]["form"]

    assert [(each["name"], each["type"], each["default"]) for each in form[:2]] == [
        ("amount", "whole number", 7), ("who", "text", ""),
    ]  # fmt: skip
    assert (form[0]["required"], form[0]["least"], form[0]["most"]) == (True, 1, 100)
    assert form[4]["choices"] == [["post", "By post"], ["van", "By van"]]


def test_a_question_has_no_form(alice):
    [item] = builders.open_items(builders.question())

    assert signed_in(alice).get(f"items/{item.pk}").json()["review"]["form"] is None


def test_answers_complete_the_work(called, review):
    caller, item = called

    answer = caller.post(f"items/{item.pk}/decide", {**seen(caller, item), "answers": GOOD})

    assert answer.status_code == 200
    assert answer.json()["answers"] == {**GOOD, "ref": "R-1"}
    assert known(review)["way"] == "van"


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({}, 422),
        ({"amount": "12"}, 422),
        ({"amount": 10**30}, 422),
        ({"amount": 1, "who": "\u0000"}, 400),
        ({"amount": 1, "strange": 2}, 422),
        ({"amount": 1, "way": {"id": "van"}}, 422),
        ([1], 400),
        ("amount", 400),
        (None, 400),
    ],
    ids=str,
)
def test_answers_that_do_not_fit_are_refused(called, review, answers, status):
    caller, item = called

    answer = caller.post(f"items/{item.pk}/decide", {**seen(caller, item), "answers": answers})

    is_problem(answer, status)
    assert not Decision.objects.exists()
    assert at(review) == ["pack"]


def test_a_stale_epoch_is_a_conflict(called):
    caller, item = called
    stale = {**seen(caller, item), "epoch": 0}

    is_problem(caller.post(f"items/{item.pk}/decide", {**stale, "answers": GOOD}), 409)

    assert not Decision.objects.exists()
