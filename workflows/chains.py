"""Did what had to follow come in time? Pure: what was seen in, a verdict out.

Two things that go wrong look alike from far away and are not: a process downstream that never
began, and one that a caller waits for and that does not answer. They get words of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Said(StrEnum):
    """What can be said of one link of a chain."""

    IN_TIME = "in_time"
    WAITED_FOR = "waited_for"  # its time is not over
    NEVER_BEGAN = "never_began"
    UNFINISHED = "unfinished"
    OTHERWISE = "otherwise"  # it ended without the event that was expected
    LATE = "late"
    NO_ANSWER = "no_answer"
    TIMED_OUT = "timed_out"  # its caller did not wait any longer


@dataclass(frozen=True, slots=True)
class Reaction(Generic[Row]):
    """A process that began after the event with the same key."""

    row: Row
    began_at: datetime
    is_over: bool
    published_at: datetime | None = None  # the event that is expected of it, if any is


@dataclass(frozen=True, slots=True)
class Answer:
    """A call activity, and how the process stands that it called."""

    answered_at: datetime | None = None
    given_up_at: datetime | None = None
    by_its_own_limit: bool = False  # given up because a timer on the call activity ran out


def of_reactions(
    found: Sequence[Reaction[Row]], *, must_publish: bool, due_at: datetime, now: datetime
) -> tuple[Said, Reaction[Row] | None]:
    """What is said of an event's reactions, and which of them says it best."""
    if not found:
        return (Said.NEVER_BEGAN if now >= due_at else Said.WAITED_FOR), None
    first = min(found, key=lambda each: each.began_at)
    if not must_publish:
        return (Said.IN_TIME if first.began_at <= due_at else Said.LATE), first
    done = [each for each in found if each.published_at is not None]
    if done:
        soonest = min(done, key=lambda each: each.published_at or each.began_at)
        in_time = (soonest.published_at or due_at) <= due_at
        return (Said.IN_TIME if in_time else Said.LATE), soonest
    running = [each for each in found if not each.is_over]
    if not running:
        return Said.OTHERWISE, first
    return (Said.UNFINISHED if now >= due_at else Said.WAITED_FOR), running[0]


def of_answer(answer: Answer, *, due_at: datetime, now: datetime) -> Said:
    """What is said of a call."""
    if answer.answered_at is not None:
        return Said.IN_TIME if answer.answered_at <= due_at else Said.LATE
    if answer.given_up_at is not None:
        late = answer.by_its_own_limit or answer.given_up_at >= due_at
        return Said.TIMED_OUT if late else Said.IN_TIME
    return Said.NO_ANSWER if now >= due_at else Said.WAITED_FOR
