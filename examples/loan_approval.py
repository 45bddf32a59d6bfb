"""The automated steps of `loan_approval.bpmn`: a score that can be read, a payment, a letter."""

import fcntl
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

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
    return _enter("payment", work, amount=number(application, "amount"))


@job_handlers.handler("loan.decline")
def decline(work: Work) -> dict[str, Any]:
    """Write the letter of refusal."""
    return _enter("letter", work, amount=number(_application(work), "amount"))


def _reach(service: str, application: Mapping[str, Any], work: Work) -> None:
    """Raises `ServiceDown` during a simulated outage. Only simulated applicants meet one."""
    if "reference" in application:
        outages.check(service, key=work.idempotency_key, attempt=work.attempt, at=datetime.now(UTC))


# --- the ledger: what left the house, for everybody to count ------------------------------------


def ledger() -> Path:
    """The file that payments and letters are entered in, one JSON object a line."""
    return Path(os.environ.get("COUNTERSIGN_LEDGER") or settings.VAR_DIR / "ledger.jsonl")


def _enter(kind: str, work: Work, *, amount: float) -> dict[str, Any]:
    """Enter an effect once for its key, however often it is asked for; gives what was entered."""
    path = ledger()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = _entry_with(work.idempotency_key, file)
        if known is not None:
            return known
        entry = {
            "key": work.idempotency_key,
            "kind": kind,
            "amount": amount,
            "entered_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        file.write(f"{json.dumps(entry)}\n")
        file.flush()
        os.fsync(file.fileno())
    return entry


def _entry_with(key: str, file: Any) -> dict[str, Any] | None:
    """The entry of an earlier attempt. A line cut short by a crash is no entry."""
    file.seek(0)
    for line in file:
        if key in line and line.endswith("\n"):
            entry: dict[str, Any] = json.loads(line)
            return entry
    return None


def _application(work: Work) -> Mapping[str, Any]:
    application = work.input.get("application")
    if not isinstance(application, Mapping):
        raise NotScorable("There is no application. Send one in the variables.")
    return application
