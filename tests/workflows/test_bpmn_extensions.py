"""What a model says in Countersign's own namespace, as the runtime reads it."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.workflows.drawn import draw, xml
from workflows.bpmn import extensions
from workflows.bpmn.parser import parse

LOAN = Path(__file__).resolve().parents[2] / "examples" / "loan_approval.bpmn"
VARIABLES = {
    "application": {"applicant": "Ada", "amount": 12_500.5, "requested_by": "shop"},
    "score": {"confidence": 0.93, "outcome": "approve", "reasons": ["long history"]},
    "secret": 1,
}


@pytest.fixture(scope="module")
def loan():
    (process,) = parse(LOAN.read_bytes())
    return process


def test_a_job_is_told_by_its_handler_and_its_limits(loan):
    job = extensions.job(loan.nodes["score"])

    assert job == extensions.Job(
        "loan.score", "score", 5, timedelta(seconds=30), timedelta(seconds=2)
    )


def test_a_job_that_says_little_has_defaults():
    job = extensions.job(draw("start -> auto", "auto -> end").nodes["auto"])

    assert (job.handler, job.result, job.attempts) == ("any", "", 5)


def test_a_job_sees_its_inputs_alone(loan):
    seen = extensions.inputs(loan.nodes["score"], VARIABLES)

    assert seen == {"application": VARIABLES["application"]}


def test_a_job_without_inputs_sees_everything():
    node = draw("start -> auto", "auto -> end").nodes["auto"]

    assert extensions.inputs(node, VARIABLES) == VARIABLES


def test_a_review_is_evaluated_to_plain_values(loan):
    review = extensions.review(loan.nodes["review"], VARIABLES)

    assert review == {
        "kind": "loan_approval",
        "title": "Loan for Ada",
        "subject": VARIABLES["application"],
        "payload": VARIABLES["application"],
        "confidence": 0.93,
        "impact": 12_500.5,
        "suggestion": "approve",
        "reasons": ["long history"],
        "requester": "shop",
        "region": None,
        "editable": ["amount"],
        "result": "decision",
    }


def test_a_missing_score_leaves_the_review_without_confidence(loan):
    assert extensions.review(loan.nodes["review"], {})["confidence"] is None


def test_an_end_publishes_what_it_says(loan):
    kind, published = extensions.event(loan, loan.nodes["paid_out"], VARIABLES)

    assert kind == "loan.paid_out"
    assert published.keys() == {"application", "decision", "payment"}


def test_an_end_that_says_nothing_publishes_under_its_own_name():
    (process,) = parse(xml("start -> a", "a -> end"))

    assert extensions.event(process, process.nodes["end"], {"x": 1}) == ("drawn.end", {"x": 1})
