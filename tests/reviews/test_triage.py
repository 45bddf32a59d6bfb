import json
from types import SimpleNamespace

import pytest

from queues.models import Exclusion, Notice, RoutingRule, WorkItem
from reviews import decisions, questions, sampling
from reviews.models import Evidence, Review, ReviewItem
from tests.reviews import builders
from tests.reviews.builders import BLOCKED, DUAL, NOW, SINGLE
from workflows import journal, runtime
from workflows.models import Incident, JournalEntry, ProcessInstance
from workflows.refusals import NotAllowed, NotValid, OutOfDate

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return builders.person("ada")


@pytest.fixture
def manager():
    return builders.person("max")


@pytest.fixture(autouse=True)
def loans(ada, manager):
    builders.grid()
    return builders.queue_of(ada, manager=manager)


def kinds(review):
    entries = JournalEntry.objects.filter(chain=review.instance_id).order_by("sequence")
    return [entry.kind for entry in entries if entry.kind.startswith(("review.", "decision."))]


def test_a_sure_small_case_is_decided_by_the_system():
    review = builders.question(500, confidence=0.95)

    assert (review.status, review.outcome, review.disposition) == ("executed", "approve", "auto")
    builders.refresh(review.instance)
    assert review.instance.status == ProcessInstance.Status.COMPLETED
    assert review.instance.variables["decision"]["by"] == ["system"]
    assert not WorkItem.objects.exists()
    assert kinds(review) == ["review.opened", "decision.automatic", "review.executed"]


def test_the_sampling_draw_is_stored_and_can_be_drawn_again():
    review = builders.question(500, confidence=0.95)

    entry = JournalEntry.objects.get(kind="decision.automatic")
    said = entry.detail
    assert said["is_sampled"] is review.is_sampled
    drawn = sampling.is_drawn(said["review"], said["sample_plan"], said["sample_rate"])
    assert drawn is review.is_sampled


def test_a_middling_case_asks_one_person():
    review = builders.question(SINGLE, confidence=0.7)

    assert (review.disposition, review.signatures_needed) == ("review", 1)
    [item] = builders.open_items(review)
    assert item.status == WorkItem.Status.READY
    assert item.seat.seat == ReviewItem.Seat.FIRST
    assert item.title == "Loan for Rosa"


def test_a_large_case_asks_two_one_after_the_other():
    review = builders.question(DUAL)

    assert (review.disposition, review.signatures_needed) == ("dual", 2)
    assert len(builders.open_items(review)) == 1


def test_a_blind_one_asks_both_at_once():
    review = builders.question(DUAL, mode="blind")

    assert {item.seat.seat for item in builders.open_items(review)} == {"first", "second"}


def test_what_the_grid_stops_waits_for_a_manager(manager):
    review = builders.question(BLOCKED)

    assert review.status == Review.Status.BLOCKED
    assert not WorkItem.objects.exists()
    assert kinds(review) == ["review.opened", "review.blocked"]
    assert Notice.objects.get(user=manager).text.startswith("Stopped: Loan for Rosa.")


def test_a_manager_lets_a_stopped_one_through_to_two_people(manager):
    review = builders.question(BLOCKED)

    decisions.unblock(review_id=review.pk, by=manager, rationale="Known customer.", now=NOW)

    builders.refresh(review)
    assert (review.status, review.signatures_needed) == ("open", 2)
    assert (review.released_by, review.release_rationale) == (manager, "Known customer.")
    assert len(builders.open_items(review)) == 1


def test_only_a_manager_lets_through_and_says_why(ada, manager):
    review = builders.question(BLOCKED)

    with pytest.raises(NotAllowed):
        decisions.unblock(review_id=review.pk, by=ada, rationale="Fine.", now=NOW)
    with pytest.raises(NotValid, match="Say why"):
        decisions.unblock(review_id=review.pk, by=manager, rationale=" \0 ", now=NOW)

    builders.refresh(review)
    assert review.status == Review.Status.BLOCKED


def test_a_manager_does_not_let_the_own_request_through(manager):
    review = builders.question(BLOCKED, requested_by="max")

    with pytest.raises(NotAllowed):
        decisions.unblock(review_id=review.pk, by=manager, rationale="Mine.", now=NOW)


def test_what_goes_on_already_cannot_be_let_through_again(manager):
    review = builders.question(BLOCKED)
    decisions.unblock(review_id=review.pk, by=manager, rationale="Known.", now=NOW)

    with pytest.raises(OutOfDate):
        decisions.unblock(review_id=review.pk, by=manager, rationale="Known.", now=NOW)


# --- whatever is wrong goes to people ---


@pytest.mark.parametrize(
    "confidence", [None, -0.1, 1.0000001, "0.9", True, [], {}, 1e-400 - 1, "NaN", "high"]
)
def test_b19_a_confidence_that_is_none_goes_to_people(confidence):
    review = builders.question(500, confidence=confidence)

    assert (review.status, review.disposition) == ("open", "review")
    assert "so people decide" in review.disposition_reason
    assert builders.open_items(review)


@pytest.mark.parametrize("amount", [None, "a lot", -5, [], True])
def test_b19_an_impact_that_is_none_goes_to_two_people(amount):
    review = builders.question(amount, confidence=0.99)

    assert review.disposition == "dual"
    assert "impact" in review.disposition_reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"confidence": "score.nothing.at.all"}, "No confidence was given"),
        ({"suggestion": ""}, "Nothing was suggested"),
        ({"suggestion": "&quot;maybe&quot;"}, "none of approve, reject"),
        ({"payload": "application.nothing"}, "nothing to look at"),
        ({"outcomes": "5"}, "not a list of two or more words"),
        ({"deadline": "&quot;tomorrow&quot;"}, "not a date and time"),
        ({"requester": "application"}, "The requester is not a text"),
        ({"scored": "score.of"}, "another payload"),
    ],
)
def test_whatever_cannot_be_read_goes_to_people_with_the_reason(said, reason):
    started = builders.instance(builders.variables(500, 0.99), **said)

    review = Review.objects.get(instance=started)
    assert review.status == "open"
    assert reason in review.disposition_reason


def test_an_expression_that_raises_goes_to_people(monkeypatch):
    def burst(text):
        raise ZeroDivisionError("burst")

    monkeypatch.setattr(questions, "feel", SimpleNamespace(compile=burst))
    review = builders.question(500, confidence=0.99)

    assert (review.status, review.disposition) == ("open", "dual")
    assert Incident.objects.count() == 0


def test_without_a_grid_people_decide():
    review = builders.question(500, confidence=0.99, kind="unheard_of")

    assert (review.status, review.disposition, review.grid) == ("open", "review", None)
    assert "no grid" in review.disposition_reason


def test_a_score_for_this_very_payload_counts():
    from workflows.canonical import digest

    known = builders.variables(500, 0.99)
    known["score"]["of"] = digest(known["application"])

    review = Review.objects.get(instance=builders.instance(known, scored="score.of"))

    assert review.disposition == "auto"


def test_a_question_that_no_rule_sends_anywhere_is_an_incident():
    RoutingRule.objects.all().delete()

    started = builders.instance(builders.variables())

    assert Incident.objects.get(instance=started).kind == Incident.Kind.HANDLER
    assert not Review.objects.exists()


# --- what is kept ---


def test_evidence_is_sealed_and_bound_to_the_content_hash():
    review = builders.question(SINGLE)

    shown = Evidence.objects.filter(review=review)
    assert [each.title for each in shown] == ["Application", "Score"]
    assert shown[1].content["reasons"] == ["Steady income"]
    assert len(review.content_hash) == 64


def test_no_personal_data_goes_into_the_chain():
    review = builders.question(SINGLE)
    builders.sign(builders.User.objects.get(username="ada"), review)

    entries = JournalEntry.objects.filter(chain=review.instance_id)
    assert "Rosa" not in json.dumps([entry.detail for entry in entries])
    assert journal.verifies(review.instance)


def test_a1_the_requester_is_kept_from_the_item(ada):
    review = builders.question(SINGLE, requested_by="ada")

    [item] = builders.open_items(review)
    assert (review.requester_person, review.requester) == (ada.person, "ada")
    assert Exclusion.objects.get(item=item).person == ada.person


def test_who_sent_it_in_is_kept_from_it_too(ada):
    review = builders.question(SINGLE, by="user:ada", requested_by="somebody")

    assert Exclusion.objects.get().person == ada.person
    assert review.requester == "somebody"


@pytest.mark.parametrize(
    "named", ["mail@example.org", "MAIL@EXAMPLE.ORG", "mail+loans@example.org", "user:eve", "EVE"]
)
def test_a8_the_requester_is_found_by_any_way_of_writing(named):
    eve = builders.person("eve", email="Mail@example.org")

    assert builders.question(SINGLE, requested_by=named).requester_person == eve.person


def test_two_people_with_one_mailbox_are_both_kept_from_it():
    one = builders.person("one", email="team@example.org")
    two = builders.person("two", email="team@example.org")

    builders.question(SINGLE, requested_by="team@example.org")

    kept = {exclusion.person for exclusion in Exclusion.objects.all()}
    assert kept == {one.person, two.person}


def test_cancelling_takes_the_question_back():
    review = builders.question(SINGLE)

    runtime.cancel(instance_id=review.instance_id, by="user:max", reason="Withdrawn.", now=NOW)

    builders.refresh(review)
    assert review.status == Review.Status.WITHDRAWN
    assert not builders.open_items(review)
    assert "review.withdrawn" in kinds(review)


def test_a39_a_grid_published_later_changes_nothing_that_is_open(ada):
    review = builders.question(DUAL)
    builders.grid(rows=[["auto", "auto", "auto"]])

    builders.sign(ada, review)

    assert (review.status, review.signatures_needed, review.grid.version) == ("open", 2, 1)
