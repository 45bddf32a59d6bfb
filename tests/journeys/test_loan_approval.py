"""From the message that comes in to the event that goes out; the journal tells the story."""

import json

import pytest

from queues.models import Clock, WorkItem
from reviews import decisions
from reviews.models import ReasonCode, Review
from tests.journeys.house import House, deploy, events, holds, loan_approval, review_of, story
from tests.reviews import builders
from workflows import job_handlers, jobs, migration
from workflows.models import Incident, ProcessDefinition, ProcessInstance

pytestmark = pytest.mark.django_db

SOUND = {
    "applicant": "Rosa",
    "requested_by": "branch-7",
    "monthly_income": 5_200,
    "monthly_debt": 400,
    "years_employed": 9,
    "late_payments": 0,
    "amount": 4_000,
}
UNSURE = {**SOUND, "monthly_debt": 2_300, "late_payments": 2, "years_employed": 2}

BEGINNING = ["process.started", "job.created", "job.completed"]
PAID = ["activity.completed", "gateway.passed", "job.created", "job.completed"]
PUBLISHED = ["event.published", "process.ended"]


@pytest.fixture
def alice():
    return builders.person("alice", undo_for=10)


@pytest.fixture
def bob():
    return builders.person("bob", undo_for=10)


@pytest.fixture
def max_():
    return builders.person("max")


@pytest.fixture
def house(alice, bob, max_, tmp_path, monkeypatch):
    monkeypatch.setenv("COUNTERSIGN_LEDGER", str(tmp_path / "ledger.jsonl"))
    builders.grid("loan_approval")
    builders.queue_of(alice, bob, builders.person("carol", undo_for=10), manager=max_)
    ReasonCode.objects.create(review_kind="loan_approval", code="income", label="Income")
    loan_approval()
    return House()


@pytest.fixture
def ledger(house, tmp_path):
    path = tmp_path / "ledger.jsonl"

    def entries():
        lines = path.read_text().splitlines() if path.exists() else []
        return [(entry["kind"], entry["amount"]) for entry in map(json.loads, lines)]

    return entries


def apply(house, **said):
    return house.apply("loan.application", {"application": {**SOUND, **said}})


def unsure(house, **said):
    return house.apply("loan.application", {"application": {**UNSURE, **said}})


def decide(house, by, review, outcome="approve"):
    return builders.show(by, review, now=house.now).decide(outcome, now=house.now)


def test_a_sure_small_loan_is_paid_out_without_anybody(house, ledger):
    loan = apply(house)

    assert story(loan) == [
        *BEGINNING,
        "review.opened",
        "decision.automatic",
        "review.executed",
        *PAID,
        *PUBLISHED,
    ]
    assert events(loan) == ["loan.paid_out"]
    assert ledger() == [("payment", 4_000)]
    assert holds(loan)


def test_one_person_approves_an_unsure_loan(house, ledger, alice):
    loan = unsure(house)
    review = review_of(loan)
    decide(house, alice, review)
    house.pass_time(seconds=10)

    assert story(loan) == [
        *BEGINNING,
        "review.opened",
        "item.opened",
        "item.completed",
        "decision.signed",
        "review.settled",
        "review.executed",
        *PAID,
        *PUBLISHED,
    ]
    assert events(loan) == ["loan.paid_out"]
    assert ledger() == [("payment", 4_000)]
    assert holds(loan)


def test_a_rejected_loan_is_declined(house, ledger, alice):
    loan = unsure(house)
    decide(house, alice, review_of(loan), "reject")
    house.pass_time(seconds=10)

    assert events(loan) == ["loan.declined"]
    assert ledger() == [("letter", 4_000)]
    assert holds(loan)


def test_two_people_approve_a_large_loan(house, ledger, alice, bob):
    loan = apply(house, amount=150_000, monthly_income=30_000)
    review = review_of(loan)
    decide(house, alice, review)
    house.pass_time(seconds=10)
    decide(house, bob, review)
    house.pass_time(seconds=10)

    assert story(loan) == [
        *BEGINNING,
        "review.opened",
        "item.opened",
        "item.completed",
        "decision.signed",
        "item.opened",
        "item.completed",
        "decision.signed",
        "review.settled",
        "review.executed",
        *PAID,
        *PUBLISHED,
    ]
    assert ledger() == [("payment", 150_000)]
    assert holds(loan)


def test_a_decision_taken_back_pays_nothing(house, ledger, alice):
    loan = unsure(house)
    review = review_of(loan)
    decision = decide(house, alice, review)
    house.pass_time(seconds=5)
    decisions.undo(decision_id=decision.pk, by=alice, now=house.now)
    house.pass_time(minutes=4)

    assert ledger() == []
    assert story(loan)[-2:] == ["item.reopened", "decision.withdrawn"]
    assert holds(loan)


def test_a_changed_amount_is_signed_again_and_paid_as_changed(house, ledger, alice, bob):
    loan = unsure(house)
    review = review_of(loan)
    builders.show(alice, review, now=house.now).edit(amount=3_000, now=house.now)
    house.pass_time(seconds=10)
    builders.refresh(review)
    decide(house, bob, review)
    house.pass_time(seconds=10)

    assert story(loan) == [
        *BEGINNING,
        "review.opened",
        "item.opened",
        "item.completed",
        "decision.signed",
        "payload.edited",
        "item.opened",
        "item.completed",
        "decision.signed",
        "review.settled",
        "review.executed",
        *PAID,
        *PUBLISHED,
    ]
    assert ledger() == [("payment", 3_000)]
    assert holds(loan)


def test_a_stopped_loan_goes_on_only_after_a_manager_and_two_people(
    house, ledger, alice, bob, max_
):
    loan = apply(house, amount=2_000_000, monthly_income=400_000)
    review = review_of(loan)
    assert review.status == Review.Status.BLOCKED
    decisions.unblock(review_id=review.pk, by=max_, rationale="Known to us.", now=house.now)
    for person in (alice, bob):
        decide(house, person, review)
        house.pass_time(seconds=10)

    assert story(loan) == [
        *BEGINNING,
        "review.opened",
        "review.blocked",
        "review.unblocked",
        "item.opened",
        "item.completed",
        "decision.signed",
        "item.opened",
        "item.completed",
        "decision.signed",
        "review.settled",
        "review.executed",
        *PAID,
        *PUBLISHED,
    ]
    assert ledger() == [("payment", 2_000_000)]
    assert holds(loan)


def test_a_job_that_gives_up_waits_for_a_person_who_retries_it(house, ledger, monkeypatch):
    calls = []
    pay_out = job_handlers.named("loan.pay_out")

    def unreliable(work):
        calls.append(work.idempotency_key)
        if len(calls) <= 5:
            raise ConnectionError("The bank does not answer.")
        return pay_out(work)

    monkeypatch.setitem(job_handlers._handlers, "loan.pay_out", unreliable)
    loan = apply(house)
    for _ in range(5):
        house.pass_time(seconds=15)
    incident = Incident.objects.get(instance=loan)
    jobs.retry(incident_id=incident.pk, by="user:max", now=house.now)
    house.work()

    assert story(loan) == [
        *BEGINNING,
        "review.opened",
        "decision.automatic",
        "review.executed",
        "activity.completed",
        "gateway.passed",
        "job.created",
        *["job.failed"] * 4,
        "job.dead",
        "incident.opened",
        "incident.resolved",
        "job.retried",
        "job.completed",
        *PUBLISHED,
    ]
    assert len(set(calls)) == 1
    assert ledger() == [("payment", 4_000)]
    assert holds(loan)


def test_a_payment_without_an_answer_takes_the_way_of_its_timer(house, ledger, monkeypatch):
    def silent(work):
        raise ConnectionError("The bank does not answer.")

    monkeypatch.setitem(job_handlers._handlers, "loan.pay_out", silent)
    loan = apply(house)
    house.pass_time(minutes=2)

    told = story(loan)
    assert told[-4:] == ["timer.fired", "activity.cancelled", *PUBLISHED]
    assert events(loan) == ["loan.pay_out_unclear"]
    assert holds(loan)


def test_the_same_message_twice_is_one_loan(house, ledger):
    from workflows import intake

    said = {
        "message": "loan.application",
        "variables": {"application": SOUND},
        "business_key": "L-1",
        "idempotency_key": "once",
        "sender": "api:webshop",
        "now": house.now,
    }
    first, second = intake.receive(**said), intake.receive(**said)
    house.work()

    assert (first[0], first[1], second[1]) == (second[0], True, False)
    assert ledger() == [("payment", 4_000)]


# --- a question with a time limit ---

LIMITED = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                  xmlns:countersign="urn:countersign:bpmn:1" targetNamespace="urn:test">
  <bpmn:process id="permit" name="Permit" isExecutable="true">
    <bpmn:startEvent id="start">
      <bpmn:messageEventDefinition id="m" messageRef="permit_request" />
    </bpmn:startEvent>
    <bpmn:userTask id="review" name="review">
      <bpmn:extensionElements>
        <countersign:review kind="permit" payload="permit" impact="permit.size" result="decision" />
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="too_late" attachedToRef="review">
      <bpmn:timerEventDefinition id="t">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P2D</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="answered" />
    <bpmn:endEvent id="lapsed" />
    <bpmn:sequenceFlow id="a" sourceRef="start" targetRef="review" />
    <bpmn:sequenceFlow id="b" sourceRef="review" targetRef="answered" />
    <bpmn:sequenceFlow id="c" sourceRef="too_late" targetRef="lapsed" />
  </bpmn:process>
  <bpmn:message id="permit_request" name="permit.request" />
</bpmn:definitions>
"""


def test_a_question_that_nobody_answers_in_time_is_taken_back(house, alice):
    deploy(LIMITED)
    permit = house.apply("permit.request", {"permit": {"size": 3}})
    house.pass_time(days=2)

    assert story(permit) == [
        "process.started",
        "review.opened",
        "item.opened",
        "timer.fired",
        "activity.cancelled",
        "event.published",
        "process.ended",
        "item.obsolete",
        "review.withdrawn",
    ]
    assert review_of(permit).status == Review.Status.WITHDRAWN
    assert events(permit) == ["permit.lapsed"]
    assert holds(permit)


def test_b54_after_the_timer_took_the_other_path_a_decision_is_refused(house, alice):
    deploy(LIMITED)
    permit = house.apply("permit.request", {"permit": {"size": 3}})
    house.pass_time(days=1, hours=23, minutes=59)
    shown = builders.show(alice, review_of(permit), now=house.now)
    house.pass_time(minutes=1)

    with pytest.raises(decisions.OutOfDate):
        shown.decide(now=house.now)

    builders.refresh(permit)
    assert permit.status == ProcessInstance.Status.COMPLETED
    assert holds(permit)


def test_a43_running_out_of_time_approves_nothing(house):
    deploy(LIMITED)
    permit = house.apply("permit.request", {"permit": {"size": 3}})
    house.pass_time(days=2)

    builders.refresh(permit)
    assert "decision" not in permit.variables


def test_work_in_somebodys_hands_goes_on_in_a_newer_version(house, ledger, alice):
    waiting, decided = unsure(house), unsure(house)
    decide(house, alice, review_of(decided))  # and may still be taken back
    kept = [*WorkItem.objects.order_by("pk").values(), *Clock.objects.order_by("pk").values()]
    loan_approval({'"review"': '"look"', '"loan.paid_out"': '"loan.paid"'})
    new, old = ProcessDefinition.objects.order_by("-version")
    wish = migration.wanted(old, new, {"review": "look"})

    for loan in (waiting, decided):
        migration.migrate(
            instance_id=loan.pk, wish=wish, reason="Newer.", by="user:ada", now=house.now
        )

    now = [*WorkItem.objects.order_by("pk").values(), *Clock.objects.order_by("pk").values()]
    assert now == kept
    house.pass_time(seconds=10)
    decide(house, alice, review_of(waiting))
    house.pass_time(seconds=10)
    assert [events(waiting), events(decided)] == [["loan.paid"], ["loan.paid"]]
    assert holds(waiting)
    assert holds(decided)
