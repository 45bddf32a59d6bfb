"""Who applies, with features that hang together, and what nobody there knows: who will repay.

The truth is drawn from the same features as the score, plus what the score does not see. Given the
score alone, applicants repay as often as it says: that is what calibrated means.
"""

import math
from dataclasses import dataclass
from random import Random
from typing import Any

from examples.lender import names, scoring

Application = dict[str, Any]

# How much the score does not see, in log odds (a standard deviation).
UNSEEN = 0.9
# A normal mix of logistic curves is flatter than each of them: this much, by the usual
# approximation (MacKay 1992). The truth is steeper by as much, so that the mix is the score.
STEEPER = math.sqrt(1 + math.pi * UNSEEN**2 / 8)

PURPOSES = (
    ("car", 0.30, 1.0),
    ("kitchen", 0.16, 0.8),
    ("debts in one place", 0.20, 1.1),
    ("wedding", 0.08, 0.7),
    ("training", 0.10, 0.6),
    ("home improvement", 0.16, 1.6),
)
WORK = ("nurse", "teacher", "electrician", "driver", "clerk", "engineer", "cook", "shop owner")
LARGE = 0.11  # share that asks for far more than usual
DOUBTFUL_PAPERS = 0.03
LATE_PER_DEBT = 2.6  # late payments grow with the share of the income that goes into debts


@dataclass(frozen=True, slots=True)
class Truth:
    """What time will tell about an application; nobody there knows it."""

    repays: bool
    hidden_odds: float  # log odds of repayment, with what the score does not see

    @property
    def right_answer(self) -> str:
        return "approve" if self.repays else "reject"


def application(number: int, chance: Random) -> Application:
    """One application, as it comes in by message."""
    age = round(min(74, max(19, chance.gauss(41, 12))))
    income = _income(age, chance)
    debt_ratio = min(0.85, chance.betavariate(2.2, 5.2))
    years = round(max(0.0, min(age - 18, chance.expovariate(1 / (1 + (age - 18) * 0.28)))), 1)
    purpose, size = _purpose(chance)
    return {
        "reference": f"L-{number:06d}",
        "applicant": f"{chance.choice(names.FIRST)} {chance.choice(names.LAST)}",
        "age": age,
        "occupation": chance.choice(WORK),
        "region": "north" if chance.random() < 0.52 else "south",
        "purpose": purpose,
        "amount": _amount(income, size, chance),
        "term_months": chance.choice((24, 36, 48, 60, 72)),
        "monthly_income": income,
        "monthly_debt": round(income * debt_ratio),
        "years_employed": years,
        "late_payments": _poisson(LATE_PER_DEBT * debt_ratio, chance),
        "documents": "to be checked" if chance.random() < DOUBTFUL_PAPERS else "complete",
        "requested_by": f"branch-{chance.randint(1, 9)}",
    }


def truth(stated: Application, *, seed: int = 0) -> Truth:
    """Drawn from the application itself, so that it is the same whenever one asks."""
    chance = Random(f"{seed}:{stated['reference']}:{stated['applicant']}")  # noqa: S311 - no secret
    odds = scoring.score(stated).log_odds * STEEPER + chance.gauss(0, UNSEEN)
    return Truth(repays=chance.random() < 1 / (1 + math.exp(-odds)), hidden_odds=odds)


def _income(age: int, chance: Random) -> int:
    """A month's, after tax: log-normal, higher in the middle of a working life."""
    middle = 1 - ((age - 47) / 55) ** 2
    return round(chance.lognormvariate(math.log(2_300 + 1_100 * middle), 0.38) / 10) * 10


def _amount(income: int, size: float, chance: Random) -> int:
    """People ask for some months' income; a few for far more."""
    months = chance.lognormvariate(math.log(3.4 * size), 0.62)
    if chance.random() < LARGE:
        months *= chance.uniform(4, 11)
    return max(500, round(income * months / 100) * 100)


def _purpose(chance: Random) -> tuple[str, float]:
    [(name, _, size)] = chance.choices(PURPOSES, weights=[share for _, share, _ in PURPOSES])
    return name, size


def _poisson(mean: float, chance: Random) -> int:
    """Knuth's way; for small means."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
