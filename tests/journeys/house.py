"""Loans as journeys meet them, in the house that examples are played in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from examples import playing
from reviews import audit
from reviews.models import Review
from tests.reviews.builders import NOW, refresh
from workflows import definitions, journal
from workflows.models import Event, JournalEntry, ProcessInstance

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass
class House(playing.House):
    """Where loans come in, one after the other."""

    sent: int = field(default=0)

    def apply(self, message: str, variables: Mapping[str, Any]) -> ProcessInstance:
        self.sent += 1
        instance = self.receive(
            message, variables, key=f"L-{self.sent}", once=f"message-{self.sent}"
        )
        assert instance is not None
        return instance


def deploy(source: bytes, replace: Mapping[str, str] | None = None) -> None:
    text = source.decode()
    for old, new in (replace or {}).items():
        assert old in text
        text = text.replace(old, new)
    definitions.deploy(source=text.encode(), by="user:ada", now=NOW)


def loan_approval(replace: Mapping[str, str] | None = None) -> None:
    deploy((EXAMPLES / "loan_approval.bpmn").read_bytes(), replace)


KEPT_QUIET = ("clock.", "lease.", "notice.")


def story(instance: ProcessInstance, *, of: Callable[[str], bool] | None = None) -> list[str]:
    """What the auditor reads: the kinds of entries in order, clocks left out."""
    entries = JournalEntry.objects.filter(chain=instance.pk).order_by("sequence")
    return [
        entry.kind
        for entry in entries
        if not entry.kind.startswith(KEPT_QUIET) and (of is None or of(entry.kind))
    ]


def holds(instance: ProcessInstance) -> bool:
    """The chain is whole, and four eyes can be recomputed from it."""
    refresh(instance)
    assert journal.verifies(instance)
    assert audit.four_eyes_violations(instance) == []
    return True


def events(instance: ProcessInstance) -> list[str]:
    return list(Event.objects.filter(instance=instance).values_list("type", flat=True))


def review_of(instance: ProcessInstance) -> Review:
    return Review.objects.get(instance=instance)
