"""Can it be proved afterwards? From the journal alone, without looking at any other table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from workflows import journal
from workflows.models import JournalEntry, ProcessInstance

NEEDED = {"auto": 0, "review": 1, "dual": 2, "block": 2}


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as the journal has it."""

    person: str
    outcome: str
    version: int
    content_hash: str
    is_sound: bool  # made while the person was active and entitled, and under a lease


@dataclass(slots=True)
class Case:
    """One review, as far as the journal has been read."""

    disposition: str
    needed: int
    version: int
    content_hash: str
    barred: set[str]
    editor: str = ""
    is_blocked: bool = False
    is_automatic: bool = False
    executions: int = 0
    signed: dict[str, Signed] = field(default_factory=dict)


def is_intact(instance: ProcessInstance) -> bool:
    """Whether the chain of the instance is whole, unchanged and ends where it says."""
    return journal.verifies(instance)


def broken_chains(instances: Iterable[ProcessInstance]) -> list[UUID]:
    return [instance.pk for instance in instances if not journal.verifies(instance)]


def four_eyes_violations(instance: ProcessInstance) -> list[str]:
    """What breaks the invariant, in sentences; empty when it holds.

    For every executed action there are as many decisions by distinct natural persons as it needs,
    none of them requester, last editor or beneficiary, each over exactly the executed content,
    each made while its person was active and entitled, none withdrawn before.
    """
    return violations(JournalEntry.objects.filter(chain=instance.pk).order_by("sequence"))


def violations(entries: Iterable[JournalEntry]) -> list[str]:
    cases: dict[str, Case] = {}
    found: list[str] = []
    for entry in entries:
        review = entry.detail.get("review") or entry.subject.removeprefix("review:")
        if entry.kind == "review.opened":
            cases[review] = _opened(entry.detail)
            found += _too_few(review, cases[review])
        elif review in cases:
            found += _read(entry, review, cases[review])
        elif entry.kind == "review.executed":
            found.append(f"Review {review} was executed and never opened.")
    return found


def _opened(said: dict[str, Any]) -> Case:
    parts = (said.get("requester_person"), said.get("beneficiary_person"))
    return Case(
        disposition=said["disposition"],
        needed=said["signatures_needed"],
        version=said["version"],
        content_hash=said["content_hash"],
        barred={part for part in parts if part},
        is_blocked=said["disposition"] == "block",
    )


def _too_few(review: str, case: Case) -> Iterator[str]:
    wanted = NEEDED.get(case.disposition)
    if wanted is None or case.needed < wanted:
        yield f"Review {review} asks for {case.needed} signatures, too few for {case.disposition}."


def _read(entry: JournalEntry, review: str, case: Case) -> list[str]:
    said = entry.detail
    match entry.kind:
        case "decision.signed":
            case.signed[said["decision"]] = _signed(said)
        case "decision.withdrawn" | "decision.voided":
            case.signed.pop(said["decision"], None)
        case "payload.edited":
            return _edited(review, case, said)
        case "review.unblocked":
            case.is_blocked = False
        case "decision.automatic":
            case.is_automatic = True
        case "review.executed":
            case.executions += 1
            return list(_executed(review, case, said))
    return []


def _signed(said: dict[str, Any]) -> Signed:
    is_sound = bool(said.get("is_active") and said.get("is_entitled") and said.get("epoch"))
    return Signed(said["person"], said["outcome"], said["version"], said["content_hash"], is_sound)


def _edited(review: str, case: Case, said: dict[str, Any]) -> list[str]:
    case.version, case.content_hash = said["version"], said["content_hash"]
    case.editor = said["person"]
    if said["signatures_needed"] < case.needed:
        return [f"Review {review} needs fewer signatures after an edit."]
    case.needed = said["signatures_needed"]
    return []


def _executed(review: str, case: Case, said: dict[str, Any]) -> Iterator[str]:
    if case.executions > 1:
        yield f"Review {review} was executed {case.executions} times."
    if case.is_blocked:
        yield f"Review {review} was executed while it was stopped."
    if (said["version"], said["content_hash"]) != (case.version, case.content_hash):
        yield f"Review {review} executed another content than the one in force."
    if case.disposition == "auto":
        if not case.is_automatic:
            yield f"Review {review} was executed and nobody decided it."
        return
    valid = {
        signed.person
        for signed in case.signed.values()
        if signed.is_sound
        and signed.outcome == said["outcome"]
        and (signed.version, signed.content_hash) == (said["version"], said["content_hash"])
    } - {*case.barred, case.editor}
    if len(valid) < case.needed:
        yield (
            f"Review {review} was executed with {len(valid)} of the {case.needed} signatures "
            "that it needs."
        )
