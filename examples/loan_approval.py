"""The automated steps of `loan_approval.bpmn`: a score that can be read, a payment, a letter.

The score is a logistic model over five features. Its probability of repayment is what a lender's
own history would say, so its confidence can be checked against what happens later.
"""

import fcntl
import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from workflows import job_handlers
from workflows.job_handlers import Work

INTERCEPT = 1.6


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing the score looks at: how far it lies from the usual, times how much that counts."""

    name: str
    usual: float
    weight: float  # change of the log odds of repayment for each unit above the usual
    sentence: str


FEATURES = (
    Feature("monthly_income", 3_200.0, 0.00045, "Income of {value:,.0f} a month"),
    Feature("debt_ratio", 0.30, -5.5, "{value:.0%} of the income goes into debts"),
    Feature("years_employed", 5.0, 0.11, "{value:g} years with the same employer"),
    Feature("late_payments", 1.0, -0.75, "{value:g} late payments in the last two years"),
    Feature("years_of_income", 0.45, -1.1, "The amount is {value:.1f} times a year's income"),
)


class NotScorable(ValueError):
    """The application lacks something that the score needs."""


@dataclass(frozen=True, slots=True)
class Score:
    """What the model says about one application."""

    probability: float  # of repayment
    contributions: tuple[tuple[Feature, float, float], ...]  # feature, its value, its log odds

    @property
    def outcome(self) -> str:
        """What the score suggests."""
        return "approve" if self.probability >= 0.5 else "reject"

    @property
    def confidence(self) -> float:
        """The probability that the suggestion is right."""
        return max(self.probability, 1 - self.probability)


def score(application: Mapping[str, Any]) -> Score:
    """Score an application; raises `NotScorable` naming what is missing."""
    values = dict(features(application))
    parts = tuple(
        (feature, values[feature.name], feature.weight * (values[feature.name] - feature.usual))
        for feature in FEATURES
    )
    odds = INTERCEPT + sum(part for _, _, part in parts)
    return Score(probability=1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))), contributions=parts)


def features(application: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The five features, from what an applicant states."""
    income = _number(application, "monthly_income", above_zero=True)
    yield "monthly_income", income
    yield "debt_ratio", _number(application, "monthly_debt") / income
    yield "years_employed", _number(application, "years_employed")
    yield "late_payments", _number(application, "late_payments")
    yield "years_of_income", _number(application, "amount") / (12 * income)


def reasons(found: Score) -> list[dict[str, Any]]:
    """Why, the weightiest first: each feature in a sentence, with what it adds to the log odds."""
    parts = sorted(found.contributions, key=lambda part: -abs(part[2]))
    return [
        {
            "feature": feature.name,
            "value": round(value, 4),
            "contribution": round(part, 4),
            "sentence": f"{feature.sentence.format(value=value)} "
            f"{'speaks for' if part >= 0 else 'speaks against'} repayment ({part:+.2f}).",
        }
        for feature, value, part in parts
    ]


@job_handlers.handler("loan.score")
def score_application(work: Work) -> dict[str, Any]:
    """Confidence, impact, suggestion and reasons for the grid and for the reviewer."""
    application = _application(work)
    found = score(application)
    return {
        "outcome": found.outcome,
        "confidence": round(found.confidence, 6),
        "probability_of_repayment": round(found.probability, 6),
        "impact": _number(application, "amount"),
        "reasons": reasons(found),
        "model": "loan-score-1",
    }


@job_handlers.handler("loan.pay_out")
def pay_out(work: Work) -> dict[str, Any]:
    """Pay the amount, as it stands after the decision."""
    application = _application(work)
    return _enter("payment", work, amount=_number(application, "amount"))


@job_handlers.handler("loan.decline")
def decline(work: Work) -> dict[str, Any]:
    """Write the letter of refusal."""
    return _enter("letter", work, amount=_number(_application(work), "amount"))


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


def _number(application: Mapping[str, Any], name: str, *, above_zero: bool = False) -> float:
    value = application.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NotScorable(f"{name} is missing or not a number. Correct the application.")
    if value < 0 or (above_zero and value == 0):
        raise NotScorable(f"{name} is {value:g}. It has to be above zero.")
    return float(value)
