"""Whom a user task asks, by when and how urgently, read over what is known where it lies. Pure.

Nothing here refuses: what cannot be read is missing, and a sentence says so. Somebody does the
work all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from workflows.bpmn import said, timing
from workflows.bpmn.details import Assignment
from workflows.bpmn.expressions import Unclear

MOST_NAMES = 50
LONGEST_NAME = 200
FURTHEST = timedelta(days=3660)
# Camunda counts from 0 to 100 with 50 as normal; here 1 is the most urgent class of five.
MOST_OF_CAMUNDA, STEPS = 100, 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What the model asks of whoever hands out work."""

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    due_at: datetime | None = None
    priority: int | None = None  # 1, the most urgent, to 5
    problems: tuple[str, ...] = ()


def read(asked: Assignment | None, known: Mapping[str, Any], now: datetime) -> Wish:
    """The wishes of one user task."""
    if asked is None:
        return Wish()
    reader = _Reader(known, now)
    people = reader.names("assignee", (asked.assignee,)) or reader.names("users", asked.users)
    groups = reader.names("groups", asked.groups)
    due_at = reader.moment("due date", asked.due) or reader.moment("follow-up", asked.follow_up)
    priority = reader.priority(asked.priority)
    return Wish(people, groups, due_at, priority, tuple(reader.problems))


class _Reader:
    def __init__(self, known: Mapping[str, Any], now: datetime) -> None:
        self.known, self.now = known, now
        self.problems: list[str] = []

    def names(self, what: str, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Names of people or groups: a text with commas, or a list of texts."""
        found: list[str] = []
        for text in filter(None, texts):
            value = self._value(what, text)
            values = value if isinstance(value, list) else [value]
            for each in values:
                if isinstance(each, str | int) and not isinstance(each, bool):
                    found += [name.strip() for name in str(each).split(",") if name.strip()]
                elif each is not None:
                    self._trouble(what, "is no name")
        return tuple(name[:LONGEST_NAME] for name in found[:MOST_NAMES])

    def moment(self, what: str, text: str) -> datetime | None:
        """A date and time, a day, or a duration from now."""
        value = self._value(what, text) if text else None
        if value in (None, ""):
            return None
        try:
            found = self._moment(str(value))
        except (ValueError, OverflowError, timing.TimingError):
            self._trouble(what, f"{str(value)[:60]!r} is no date and no duration")
            return None
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
            self._trouble(what, "names no time zone, so UTC is meant")
        if abs(found - self.now) > FURTHEST:
            self._trouble(what, "is more than ten years away")
            return None
        return found

    def _moment(self, text: str) -> datetime:
        if text.startswith("P"):
            return self.now + timing.duration(text)
        return timing.clock(text)

    def priority(self, text: str) -> int | None:
        """The class of a priority between 0 and 100."""
        value = self._value("priority", text) if text else None
        if value in (None, ""):
            return None
        try:
            number = int(str(value))
        except ValueError:
            number = -1
        if not 0 <= number <= MOST_OF_CAMUNDA:
            self._trouble("priority", f"{str(value)[:60]!r} is no number from 0 to 100")
            return None
        return max(1, 5 - number // STEPS)

    def _value(self, what: str, text: str) -> Any:
        try:
            value = said.value(text, self.known)
        except Unclear as reason:
            self._trouble(what, f"cannot be read: {reason}")
            return None
        if value is None:
            self._trouble(what, f"{text[:60]!r} names nothing")
        return value

    def _trouble(self, what: str, sentence: str) -> None:
        self.problems.append(f"The {what} {sentence}".rstrip("."))
