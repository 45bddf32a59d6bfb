"""Why an answer is what it is: each step in words, and its table with the rules that matched."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflows import decision_tables, dmn, feel
from workflows.decision_cases import written
from workflows.decision_tables import Shown


@dataclass(frozen=True, slots=True)
class Told:
    """One step: what was decided, what its table looked at, and which rules matched."""

    name: str
    answer: str
    seen: Sequence[tuple[str, str]] = ()  # column and value
    sentences: Sequence[str] = ()
    shown: Shown | None = None


def told(xml: bytes, result: dmn.Result) -> list[Told]:
    """The steps in the order in which they were taken."""
    parts = {part.id: part for part in decision_tables.parts(xml)}
    return [_told(xml, step, parts.get(step.id)) for step in result.trace]


def _told(xml: bytes, step: dmn.Step, part: decision_tables.Part | None) -> Told:
    answer = written(feel.as_json(step.value))
    if step.table is None:
        return Told(step.name, answer)
    numbers = [rule.number for rule in step.table.rules]
    return Told(
        step.name,
        answer,
        [(each.title, written(feel.as_json(each.value))) for each in step.table.inputs],
        step.sentences(),
        decision_tables.show(xml, part, matched=numbers)
        if part and part.is_table and part.name == step.name
        else None,
    )
