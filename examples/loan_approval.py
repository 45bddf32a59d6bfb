"""The automated steps of `loan_approval.bpmn`: a score that can be read, a payment, a letter."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from examples import ledger
from examples.lender import outages
from examples.lender.scoring import NotScorable, number, reasons, score
from workflows import job_handlers
from workflows.job_handlers import Work


@job_handlers.handler("loan.score")
def score_application(work: Work) -> dict[str, Any]:
    """Confidence, impact, suggestion and reasons for the grid and for the reviewer."""
    application = _application(work)
    _reach("bureau", application, work)
    found = score(application)
    return {
        "outcome": found.outcome,
        "confidence": round(found.confidence, 6),
        "probability_of_repayment": round(found.probability, 6),
        "impact": number(application, "amount"),
        "reasons": reasons(found),
        "model": "loan-score-1",
    }


@job_handlers.handler("loan.pay_out")
def pay_out(work: Work) -> dict[str, Any]:
    """Pay the amount, as it stands after the decision."""
    application = _application(work)
    _reach("bank", application, work)
    return ledger.enter("payment", work, amount=number(application, "amount"))


@job_handlers.handler("loan.decline")
def decline(work: Work) -> dict[str, Any]:
    """Write the letter of refusal."""
    return ledger.enter("letter", work, amount=number(_application(work), "amount"))


def _reach(service: str, application: Mapping[str, Any], work: Work) -> None:
    """Raises `ServiceDown` during a simulated outage. Only simulated applicants meet one."""
    if "reference" in application:
        outages.check(service, key=work.idempotency_key, attempt=work.attempt, at=datetime.now(UTC))


def _application(work: Work) -> Mapping[str, Any]:
    application = work.input.get("application")
    if not isinstance(application, Mapping):
        raise NotScorable("There is no application. Send one in the variables.")
    return application
