"""What a decision table says about where an item goes: its queue, its skills, its priority.

The outputs `queue`, `skills` and `priority` are read by name; a table with one output names the
queue alone. A table that answers nothing, or something that nobody has set up, is no answer:
the rule that asked it goes on with its own queue and says why.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from queues.models import Queue, Skill, TableRouting
from workflows import decision_definitions, dmn
from workflows.dmn import sheet
from workflows.feel.errors import FeelError
from workflows.refusals import Refusal

LEAST_URGENT = 5
_WRITTEN_OUT = re.compile(r'"([^"\\]*)"')


class NoAnswer(Exception):
    """The table does not say where the item goes; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Source:
    """Which version of which table answered, by which rules, and all that it saw (its trace)."""

    decision: str
    version: int
    rules: tuple[int, ...]
    trace: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a table sends an item; None where it leaves that to the rule."""

    queue: Queue
    skills: tuple[str, ...] | None
    priority: int | None
    why: str
    source: Source


@dataclass(frozen=True, slots=True)
class Told:
    """A stored trace as people read it."""

    decision: str
    version: int
    sentences: list[str]
    tested: list[tuple[str, str]]
    errors: list[str]


def told(kept: TableRouting) -> Told:
    """Why the asked table answered as it did; what was stored is all that is needed."""
    steps = kept.trace.get("trace", [])
    table = (steps[-1].get("table") if steps else None) or {"rules": [], "inputs": []}
    return Told(
        decision=kept.decision,
        version=kept.version,
        sentences=[rule["because"] for rule in table["rules"]] or ["No rule of it held."],
        tested=[
            (each["title"], json.dumps(each["value"], ensure_ascii=False))
            for each in table["inputs"]
        ],
        errors=list(kept.trace.get("errors", [])),
    )


def ask(key: str, facts: Mapping[str, Any], *, now: datetime) -> Answer:
    """The answer of the table's version in force. Raises NoAnswer."""
    try:
        definition, result = decision_definitions.evaluate(key, facts, now=now)
    except (Refusal, FeelError) as error:
        raise NoAnswer(f"Table {key} cannot be asked. {error}") from error
    named = f"Table {definition.name}, version {definition.version}"
    said, rules = _outputs(result, named), _rules(result)
    return Answer(
        queue=_queue(said.get("queue"), named),
        skills=_skills(said.get("skills"), named),
        priority=_priority(said.get("priority"), named),
        why=f"{named}, {_in_words(rules)}.",
        source=Source(key, definition.version, rules, result.as_json()),
    )


def leads_to(key: str) -> frozenset[str] | None:
    """Slugs of the queues that a table's version in force names; None when that cannot be read.

    Only a text that is written out can be read: a cell may as well calculate the name.
    """
    found = decision_definitions.newest(key)
    if found is None:
        return frozenset()
    try:
        xml = bytes(found.xml)
        decision = decision_definitions.default_of(decision_definitions.compiled(found), key)
        table = sheet.sheet_of(xml, decision)
    except (Refusal, sheet.SheetError):
        return None
    return _named(table)


def _named(table: sheet.Sheet) -> frozenset[str] | None:
    alone = len(table.outputs) == 1
    at = [i for i, output in enumerate(table.outputs) if alone or output.name == "queue"]
    cells = [row.outputs[i] for i in at for row in table.rules]
    cells += [table.outputs[i].default for i in at if table.outputs[i].default]
    texts = [_WRITTEN_OUT.fullmatch(cell.strip()) for cell in cells]
    return frozenset(text[1] for text in texts if text) if all(texts) else None


def _outputs(result: dmn.Result, named: str) -> Mapping[str, Any]:
    if isinstance(result.value, Mapping):
        return result.value
    if isinstance(result.value, str):
        return {"queue": result.value}
    why = result.errors[0] if result.errors else "No rule of it holds."
    raise NoAnswer(f"{named}, gives no answer. {why}")


def _queue(slug: object, named: str) -> Queue:
    found = Queue.objects.filter(slug=slug).first() if isinstance(slug, str) else None
    if found is None:
        raise NoAnswer(f"{named}, names {_shown(slug)}, which is no queue's key.")
    return found


def _skills(keys: object, named: str) -> tuple[str, ...] | None:
    if keys is None:
        return None
    wanted = [keys] if isinstance(keys, str) else keys
    if not isinstance(wanted, Sequence) or not all(isinstance(key, str) for key in wanted):
        raise NoAnswer(f"{named}, names {_shown(keys)} for skills; a list of their keys is needed.")
    unknown = {*wanted} - {*Skill.objects.filter(key__in=wanted).values_list("key", flat=True)}
    if unknown:
        raise NoAnswer(f"{named}, asks for {_shown(min(unknown))}, which is no skill's key.")
    return tuple(sorted({*wanted}))


def _priority(number: object, named: str) -> int | None:
    if number is None:
        return None
    if isinstance(number, Decimal) and number in range(1, LEAST_URGENT + 1):
        return int(number)
    raise NoAnswer(f"{named}, gives priority {_shown(number)}; 1 to {LEAST_URGENT} are known.")


def _rules(result: dmn.Result) -> tuple[int, ...]:
    """Which rules of the asked table held, as people count them."""
    table = result.trace[-1].table if result.trace else None
    return tuple(rule.number for rule in table.rules) if table else ()


def _in_words(rules: tuple[int, ...]) -> str:
    return f"rule {', '.join(map(str, rules))}" if rules else "by its default"


def _shown(value: object) -> str:
    return f"“{str(value)[:60]}”"
