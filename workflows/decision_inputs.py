"""What a decision has to be told: the inputs behind it, with their types and what is allowed."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workflows import dmn, feel
from workflows.dmn import parser, sheet
from workflows.dmn.model import Decision, DecisionTable, Definitions, InputClause, LiteralExpression
from workflows.dmn.sheet import NamedType
from workflows.feel import FeelError, temporal
from workflows.feel.errors import Unanswerable

# How type references are spelt in files, and what they are called here.
TYPES: Mapping[str, str] = {
    "string": "string",
    "boolean": "boolean",
    **dict.fromkeys(("number", "integer", "long", "double"), "number"),
    "date": "date",
    "time": "time",
    **dict.fromkeys(("date and time", "dateTime"), "date and time"),
    **dict.fromkeys(("days and time duration", "dayTimeDuration"), "days and time duration"),
    **dict.fromkeys(
        ("years and months duration", "yearMonthDuration"), "years and months duration"
    ),
}
ANY = "any"
TEXT = re.compile(r'\s*"([^"\\]*)"\s*')
MOST_CHOICES = 200
READERS: Mapping[str, Callable[[str], Any]] = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_date_time,
    "days and time duration": temporal.parse_duration,
    "years and months duration": temporal.parse_duration,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One input: its name, what a form calls it, its type (ANY is JSON) and the texts to choose."""

    name: str
    label: str = ""
    type: str = ANY
    choices: tuple[str, ...] = ()


@lru_cache(maxsize=32)
def asked(xml: bytes, decision: str) -> tuple[Asked, ...]:
    """The inputs of a decision and of everything that it requires, in the order of the file.

    Data that the file declares come first, then names that its expressions use.
    """
    model, types = parser.parse(xml), sheet.types_in(xml)
    needed = _required(model, decision)
    found: dict[str, Asked] = {}
    for each in [*_declared(model, needed), *_used(model, needed)]:
        known = found.get(each.name)
        if known is None or known.type == ANY:
            found[each.name] = _resolved(each, types)
    return tuple(found.values())


def _required(model: Definitions, decision: str) -> list[Decision]:
    """The decision and those that it needs, each once."""
    by_id = {each.id: each for each in model.decisions}
    found: dict[str, Decision] = {}
    waiting = [decision]
    while waiting:
        each = by_id.get(waiting.pop())
        if each and each.id not in found:
            found[each.id] = each
            waiting += [href.id for href in each.requires]
    return [each for each in model.decisions if each.id in found]


def _declared(model: Definitions, needed: Sequence[Decision]) -> Iterator[Asked]:
    wanted = {href.id for decision in needed for href in decision.requires}
    for each in model.inputs:
        if each.id in wanted:
            name = each.variable.name or each.name
            yield Asked(name, each.name, each.variable.type_ref or ANY)


def _used(model: Definitions, needed: Sequence[Decision]) -> Iterator[Asked]:
    """Names that tables and expressions read and that nothing in the file defines."""
    defined = {each.name for each in model.decisions} | {each.name for each in model.knowledge}
    defined |= {each.variable.name for each in model.decisions}
    defined |= {each.name for each in model.services}
    declared = tuple(each.variable.name or each.name for each in model.inputs)
    for decision in needed:
        for each in _read_by(decision, declared + tuple(sorted(defined))):
            if each.name not in defined:
                yield each


def _read_by(decision: Decision, names: tuple[str, ...]) -> Iterator[Asked]:
    match decision.expression:
        case DecisionTable(inputs=columns):
            for column in columns:
                yield from _of_column(column, names)
        case LiteralExpression(text=text):
            yield from (Asked(name) for name in _free(text, names))


def _of_column(column: InputClause, names: tuple[str, ...]) -> Iterator[Asked]:
    """A column over a plain name says its type and what is allowed; others name variables."""
    text = column.expression.text.strip() if column.expression else ""
    allowed = _choices(column.values.text) if column.values else ()
    stated = (column.expression.type_ref if column.expression else "") or ANY
    if not text:
        if column.variable:
            yield Asked(column.variable, column.label, stated, allowed)
        return
    for name in _free(text, names):
        if name == text:
            yield Asked(name, column.label, stated, allowed)
        else:
            yield Asked(name)


def _free(text: str, names: tuple[str, ...]) -> list[str]:
    """Names that an expression reads; none when it cannot be understood."""
    try:
        return sorted(feel.compile(text, names=names, dialect="camunda").names)
    except FeelError:
        return []


def _resolved(each: Asked, types: Mapping[str, NamedType]) -> Asked:
    """With a built-in type; a type of the file gives what it is built on and what it allows."""
    named = types.get(each.type)
    base = named.base if named else each.type
    kind = TYPES.get(base.removeprefix("feel:"), ANY)
    choices = each.choices or (_choices(named.allowed) if named else ())
    return Asked(each.name, each.label or each.name, kind, choices if kind == "string" else ())


def _choices(allowed: str) -> tuple[str, ...]:
    """Texts of a list such as "low", "high"; none when it is anything else."""
    found = [TEXT.fullmatch(part) for part in allowed.split(",")]
    if not all(found) or len(found) > MOST_CHOICES:
        return ()
    return tuple(each[1] for each in found if each)


# --- JSON values as the model takes them --------------------------------------------------------


def admitted(model: dmn.Model, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with texts as dates, times and durations where the model says that it takes them.

    Files of Camunda declare no inputs: there, columns over plain names say the types. A text that
    is no date stays a text, and the evaluation says what was wrong with it.
    """
    given = dmn.inputs_from_json(model, inputs)
    for name, kind in _column_types(model):
        if isinstance(given.get(name), str):
            given[name] = _read(given[name], kind)
    return given


def _column_types(model: dmn.Model) -> Iterator[tuple[str, str]]:
    for decision in model.decisions:
        if isinstance(decision.expression, DecisionTable):
            for column in decision.expression.inputs:
                if tested := column.expression:
                    kind = TYPES.get(tested.type_ref or "", ANY)
                    yield tested.text.strip() or column.variable, kind


def _read(text: str, kind: str) -> Any:
    try:
        return READERS[kind](text) if kind in READERS else text
    except Unanswerable:
        return text
