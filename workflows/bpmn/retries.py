"""How often work is tried, and after which pauses, as other tools write it.

5                      Camunda 8: five attempts
R3/PT5M                Camunda 7, Flowable: three attempts, five minutes between them
PT1M,PT10M,PT1H        Camunda 7: after each failure the next pause, so four attempts
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from workflows.bpmn import timing

MOST = 100
_CYCLE = re.compile(r"R(\d{1,9})/(P[^/,]+)")


@dataclass(frozen=True, slots=True)
class Retries:
    """Attempts in all, and the pauses between them; the last pause is that of all that follow."""

    attempts: int | None = None  # None: the file does not say
    pauses: tuple[timedelta, ...] = ()

    def pause(self, attempts: int) -> timedelta | None:
        """How long to wait after so many attempts that failed; None: the file does not say."""
        if not self.pauses:
            return None
        return self.pauses[min(attempts, len(self.pauses)) - 1]


def read(text: str) -> Retries:
    """What a file says, within 1 and 100 attempts; what is not understood says nothing."""
    try:
        return _read("".join(text.split()))
    except timing.TimingError:
        return Retries()


def is_understood(text: str) -> bool:
    """Whether a text says something, or nothing at all."""
    return not text.strip() or read(text).attempts is not None


def _read(text: str) -> Retries:
    if text.isascii() and text.isdecimal():
        return Retries(_within(text))
    if cycle := _CYCLE.fullmatch(text):
        return Retries(_within(cycle[1]), (timing.duration(cycle[2]),))
    if text.startswith("P"):
        pauses = tuple(timing.duration(each) for each in text.split(",")[: MOST - 1])
        return Retries(len(pauses) + 1, pauses)
    return Retries()


def _within(number: str) -> int:
    return max(1, min(MOST, int(number[:9])))
