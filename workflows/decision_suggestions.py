"""Inputs to begin a test bench with: one for each rule of a table, and the answers as cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from workflows import decision_cases, decision_definitions, dmn, feel
from workflows.authors import Author
from workflows.dmn import samples, sheet
from workflows.dmn.sheet import SheetError

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Suggested:
    """An input that one rule matches; `is_alone` says that no other rule does."""

    rule: int
    inputs: dict[str, Any]
    is_alone: bool

    @property
    def written(self) -> str:
        """The inputs as JSON."""
        return decision_cases.written(self.inputs)


def of(xml: bytes, decision: str) -> list[Suggested]:
    """One input for each rule for which one can be found; none when it is no table."""
    try:
        table = sheet.sheet_of(xml, decision)
    except SheetError:
        return []
    found = samples.samples(table, sheet.surroundings_of(xml))
    return [
        Suggested(each.rule, feel.as_json(each.variables), each.alone)
        for each in found
        if each.variables is not None
    ][:MOST_SHOWN]


@transaction.atomic
def keep(
    key: str,
    model: dmn.Model,
    decision: str,
    suggested: Sequence[Suggested],
    *,
    by: Author,
    now: datetime,
) -> int:
    """Each as a case that expects the answer of today, unless there is one of its name.

    Returns how many were added. Raises NotValid when there would be too many.
    """
    taken = {case.name for case in decision_cases.of(key)}
    added = 0
    for each in suggested:
        name = f"{decision}, rule {each.rule}"
        if name not in taken:
            result = decision_definitions.answered(model, decision, each.inputs, now=now)
            expected = feel.as_json(result.value)
            decision_cases.add(
                key=key, name=name, decision=decision, inputs=each.inputs, expected=expected,
                has_expected=True, by=by, now=now,
            )  # fmt: skip
            added += 1
    return added
