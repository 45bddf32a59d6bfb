"""The people who work there: who they are, how fast they are and what they make of a case. Pure."""

import math
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from random import Random

from examples.lender.applicants import Truth


class Act(StrEnum):
    """What somebody does with the item they hold."""

    DECIDE = "decide"
    EDIT = "edit"
    SKIP = "skip"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who decides all day."""

    username: str
    name: str
    queues: tuple[str, ...]
    skills: tuple[str, ...]
    pace: float = 1.0  # 1 is usual, 2 takes twice as long
    insight: float = 1.0  # how much of what the score does not see this person sees


@dataclass(frozen=True, slots=True)
class Habits:
    """How people work on one case, in shares and seconds."""

    median: float = 58.0  # seconds of thought
    spread: float = 0.55  # of its logarithm
    shortest: float = 6.0
    longest: float = 240.0
    skips: float = 0.03
    releases: float = 0.02
    edits: float = 0.03
    pause: float = 5.0  # seconds between two cases, on average
    blunder: float = 0.6  # log odds that a person misjudges a case by, a standard deviation


USUAL = Habits()

PERSONAL = ("personal-north", "personal-south")
LARGE = ("large-loans", "second-look")
NORTH, SOUTH = ("loans", "region:north"), ("loans", "region:south")
BOTH = ("loans", "region:north", "region:south")

TEAM = (
    Colleague("amelie", "Amélie Laurent", ("personal-north", "second-look"), NORTH, 0.9),
    Colleague("bastian", "Bastian Krüger", ("personal-north",), NORTH, 1.1, 0.7),
    Colleague("chiamaka", "Chiamaka Eze", ("personal-south", *LARGE), (*BOTH, "large-loans"), 0.8),
    Colleague("dmitri", "Dmitri Volkov", ("personal-south",), SOUTH, 1.2, 0.6),
    Colleague("esra", "Esra Aydın", PERSONAL, BOTH, 1.0),
    Colleague("fredrik", "Fredrik Holm", (*PERSONAL, *LARGE), (*BOTH, "large-loans"), 1.1, 1.2),
    Colleague("giulia", "Giulia Conti", LARGE, (*BOTH, "large-loans"), 1.3, 1.3),
    Colleague(
        "hiroshi", "Hiroshi Mori", ("fraud-checks", "second-look"), (*BOTH, "documents"), 1.2, 1.1
    ),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody will do with a case, and after how much thought."""

    act: Act
    after: timedelta
    outcome: str = ""
    edits: dict[str, int] = field(default_factory=dict)


def thought(who: Colleague, chance: Random, habits: Habits = USUAL) -> timedelta:
    """How long somebody looks at a case: log-normal, as service times are."""
    seconds = chance.lognormvariate(math.log(habits.median * who.pace), habits.spread)
    return timedelta(seconds=min(habits.longest, max(habits.shortest, seconds)))


def haste(waiting: int) -> float:
    """People hurry when much waits: the share of the usual time that they give to a case."""
    return max(0.4, 1 - max(0, waiting - 8) / 50)


def rest(chance: Random, habits: Habits = USUAL) -> timedelta:
    """Between two cases."""
    return timedelta(seconds=chance.expovariate(1 / habits.pause))


def plan(
    who: Colleague, case: Truth, *, amount: float, chance: Random, habits: Habits = USUAL
) -> Plan:
    """What this person makes of a case: mostly right, sometimes wrong, sometimes something else."""
    after = thought(who, chance, habits)
    lot = chance.random()
    if lot < habits.skips:
        return Plan(Act.SKIP, after / 3)
    if lot < habits.skips + habits.releases:
        return Plan(Act.RELEASE, after / 4)
    outcome = judgement(who, case, chance, habits)
    if outcome == "approve" and amount > 5_000 and chance.random() < habits.edits:
        return Plan(Act.EDIT, after * 1.4, edits={"amount": lowered(amount)})
    return Plan(Act.DECIDE, after, outcome=outcome)


def judgement(who: Colleague, case: Truth, chance: Random, habits: Habits = USUAL) -> str:
    """Approve what will probably be repaid. More insight means fewer wrong answers."""
    seen = who.insight * (0.8 if case.repays else -0.8)
    felt = case.hidden_odds + seen + chance.gauss(0, habits.blunder)
    return "approve" if felt > 0 else "reject"


def lowered(amount: float) -> int:
    """A quarter less, to the next hundred."""
    return max(100, round(amount * 0.75 / 100) * 100)
