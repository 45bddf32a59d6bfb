"""The loan example: a score that explains itself, effects that are entered once."""

import json
import threading
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from examples import loan_approval
from examples.lender import scoring
from tests.workflows import builders
from tests.workflows.builders import NOW, job_at, run, standing
from workflows import definitions, intake
from workflows.job_handlers import Work

GOOD = {
    "applicant": "Ann Example",
    "requested_by": "ann",
    "region": "north",
    "amount": 9_000,
    "monthly_income": 3_500,
    "monthly_debt": 500,
    "years_employed": 6,
    "late_payments": 0,
}
POOR = {**GOOD, "monthly_income": 1_400, "monthly_debt": 700, "late_payments": 4, "amount": 30_000}


@pytest.fixture(autouse=True)
def ledger(tmp_path, monkeypatch) -> Path:
    path = tmp_path / "deeper" / "ledger.jsonl"
    monkeypatch.setenv("COUNTERSIGN_LEDGER", str(path))
    return path


def work(key: str = "k1", **application) -> Work:
    return Work(input={"application": {**GOOD, **application}}, idempotency_key=key, attempt=1)


def entries(ledger: Path) -> list[dict]:
    return [json.loads(line) for line in ledger.read_text().splitlines()]


def test_a_sound_application_is_suggested_for_approval():
    score = loan_approval.score_application(work())

    assert score["outcome"] == "approve"
    assert score["confidence"] == score["probability_of_repayment"] > 0.9
    assert score["impact"] == 9_000


def test_a_poor_application_is_suggested_for_rejection():
    score = loan_approval.score_application(work(**POOR))

    assert score["outcome"] == "reject"
    assert score["confidence"] == pytest.approx(1 - score["probability_of_repayment"])


def test_the_reasons_add_up_to_the_score():
    found = loan_approval.score(GOOD)
    reasons = loan_approval.reasons(found)

    odds = scoring.INTERCEPT + sum(reason["contribution"] for reason in reasons)
    assert 1 / (1 + 2.718281828**-odds) == pytest.approx(found.probability, abs=1e-4)
    assert [abs(reason["contribution"]) for reason in reasons] == sorted(
        (abs(reason["contribution"]) for reason in reasons), reverse=True
    )
    assert "0 late payments" in str(reasons)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"monthly_income": 4_000}, {"monthly_income": 2_000}),
        ({"monthly_debt": 100}, {"monthly_debt": 1_500}),
        ({"years_employed": 20}, {"years_employed": 0}),
        ({"late_payments": 0}, {"late_payments": 3}),
        ({"amount": 1_000}, {"amount": 60_000}),
    ],
)
def test_each_feature_counts_in_its_direction(better, worse):
    above, below = (loan_approval.score({**GOOD, **change}) for change in (better, worse))

    assert above.probability > below.probability


@pytest.mark.parametrize(
    "change",
    [
        {"monthly_income": 0},
        {"monthly_income": None},
        {"amount": "9000"},
        {"amount": -1},
        {"late_payments": float("nan")},
        {"years_employed": True},
    ],
)
def test_b19_what_cannot_be_scored_is_not_scored(change):
    with pytest.raises(loan_approval.NotScorable):
        loan_approval.score_application(work(**change))


def test_an_effect_is_entered_once_for_its_key(ledger):
    first = loan_approval.pay_out(work("k1"))
    again = loan_approval.pay_out(work("k1"))
    loan_approval.decline(work("k2"))

    assert again == first
    assert [(entry["key"], entry["kind"]) for entry in entries(ledger)] == [
        ("k1", "payment"),
        ("k2", "letter"),
    ]


def test_many_at_once_enter_it_once(ledger):
    threads = [threading.Thread(target=loan_approval.pay_out, args=[work("k1")]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(entries(ledger)) == 1


@pytest.mark.django_db
def test_the_example_runs_as_shipped(ledger):
    source = (django_settings.BASE_DIR / "examples" / "loan_approval.bpmn").read_bytes()
    definitions.deploy(source=source, by="system", now=NOW)

    instance, _ = intake.receive(
        message="loan.application",
        variables={"application": GOOD},
        business_key="L-1",
        idempotency_key="L-1",
        sender="api:bank",
        now=NOW,
    )
    assert run(job_at(instance, "score"))
    assert standing(instance) == ["review"]

    builders.complete(instance, "review", decision={"outcome": "approve"})
    assert run(job_at(instance, "pay_out"))

    assert builders.now_of(instance).end_node == "paid_out"
    assert [entry["kind"] for entry in entries(ledger)] == ["payment"]
    assert builders.story(instance)[-2:] == ["event.published", "process.ended"]
