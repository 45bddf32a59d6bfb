"""Trying out a table that is not saved: which rules match an input, and what is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows import decision_definitions, decision_inputs, dmn, feel
from workflows.decision_bench_form import BenchForm
from workflows.decision_cases import written
from workflows.dmn import sheet
from workflows.dmn.sheet import Sheet, SheetError
from workflows.refusals import NotValid


@dataclass(frozen=True, slots=True)
class Trial:
    """A form for the inputs; once it is sent, the answer, or why there is none."""

    form: BenchForm | None = None
    answer: str = ""
    matched: Sequence[int] = ()
    sentences: Sequence[str] = ()
    errors: Sequence[str] = ()
    refusal: str = ""
    is_answered: bool = False
    others: Sequence[str] = ()  # what other decisions answered on the way


def offered(xml: bytes, table: Sheet) -> Trial:
    """The form for the inputs, as long as nothing was tried."""
    try:
        changed = sheet.with_sheet(xml, table.decision, table)
        if refusal := _refusal(changed, table):
            return Trial(refusal=refusal)
        return Trial(BenchForm(asked=decision_inputs.asked(changed, table.decision)))
    except (SheetError, dmn.DmnError) as error:
        return Trial(refusal=str(error))


def tried(xml: bytes, table: Sheet, post: Mapping[str, str], *, now: datetime) -> Trial:
    """What this table in this file answers to what was filled in."""
    try:
        changed = sheet.with_sheet(xml, table.decision, table)
        if refusal := _refusal(changed, table):
            return Trial(refusal=refusal)
        form = BenchForm(post, asked=decision_inputs.asked(changed, table.decision))
        if not form.is_valid():
            return Trial(form)
        model = dmn.load(changed, tolerant=True)
        result = decision_definitions.answered(model, table.decision, form.inputs, now=now)
    except (SheetError, dmn.DmnError, NotValid) as error:
        return Trial(refusal=str(error))
    return _told(form, table, result)


def _refusal(xml: bytes, table: Sheet) -> str:
    if table.decision in {each for each, _, _ in sheet.decisions_in(xml)}:
        return ""
    return "This is a business knowledge model: try a decision that calls it on the test bench."


def _told(form: BenchForm, table: Sheet, result: dmn.Result) -> Trial:
    others, matched, sentences = [], [], []
    for step in result.trace:
        answer = written(feel.as_json(step.value))
        if step.id != table.decision:
            others.append(f"{step.name} is {answer}.")
        elif step.table is not None:
            matched = [rule.number for rule in step.table.rules]
            sentences = step.sentences()
    said: Any = result.as_json()["value"]
    return Trial(
        form, written(said), matched, sentences, result.errors, is_answered=True, others=others
    )
