"""In which order ready items are handed out, as one number. Pure: smaller goes first.

The priority class is in the high bits, microseconds since 1970 are in the low ones, so one index
answers "what next" across queues. A queue that goes by deadline has the class of priority 3
throughout: among other queues' items its own count as normal work.
"""

from datetime import UTC, datetime, timedelta

MOST_URGENT, NORMAL, LEAST_URGENT = 1, 3, 5
CLASS_SHIFT = 56  # microseconds fit below it until the year 4253
NO_DEADLINE = timedelta(days=36_525)  # a hundred years: after everything that has one
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def by_priority(*, priority: int, created_at: datetime) -> int:
    """Most urgent class first, oldest first inside a class."""
    return (priority << CLASS_SHIFT) + _micros(created_at)


def by_deadline(*, created_at: datetime, due_at: datetime | None) -> int:
    """Earliest deadline first; items without one follow, oldest first."""
    return (NORMAL << CLASS_SHIFT) + _micros(due_at or created_at + NO_DEADLINE)


def raised(priority: int) -> int:
    """One class more urgent."""
    return max(MOST_URGENT, priority - 1)


def _micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND
