import pytest
from django.utils import timezone

from queues import claims
from queues.models import WorkItem
from reviews.models import Decision
from tests.api.programs import is_problem, signed_in
from tests.reviews import builders
from tests.reviews.builders import DUAL, SINGLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loans")]


@pytest.fixture
def item():
    review = builders.question(SINGLE, now=timezone.now())
    return builders.open_items(review)[-1]


def seen(caller, item):
    """What a client sends back with a decision."""
    shown = caller.get(f"items/{item.pk}").json()
    review = shown["review"]
    return {
        "epoch": shown["epoch"],
        "version": review["version"],
        "content_hash": review["content_hash"],
    }


def test_my_queues_are_counted(alice, loans, item):
    said = signed_in(alice).get("queues").json()

    [queue] = said["queues"]
    assert queue["slug"] == loans.slug
    assert queue["ready"] == 1
    assert said["why_empty"] == ""


def test_the_next_item_comes_with_its_lease(alice, item):
    said = signed_in(alice).post("queues/next").json()

    assert said["item"]["id"] == str(item.pk)
    assert said["lease"]["epoch"] == 1
    assert said["why"]
    assert WorkItem.objects.get().holder == alice


def test_the_next_item_of_one_queue(alice, loans, item):
    said = signed_in(alice).post(f"queues/{loans.slug}/next").json()

    assert said["item"]["id"] == str(item.pk)
    is_problem(signed_in(alice).post("queues/elsewhere/next"), 404)


def test_nothing_there_says_why(alice, loans):
    for path in ("queues/next", f"queues/{loans.slug}/next"):
        answer = signed_in(alice).post(path)

        assert answer.status_code == 200
        assert answer.json()["item"] is None
        assert answer.json()["why"].startswith("Nothing waits")


def test_an_item_shows_what_a_decision_is_bound_to(alice, item):
    caller = signed_in(alice)
    lease = caller.post(f"items/{item.pk}/claim").json()

    shown = caller.get(f"items/{item.pk}").json()

    assert shown["is_mine"]
    assert shown["lease"] == lease
    review = shown["review"]
    assert review["payload"]["applicant"] == "Rosa"
    assert review["outcomes"] == ["approve", "reject"]
    assert review["suggestion"] == "approve"
    assert review["content_hash"]
    assert [each["code"] for each in review["reasons"]] == ["debts"]
    assert [each["code"] for each in shown["skip_reasons"]] == ["unsure"]
    assert caller.get("items").json()["results"][0]["id"] == str(item.pk)


def test_a_hidden_suggestion_stays_hidden(alice, loans, item):
    loans.hides_suggestion = True
    loans.save()
    caller = signed_in(alice)
    caller.post(f"items/{item.pk}/claim")

    answer = caller.get(f"items/{item.pk}")

    review = answer.json()["review"]
    assert review["suggestion"] is review["confidence"] is None
    assert "Steady income" not in answer.content.decode()
    numbers = answer.content.decode().replace(" ", "")
    assert ":0.7" not in numbers, "as a value; a moment may have such digits"


def test_a_decision_from_claim_to_undo(alice, item):
    caller = signed_in(alice)
    caller.post(f"items/{item.pk}/claim")
    said = {**seen(caller, item), "outcome": "reject", "reasons": ["debts"], "rationale": "Two."}

    made = caller.post(f"items/{item.pk}/decide", said)
    assert made.status_code == 200, made.content
    assert made.json()["outcome"] == "reject"
    assert caller.post(f"items/{item.pk}/decide", said).json() == made.json()
    assert Decision.objects.count() == 1

    lease = caller.post(f"decisions/{made.json()['id']}/undo").json()
    assert lease["epoch"] == 2
    assert WorkItem.objects.get().holder == alice


def test_other_values_are_a_new_version(alice, item):
    caller = signed_in(alice)
    caller.post(f"items/{item.pk}/claim")

    answer = caller.post(
        f"items/{item.pk}/edit", {**seen(caller, item), "edits": {"amount": 4_000}}
    )

    assert answer.status_code == 200, answer.content
    assert answer.json()["edits"] == {"amount": 4_000}


def test_an_item_is_kept_given_back_and_passed_on(alice, bob, item):
    caller = signed_in(alice)
    epoch = caller.post(f"items/{item.pk}/claim").json()["epoch"]
    assert caller.post(f"items/{item.pk}/heartbeat", {"epoch": epoch}).status_code == 200
    assert caller.post(f"items/{item.pk}/release", {"epoch": epoch}).json()["status"] == "ready"

    other = signed_in(bob)
    epoch = other.post(f"items/{item.pk}/claim").json()["epoch"]
    said = {"epoch": epoch, "reason": "unsure", "text": "Farming."}
    assert other.post(f"items/{item.pk}/skip", said).json()["status"] == "ready"
    assert WorkItem.objects.get().skips == 1


def test_somebody_who_was_faster_is_named(alice, bob, item):
    signed_in(bob).post(f"items/{item.pk}/claim")

    said = is_problem(signed_in(alice).post(f"items/{item.pk}/claim"), 409, "already-reserved")

    assert "bob" in said["detail"]


def test_programs_neither_take_work_nor_decide(webshop, item):
    hands_on = ["claim", "heartbeat", "release", "skip", "decide", "edit"]
    body = {"epoch": 1, "version": 1, "content_hash": "x", "outcome": "approve"}
    sent = {
        "claim": {}, "heartbeat": {"epoch": 1}, "release": {"epoch": 1},
        "skip": {"epoch": 1, "reason": "unsure"}, "decide": body,
        "edit": {"epoch": 1, "version": 1, "content_hash": "x", "edits": {}},
    }  # fmt: skip

    for action in hands_on:
        said = is_problem(webshop.post(f"items/{item.pk}/{action}", sent[action]), 403)
        assert said["detail"].startswith("Only people")
    is_problem(webshop.post("queues/next"), 403, "not-a-person")
    is_problem(webshop.get(f"items/{item.pk}"), 403)
    assert WorkItem.objects.get().status == WorkItem.Status.READY


def test_an_item_of_another_queue_is_not_there(mallory, item):
    stranger = signed_in(mallory)
    unknown = "01930000-0000-7000-8000-000000000000"

    for ask in (stranger.get, stranger.post):
        suffix = "" if ask == stranger.get else "/claim"
        hidden = is_problem(ask(f"items/{item.pk}{suffix}"), 404)
        nowhere = is_problem(ask(f"items/{unknown}{suffix}"), 404)
        assert {**hidden, "instance": ""} == {**nowhere, "instance": ""}


def test_somebody_elses_decision_is_not_there_to_be_taken_back(alice, bob, item):
    decision = builders.sign(alice, item.seat.review, now=timezone.now())

    is_problem(signed_in(bob).post(f"decisions/{decision.pk}/undo"), 404)

    assert Decision.objects.get().withdrawn_at is None


def test_in_a_blind_review_the_other_answer_is_not_shown(alice, bob):
    review = builders.question(DUAL, now=timezone.now(), mode="blind")
    mine, other = builders.open_items(review)
    caller = signed_in(bob)
    claims.claim(item_id=mine.pk, by=bob, now=timezone.now())
    builders.show(alice, review, now=timezone.now(), item=other).decide(
        "reject", rationale="Debts elsewhere.", now=timezone.now()
    )

    answer = caller.get(f"items/{mine.pk}")

    assert answer.json()["review"]["answers"] == []
    assert "Debts elsewhere" not in answer.content.decode()
