"""Saved cases: inputs whose answer is known. Every draft has to pass them before it is signed."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from time import monotonic
from typing import Any

from django.db import transaction

from workflows import decision_definitions, decision_files, dmn, journal
from workflows.authors import Author
from workflows.decision_files import Misfit
from workflows.models import DecisionCase
from workflows.refusals import NotValid, OutOfDate

MOST_CASES = 200  # of one decision
PATIENCE = 10.0  # seconds for all cases of one run


class Outcome(StrEnum):
    """How one case came out."""

    PASSED = "passed"
    DIFFERENT = "different"  # another answer than expected
    ERROR = "error"  # no answer: an error on the way
    NOT_RUN = "not run"  # the others had used up the time


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case and what a model answered; `result` has the trace, `answer` is JSON."""

    case: DecisionCase
    outcome: Outcome
    answer: Any = None
    result: dmn.Result | None = None
    errors: tuple[str, ...] = ()

    @property
    def is_passed(self) -> bool:
        """Whether this case stands in nobody's way."""
        return self.outcome is Outcome.PASSED

    @property
    def shown(self) -> str:
        """The answer as JSON."""
        return written(self.answer)

    @property
    def expected_shown(self) -> str:
        """What was expected, as JSON."""
        return written(self.case.expected)

    @property
    def rules_shown(self) -> str:
        """The rules that matched in the table that was asked, such as "2, 5"."""
        steps = self.result.trace if self.result else ()
        own = [step.table for step in steps if step.table and step.id == self.case.decision]
        return ", ".join(str(rule.number) for table in own for rule in table.rules)

    @property
    def said(self) -> str:
        """What is wrong, as a sentence; empty when it passed."""
        if self.outcome is Outcome.DIFFERENT:
            return "It answers something else than is expected."
        return "" if self.is_passed else " ".join(self.errors) or "It has no answer."


@dataclass(frozen=True, slots=True)
class Change:
    """A case to which two models give different answers."""

    case: DecisionCase
    before: CaseResult
    after: CaseResult


@transaction.atomic
def add(
    *,
    key: str,
    name: str,
    decision: str,
    inputs: Mapping[str, Any],
    expected: Any = None,
    has_expected: bool = False,
    by: Author,
    now: datetime,
) -> DecisionCase:
    """One more case. Raises NotValid when the name is taken or there are too many."""
    decision_files.one_at_a_time(key)
    cases = DecisionCase.objects.filter(key=key)
    if cases.count() >= MOST_CASES:
        raise NotValid(f"A decision has at most {MOST_CASES} saved cases. Remove one first.")
    name = _free_name(cases, name)
    case = DecisionCase.objects.create(
        key=key,
        name=name,
        decision=decision,
        inputs=dict(inputs),
        has_expected=has_expected,
        expected=expected if has_expected else None,
        saved_at=now,
        saved_by=by.actor,
    )
    _record("added", case, by=by, now=now, after=_written(case))
    return case


@transaction.atomic
def change(case: DecisionCase, *, by: Author, now: datetime, **fields: Any) -> DecisionCase:
    """Set `name`, `decision`, `inputs`, `expected`, `has_expected` or `is_active`."""
    held = _held(case)
    before = _written(held)
    if "name" in fields:
        others = DecisionCase.objects.filter(key=held.key).exclude(pk=held.pk)
        fields["name"] = _free_name(others, fields["name"])
    for name in ("name", "decision", "inputs", "has_expected", "expected", "is_active"):
        setattr(held, name, fields.get(name, getattr(held, name)))
    after = _written(held)
    if before != after:
        held.saved_at, held.saved_by = now, by.actor
        held.save()
        _record("changed", held, by=by, now=now, before=before, after=after)
    return held


@transaction.atomic
def remove(case: DecisionCase, *, by: Author, now: datetime) -> None:
    """The case is gone; the journal keeps what it was."""
    held = _held(case)
    _record("removed", held, by=by, now=now, before=_written(held))
    held.delete()


def of(key: str, *, active: bool = False) -> Sequence[DecisionCase]:
    """The cases of a decision by name; only those that are run when `active`."""
    found = DecisionCase.objects.filter(key=key).order_by("name")
    return list(found.filter(is_active=True) if active else found)


def run(
    model: dmn.Model, cases: Sequence[DecisionCase], *, now: datetime, seconds: float = PATIENCE
) -> list[CaseResult]:
    """Each case against a model, until the time is used up."""
    until = monotonic() + seconds
    return [
        _run(model, case, now=now)
        if monotonic() < until
        else CaseResult(case, Outcome.NOT_RUN, errors=("There was no time left to run it.",))
        for case in cases
    ]


def changes(before: Sequence[CaseResult], after: Sequence[CaseResult]) -> list[Change]:
    """Which of the same cases two models answer differently."""
    pairs = zip(before, after, strict=True)
    return [Change(old.case, old, new) for old, new in pairs if not _answer_alike(old, new)]


def _run(model: dmn.Model, case: DecisionCase, *, now: datetime) -> CaseResult:
    try:
        result = decision_definitions.answered(model, case.decision, case.inputs, now=now)
        answer = decision_definitions.as_json(result)["value"]
    except NotValid as refusal:
        return CaseResult(case, Outcome.ERROR, errors=(refusal.sentence,))
    if case.has_expected:
        right = alike(answer, case.expected)
        outcome = Outcome.PASSED if right else Outcome.DIFFERENT
    else:
        outcome = Outcome.ERROR if result.errors else Outcome.PASSED
    return CaseResult(case, outcome, answer, result, tuple(result.errors))


def written(value: Any) -> str:
    """A JSON value as people read it."""
    return json.dumps(value, ensure_ascii=False)


def alike(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same: true is not 1, 1 is 1.0, members in any order."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == other or math.isclose(one, other, rel_tol=1e-15)
    return bool(one == other)


def _answer_alike(old: CaseResult, new: CaseResult) -> bool:
    return alike(old.answer, new.answer) and bool(old.errors) == bool(new.errors)


def _free_name(cases: Any, name: str) -> str:
    name = decision_files.check_name(name)
    if cases.filter(name=name).exists():
        raise Misfit(
            "name", f"There is a case called “{name}” already. Give this one another name."
        )
    return name


def _held(case: DecisionCase) -> DecisionCase:
    """Locked after its decision's key, as everything that adds to a decision is."""
    decision_files.one_at_a_time(case.key)
    held = DecisionCase.objects.select_for_update().filter(pk=case.pk).first()
    if held is None:
        raise OutOfDate("Somebody has removed this case meanwhile.")
    return held


def _written(case: DecisionCase) -> dict[str, Any]:
    said = {"name": case.name, "decision": case.decision, "inputs": case.inputs}
    if case.has_expected:
        said["expected"] = case.expected
    return {**said, "is_active": case.is_active}


def _record(what: str, case: DecisionCase, *, by: Author, now: datetime, **detail: Any) -> None:
    journal.record_outside(
        f"decision_case.{what}", subject=f"decision:{case.key}", actor=by.actor, now=now, **detail
    )
