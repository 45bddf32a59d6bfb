"""The journal in words: one sentence for each kind of entry, the rest of its facts beside it.

Nothing a caller sent becomes part of a sentence's shape: details fill named places only.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from types import MappingProxyType
from typing import Any

from workflows import readable
from workflows.models import JournalEntry

FOR_MACHINES = {
    "claimed_at",
    "claimed_by",
    "cell",
    "epoch",
    "generation",
    "is_active",
    "is_entitled",
    "is_work",
    "sample_plan",
    "sample_rate",
}
MACHINE = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# Kinds that tell more in a sentence of their own. {names} are details of the entry.
SENTENCES: Mapping[str, str] = {
    "process.started": "The process began",
    "process.ended": "The process came to its end",
    "process.cancelled": "The process was given up",
    "process.migrated": "Goes on in version {to} instead of {from}",
    "activity.completed": "Done with {node}",
    "activity.cancelled": "Left {node} without finishing it",
    "activity.retried": "Tried {node} again",
    "step.skipped": "{node} was skipped, as the model says",
    "adhoc.begun": "Began {node} by choice",
    "adhoc.done": "Said that {node} is done",
    "job.created": "Handed {handler} to the workers",
    "job.completed": "{handler} delivered its result",
    "job.failed": "{handler} failed and will be tried again",
    "job.dead": "{handler} gave up",
    "job.retried": "{handler} was put back to work",
    "job.settled": "The work of {handler} was done in another way",
    "timer.set": "Set a timer at {node}",
    "timer.fired": "The timer at {node} ran out",
    "message.sent": "Sent the message {name}",
    "message.received": "{node} received the message {name}",
    "message.refused": "Nobody could take the message {name}",
    "message.expired": "Nobody took the message {name} in its time",
    "message.taken": "Somebody has the message {name}",
    "message.sent_again": "Sent the message {name} again",
    "message.withdrawn": "Withdrew the message {name}",
    "message.repeated": "The message {name} came again and changed nothing",
    "message.late": "The message {name} came too late: this process was over",
    "signal.sent": "Gave the signal {name}",
    "signal.received": "{node} heard the signal {name}",
    "signal.refused": "Somebody could not take the signal {name}",
    "signal.repeated": "The signal {name} came again and changed nothing",
    "signal.late": "The signal {name} came too late: this process was over",
    "condition.met": "The condition of {node} came true",
    "job.error": "{handler} said that its work cannot be done as meant",
    "error.uncaught": "Nobody caught the error of {node}",
    "escalation.uncaught": "Nobody caught the escalation of {node}",
    "compensation.begun": "What was done is taken back, newest first",
    "call.begun": "Called {process}",
    "call.returned": "{process} came back",
    "call.undoing": "Began to undo what {process} has done",
    "call.undone": "What {process} has done is undone",
    "call.error": "{process} ended with an error",
    "call.escalated": "{process} escalated",
    "decision.evaluated": "{node} asked a decision table",
    "incident.opened": "An incident needs somebody",
    "incident.resolved": "The incident was resolved",
    "event.published": "Published {type}",
    "anomaly.noticed": "{process} did not follow {after} as expected for {key}",
    "anomaly.settled": "Nothing is expected of {process} any more for {key}",
    "variable.changed": "Changed the variable {name}",
    "variables.corrected": "Corrected variables for {node}",
    "item.opened": "Work for somebody was put into a queue",
    "item.released": "Given back",
    "item.skipped": "Passed on",
    "item.suspended": "Set aside",
    "item.resumed": "Ready again",
    "item.lease_expired": "The reservation ran out; the item went back to its place",
    "item.returned": "Taken back and returned to the queue",
    "item.returned_too_often": "Came back too often; the managers were told",
    "item.moved": "Moved to another queue",
    "item.priority_raised": "Became more urgent",
    "item.completed": "The work on it is done",
    "item.reopened": "Opened again",
    "item.obsolete": "No longer needed",
    "clock.paused": "The {goal} clock paused",
    "clock.resumed": "The {goal} clock went on",
    "clock.met": "The promise to {goal} it in time was kept",
    "clock.warned": "Time to {goal} it is running out",
    "clock.breached": "The promise to {goal} it in time was broken",
    "clock.escalated": "The {goal} clock escalated",
    "review.opened": "A question was put",
    "review.blocked": "Stopped by the grid",
    "review.unblocked": "The stop was released",
    "review.settled": "Settled",
    "review.disputed": "The signatures disagree",
    "review.executed": "The outcome took effect",
    "review.withdrawn": "Nothing is asked any more",
    "review.retitled": "Is called otherwise from now on",
    "decision.automatic": "Decided by the grid alone",
    "decision.signed": "Signed",
    "decision.edited": "Changed what is decided on; earlier signatures are void",
    "decision.withdrawn": "Took the decision back",
    "decision.voided": "A signature became void",
}
# The same, where a step asks for work and not for a decision.
OF_WORK: Mapping[str, str] = {
    "review.opened": "Work for a person was opened",
    "review.settled": "The work is complete",
    "review.executed": "The process went on with it",
    "review.withdrawn": "The work is not needed any more",
    "decision.signed": "Completed the work",
    "decision.withdrawn": "Took the completion back",
    "decision.voided": "A completion became void",
}
TONES: Mapping[str, str] = {
    "incident.opened": "breach",
    "job.dead": "breach",
    "job.failed": "warn",
    "message.refused": "warn",
    "message.expired": "warn",
    "signal.refused": "warn",
    "message.late": "warn",
    "signal.late": "warn",
    "item.returned_too_often": "warn",
    "item.lease_expired": "warn",
    "clock.breached": "breach",
    "clock.warned": "warn",
    "clock.escalated": "warn",
    "review.blocked": "warn",
    "review.disputed": "warn",
    "process.ended": "ok",
    "job.completed": "ok",
    "clock.met": "ok",
    "review.executed": "ok",
    "decision.automatic": "accent",
    "decision.signed": "accent",
    "decision.edited": "accent",
    "payload.edited": "accent",
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


def line(
    entry: JournalEntry,
    names: Mapping[str, str] = MappingProxyType({}),
    *,
    hidden: Collection[str] = (),
) -> Line:
    """`names` gives the names of nodes by their ids; details in `hidden` are left out."""
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
                if name not in {*used, *hidden, *FOR_MACHINES} and not is_for_machines(each)
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
    special = OF_WORK if detail.get("is_work") is True else {}
    shape = special.get(kind) or SENTENCES.get(kind)
    if shape is None:
        return readable.words(kind), set()
    used = {name for _, name, _, _ in Formatter().parse(shape) if name}
    filled = {name: str(detail.get(name) or _unknown(name)) for name in used}
    if "node" in filled:
        filled["node"] = names.get(filled["node"], filled["node"])
    return shape.format_map(filled), used


def _unknown(name: str) -> str:
    return {"node": "a step", "handler": "an automated step", "goal": "SLA"}.get(name, "something")
