"""The loan score: a logistic model over five features that can be read.

Its probability of repayment is what a lender's own history would say, so its confidence can be
checked against what happens later.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
    def log_odds(self) -> float:
        """Of repayment; 0 is even."""
        return math.log(self.probability / (1 - self.probability))

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
    income = number(application, "monthly_income", above_zero=True)
    yield "monthly_income", income
    yield "debt_ratio", number(application, "monthly_debt") / income
    yield "years_employed", number(application, "years_employed")
    yield "late_payments", number(application, "late_payments")
    yield "years_of_income", number(application, "amount") / (12 * income)


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


def number(application: Mapping[str, Any], name: str, *, above_zero: bool = False) -> float:
    """A feature as it was stated; raises `NotScorable` when it cannot be used."""
    value = application.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NotScorable(f"{name} is missing or not a number. Correct the application.")
    if value < 0 or (above_zero and value == 0):
        raise NotScorable(f"{name} is {value:g}. It has to be above zero.")
    return float(value)
