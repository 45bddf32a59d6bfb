"""What was done to a decision, in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflows import decision_queries
from workflows.models import JournalEntry

# {names} are details of the entry; what a person wrote never becomes part of a sentence's shape.
SENTENCES: Mapping[str, str] = {
    "decision.published": "Version {version} was signed and published",
    "decision_draft.opened": "A draft was opened",
    "decision_draft.saved": "Revision {revision} of the draft was saved",
    "decision_draft.submitted": "The draft was submitted for a signature",
    "decision_draft.returned": "The draft was returned, not signed",
    "decision_draft.withdrawn": "The draft was withdrawn",
    "decision_case.added": "A case was saved",
    "decision_case.changed": "A case was changed",
    "decision_case.removed": "A case was removed",
}
TONES = {"decision.published": "ok", "decision_draft.returned": "warn"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done: by whom, when, and what they said about it."""

    at: datetime
    sentence: str
    actor: str
    said: str = ""
    tone: str = ""


def of(key: str) -> Sequence[Line]:
    """The latest first."""
    return [_line(entry) for entry in decision_queries.story_of(key)]


def _line(entry: JournalEntry) -> Line:
    detail = entry.detail
    sentence = SENTENCES.get(entry.kind, entry.kind)
    for name in ("version", "revision"):
        sentence = sentence.replace(f"{{{name}}}", str(detail.get(name, "")))
    if detail.get("submission_void"):
        sentence += "; the proposal before it is void"
    case = detail.get("after") or detail.get("before")
    named = case.get("name", "") if isinstance(case, dict) else ""
    said = detail.get("because") or detail.get("note") or named
    return Line(entry.at, sentence, entry.actor, str(said), TONES.get(entry.kind, ""))
