"""What a user task asks, read from its `countersign:review` element over the variables.

Nothing here refuses: whatever cannot be read is missing and leaves a sentence, and the question
goes to people (`triage`). A process never stops because a score was written badly.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows import feel
from workflows.bpmn import expressions
from workflows.bpmn.model import Node
from workflows.models import ProcessInstance

USUAL_OUTCOMES = ("approve", "reject")

_VARIABLE = re.compile(r"[^\W\d]\w{0,99}")
_OUTCOME = re.compile(r"[a-z][a-z0-9_-]{0,59}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, as far as it could be read; `problems` says what could not."""

    kind: str
    title: str
    result: str
    mode: str
    outcomes: tuple[str, ...]
    editable: tuple[str, ...] | None  # fields of the payload; None: any plain one
    payload: dict[str, Any]
    payload_title: str
    payload_variable: str  # empty when the payload is not a variable by itself
    subject: Any
    confidence: Any
    impact: Any
    suggestion: str
    reasons: list[Any]
    requester: str
    beneficiary: str
    region: str
    deadline: datetime | None
    scored: str | None  # hash of the payload that the confidence was given for, when it is said
    problems: tuple[str, ...]


@dataclass(slots=True)
class _Reader:
    """Values of the attributes, and what went wrong on the way."""

    said: Mapping[str, str]
    variables: Mapping[str, Any]
    problems: list[str] = field(default_factory=list)

    def value(self, name: str) -> Any:
        if name not in self.said:
            return None
        try:
            return feel.as_json(expressions.compiled(self.said[name])(self.variables))
        except Exception as error:  # noqa: BLE001 - whatever a rule does, people take over
            self.problems.append(f"The {name} could not be read: {error}")
            return None

    def text(self, name: str, limit: int = 200) -> str:
        value = self.value(name)
        if value is None:
            return ""
        if not isinstance(value, str | int | float):
            self.problems.append(f"The {name} is not a text")
            return ""
        return str(value)[:limit]

    def number_or_class(self, name: str) -> Any:
        """As it is in the variables: FEEL turns what JSON cannot carry, such as NaN, into null."""
        value = self.value(name)
        return value if not isinstance(value, float) or math.isfinite(value) else None


def read(node: Node, instance: ProcessInstance, variables: Mapping[str, Any]) -> Question:
    """The question of this user task over these variables."""
    said = node.extension("review")
    reader = _Reader(said, variables)
    source = "payload" if "payload" in said else "subject"
    outcomes = _outcomes(reader)
    return Question(
        kind=said.get("kind", node.id)[:100],
        title=reader.text("title") or _name_of(node, instance),
        result=said.get("result", "decision"),
        mode="blind" if said.get("mode") == "blind" else "countersign",
        outcomes=outcomes,
        editable=_editable(reader),
        payload=_payload(reader, source),
        payload_title=_title(said.get(source, "")),
        payload_variable=_variable(said.get(source, "")),
        subject=reader.value("subject") if "subject" in said and source != "subject" else None,
        confidence=reader.number_or_class("confidence"),
        impact=reader.number_or_class("impact"),
        suggestion=_suggestion(reader, outcomes),
        reasons=_reasons(reader),
        requester=reader.text("requester"),
        beneficiary=reader.text("beneficiary"),
        region=reader.text("region", 60),
        deadline=_deadline(reader),
        scored=reader.text("scored") if "scored" in said else None,
        problems=tuple(reader.problems),
    )


def _name_of(node: Node, instance: ProcessInstance) -> str:
    """The step, and what it is about by its caller's own name."""
    return f"{node.name or node.id} {instance.business_key}".strip()[:200]


def _payload(reader: _Reader, source: str) -> dict[str, Any]:
    value = reader.value(source)
    if isinstance(value, dict) and value:
        return value
    reader.problems.append("There is nothing to look at")
    return {} if value is None or isinstance(value, dict) else {"value": value}


def _outcomes(reader: _Reader) -> tuple[str, ...]:
    value = reader.value("outcomes")
    if value is None:
        return USUAL_OUTCOMES
    words = value.split(",") if isinstance(value, str) else value
    found = tuple(str(word).strip() for word in words) if isinstance(words, list) else ()
    is_sound = len(set(found)) == len(found) > 1 and "edit" not in found
    if is_sound and all(_OUTCOME.fullmatch(word) for word in found):
        return found
    reader.problems.append("The outcomes are not a list of two or more words")
    return USUAL_OUTCOMES


def _editable(reader: _Reader) -> tuple[str, ...] | None:
    """Which fields a reviewer may change; what cannot be read lets nobody change anything."""
    if "editable" not in reader.said:
        return None
    value = reader.value("editable")
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value)
    reader.problems.append("The editable fields are not a list of names")
    return ()


def _suggestion(reader: _Reader, outcomes: tuple[str, ...]) -> str:
    suggestion = reader.text("suggestion", 60)
    if suggestion in outcomes:
        return suggestion
    reader.problems.append(
        f"The suggestion {suggestion!r} is none of {', '.join(outcomes)}"
        if suggestion
        else "Nothing was suggested"
    )
    return ""


def _reasons(reader: _Reader) -> list[Any]:
    value = reader.value("reasons")
    if value is None:
        return []
    return value[:50] if isinstance(value, list) else [value]


def _deadline(reader: _Reader) -> datetime | None:
    text = reader.text("deadline")
    if not text:
        return None
    try:
        deadline = datetime.fromisoformat(text)
    except ValueError:
        reader.problems.append(f"The deadline {text!r} is not a date and time")
        return None
    if deadline.tzinfo is None:
        reader.problems.append(f"The deadline {text!r} names no time zone")
        return None
    return deadline


def _variable(text: str) -> str:
    name = text.strip().removeprefix("=").strip()
    return name if _VARIABLE.fullmatch(name) else ""


def _title(text: str) -> str:
    name = _variable(text)
    return name.replace("_", " ").capitalize() if name else "What is asked about"
