"""The journal in words: one sentence for each kind of entry, the rest of its facts beside it.

Nothing a caller sent becomes part of a sentence's shape: details fill named places only.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from types import MappingProxyType
from typing import Any

from workflows import readable
from workflows.models import JournalEntry

FOR_MACHINES = {"epoch"}
MACHINE = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# Kinds that tell more in a sentence of their own. {names} are details of the entry.
SENTENCES: Mapping[str, str] = {
    "process.started": "The process began",
    "process.completed": "The process came to its end",
    "process.ended": "The process came to its end",
    "process.cancelled": "The process was cancelled",
    "activity.entered": "Reached {node}",
    "activity.completed": "Done with {node}",
    "activity.cancelled": "Left {node} without finishing it",
    "activity.waiting": "Waits at {node} for the other branches",
    "job.created": "Handed {handler} to the workers",
    "job.leased": "A worker took {handler}",
    "job.completed": "{handler} delivered its result",
    "job.failed": "{handler} failed and will be tried again",
    "job.dead": "{handler} gave up",
    "job.retried": "{handler} was put back to work",
    "timer.set": "Set a timer at {node}",
    "timer.fired": "The timer at {node} ran out",
    "timer.cancelled": "The timer at {node} is no longer needed",
    "incident.opened": "An incident needs somebody",
    "incident.resolved": "The incident was resolved",
    "event.published": "Published {type}",
    "item.opened": "Work for somebody was put into a queue",
    "item.ready": "The item was ready for work",
    "item.claimed": "Reserved",
    "item.released": "Given back",
    "item.skipped": "Passed on",
    "item.suspended": "Set aside",
    "item.resumed": "Taken up again",
    "item.expired": "The reservation ran out and the item went back to its place",
    "item.returned": "Went back to the queue",
    "item.moved": "Moved to another queue",
    "item.completed": "The work is done",
    "item.reopened": "Opened again",
    "item.dropped": "No longer needed",
    "item.obsolete": "No longer needed",
    "clock.started": "The {goal} clock began to run",
    "clock.paused": "The {goal} clock paused",
    "clock.resumed": "The {goal} clock went on",
    "clock.stopped": "The {goal} clock stopped",
    "clock.met": "The {goal} promise was kept",
    "clock.warned": "The {goal} clock warned",
    "clock.breached": "The {goal} promise was broken",
    "clock.escalated": "Escalated",
    "review.opened": "A question was put to people",
    "review.blocked": "Stopped by the grid",
    "review.unblocked": "The stop was released",
    "review.settled": "Settled",
    "review.executed": "Took effect",
    "review.withdrawn": "Nothing is asked any more",
    "decision.made": "Decided",
    "decision.signed": "Signed",
    "decision.edited": "Changed what is decided on; earlier signatures are void",
    "decision.undone": "Took the decision back",
    "decision.withdrawn": "Took the decision back",
    "decision.disputed": "The signatures disagree",
    "decision.executed": "The decision took effect",
}
TONES: Mapping[str, str] = {
    "incident.opened": "breach",
    "job.dead": "breach",
    "job.failed": "warn",
    "clock.breached": "breach",
    "clock.warned": "warn",
    "clock.escalated": "warn",
    "review.blocked": "warn",
    "decision.disputed": "warn",
    "process.completed": "ok",
    "process.ended": "ok",
    "job.completed": "ok",
    "clock.met": "ok",
    "decision.made": "accent",
    "decision.signed": "accent",
    "decision.edited": "accent",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as people read it."""

    at: datetime
    sequence: int
    sentence: str
    who: str
    tone: str
    facts: Sequence[readable.Fact]


def line(entry: JournalEntry, names: Mapping[str, str] = MappingProxyType({})) -> Line:
    """`names` gives the names of nodes by their ids."""
    detail = entry.detail if isinstance(entry.detail, dict) else {}
    sentence, used = _sentence(entry.kind, detail, names)
    return Line(
        at=entry.at,
        sequence=entry.sequence,
        sentence=sentence,
        who=actor(entry.actor),
        tone=TONES.get(entry.kind, ""),
        facts=readable.facts(
            {
                name: each
                for name, each in detail.items()
                if name not in used | FOR_MACHINES and not is_for_machines(each)
            }
        ),
    )


def actor(text: str) -> str:
    """ "user:alice" is alice; what nobody did is done by the house itself."""
    kind, _, name = text.partition(":")
    match kind:
        case "user":
            return name
        case "api":
            return f"{name} (program)"
        case "system":
            return "Countersign"
    return text


def is_for_machines(value: object) -> bool:
    """Ids and hashes prove something; nobody reads them. An empty value says nothing."""
    if isinstance(value, list | dict):
        return all(is_for_machines(each) for each in value)
    return value in (None, "") or (isinstance(value, str) and bool(MACHINE.fullmatch(value)))


def _sentence(
    kind: str, detail: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[str, set[str]]:
    shape = SENTENCES.get(kind)
    if shape is None:
        return readable.words(kind), set()
    used = {name for _, name, _, _ in Formatter().parse(shape) if name}
    filled = {name: str(detail.get(name) or _unknown(name)) for name in used}
    if "node" in filled:
        filled["node"] = names.get(filled["node"], filled["node"])
    return shape.format_map(filled), used


def _unknown(name: str) -> str:
    return {"node": "a step", "handler": "an automated step", "goal": "SLA"}.get(name, "something")
