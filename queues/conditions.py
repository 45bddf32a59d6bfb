"""Can a promise be kept, and can its clock work? Pure, checked when a policy is saved.

A condition names facts and, for each, the values that it accepts; it holds when all of them fit.
A condition without facts always holds. One that is absent never does.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise

from workflows.refusals import NotValid

Condition = Mapping[str, frozenset[str]]

NAMES = ("start", "pause", "resume", "stop", "reset", "cancel")

# The first of each pair, when it implies the second, makes a clock that cannot work.
CONTRADICTIONS = {
    ("start", "stop"): "Whenever this clock starts it also stops, so it never runs.",
    ("start", "cancel"): "Whenever this clock starts it is also cancelled, so it never runs.",
    ("start", "pause"): "Whenever this clock starts it also pauses, so it never runs.",
    ("pause", "start"): "Whenever this clock pauses it also starts, so it never resumes.",
    ("pause", "resume"): "Whenever this clock pauses it also resumes, so it never pauses.",
    ("pause", "stop"): "Whenever this clock pauses it also stops, so it never resumes.",
}


LONGEST_BUDGET = timedelta(days=3660)


class InvalidPromise(NotValid):
    """A goal that cannot be measured."""


class InvalidConditions(NotValid):
    """Conditions that contradict each other."""


def implies(first: Condition, second: Condition) -> bool:
    """Does the second hold whenever the first does?"""
    return all(fact in first and first[fact] <= accepted for fact, accepted in second.items())


def check_conditions(conditions: Mapping[str, Condition]) -> None:
    """Refuses, in a sentence that names the two conditions, a policy whose clock cannot work."""
    if unknown := sorted(conditions.keys() - set(NAMES)):
        raise InvalidConditions(f"A clock has no {unknown[0]!r} condition. Use {', '.join(NAMES)}.")
    for name, condition in conditions.items():
        for fact, accepted in condition.items():
            if not accepted:
                raise InvalidConditions(
                    f"The {name} condition accepts no value of {fact!r}, so it never holds. "
                    "Name a value or leave the fact out."
                )
    for (first, second), sentence in CONTRADICTIONS.items():
        are_given = first in conditions and second in conditions
        if are_given and implies(conditions[first], conditions[second]):
            raise InvalidConditions(f"{sentence} Change the {first} or the {second} condition.")


def check_budget(budget: timedelta) -> None:
    """Refuses with a sentence unless there is a budget that somebody can keep and outlive."""
    if budget <= timedelta():
        raise InvalidPromise("A goal needs a duration above zero.")
    if budget > LONGEST_BUDGET:
        raise InvalidPromise("A goal lasts at most ten years of working time. Use a shorter one.")


def check_warnings(warn_at: Sequence[float]) -> None:
    """Refuses fractions that are not between 0 and 1, or not in order."""
    if any(not 0 < fraction < 1 for fraction in warn_at):
        raise InvalidPromise("A warning comes at a share of the budget between 0 and 1, like 0.75.")
    if any(later <= earlier for earlier, later in pairwise(warn_at)):
        raise InvalidPromise("Warnings are listed in rising order, each share once.")
