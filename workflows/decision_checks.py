"""May a draft be published as it is? Its model, its cells, its cases, and what would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows import decision_cases, decision_definitions
from workflows.decision_cases import CaseResult, Change
from workflows.decision_sources import Pin
from workflows.dmn import sheet
from workflows.dmn.sheet import Problem
from workflows.refusals import NotValid


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell, a column or a table that has to be looked at; without a row it is about the head."""

    table: str
    problem: Problem

    @property
    def sentence(self) -> str:
        """What is wrong and what to do."""
        return self.problem.sentence

    @property
    def is_in_the_way(self) -> bool:
        """Whether it keeps the draft from being published."""
        return self.problem.grade == "error"

    @property
    def place(self) -> str:
        """Where in its table it stands."""
        where = f"rule {self.problem.row}" if self.problem.row else "head"
        return f"{where}, column {self.problem.column}" if self.problem.column else where


@dataclass(frozen=True, slots=True)
class Checks:
    """What was found out about one file; ready when nothing is in the way."""

    findings: Sequence[dict[str, object]] = ()  # why the model cannot be read
    problems: Sequence[Wrong] = ()
    results: Sequence[CaseResult] = ()
    changes: Sequence[Change] = ()  # cases that the version in force answers differently
    is_compared: bool = False  # whether there is a version in force to compare with
    imports: tuple[Pin, ...] = ()  # what was in force of what it imports

    @property
    def failed(self) -> list[CaseResult]:
        """Cases that stand in the way."""
        return [each for each in self.results if not each.is_passed]

    @property
    def errors(self) -> list[Wrong]:
        """Cells that stand in the way."""
        return [each for each in self.problems if each.is_in_the_way]

    @property
    def is_ready(self) -> bool:
        """Whether it may be proposed and signed."""
        return not (self.findings or self.errors or self.failed)


def check(key: str, xml: bytes, *, now: datetime, compare: bool = True) -> Checks:
    """Everything that is looked at before a draft becomes a version."""
    try:
        imports = decision_definitions.imports_of(xml)
        model = decision_definitions.read(xml, imports)
    except NotValid as refusal:
        said = refusal.findings or [{"element": "", "line": 0, "sentence": refusal.sentence}]
        return Checks(findings=said)
    cases = decision_cases.of(key, active=True)
    results = decision_cases.run(model, cases, now=now)
    in_force = decision_definitions.newest(key) if compare else None
    before = (
        decision_cases.run(decision_definitions.compiled(in_force), cases, now=now)
        if in_force
        else results
    )
    return Checks(
        problems=_problems(xml),
        results=results,
        changes=decision_cases.changes(before, results),
        is_compared=in_force is not None,
        imports=imports,
    )


def check_ready(key: str, xml: bytes, *, now: datetime) -> tuple[Pin, ...]:
    """The imported versions that it was checked with.

    Raises NotValid with the first thing in the way, and all of them as findings.
    """
    checks = check(key, xml, now=now, compare=False)
    if checks.findings:
        raise NotValid(
            f"The model cannot be used: {checks.findings[0]['sentence']}", list(checks.findings)
        )
    if checks.errors:
        raise NotValid(*_of_cells(checks.errors))
    if checks.failed:
        raise NotValid(*_of_cases(checks.failed))
    return checks.imports


def _problems(xml: bytes) -> list[Wrong]:
    around = sheet.surroundings_of(xml)
    return [
        Wrong(name or decision, each)
        for decision, name in sheet.tables_in(xml)
        for each in sheet.problems(sheet.sheet_of(xml, decision), around)
    ]


def _of_cells(problems: Sequence[Wrong]) -> tuple[str, list[dict[str, Any]]]:
    count = "One cell has" if len(problems) == 1 else f"{len(problems)} cells have"
    first = problems[0]
    sentence = f"{count} to be corrected. {first.table}, {first.place}: {first.sentence}"
    return sentence, [{"element": each.table, "sentence": each.sentence} for each in problems]


def _of_cases(failed: Sequence[CaseResult]) -> tuple[str, list[dict[str, Any]]]:
    count = "One saved case does" if len(failed) == 1 else f"{len(failed)} saved cases do"
    sentence = f"{count} not pass: {failed[0].case.name}. Correct the rules, or the case."
    return sentence, [{"element": each.case.name, "sentence": each.said} for each in failed]
