"""How long to wait before trying again. Pure: the source of chance is an argument."""

from collections.abc import Callable
from datetime import timedelta

MOST_DOUBLINGS = 64


def delay(
    attempt: int, *, base: timedelta, cap: timedelta, random: Callable[[], float]
) -> timedelta:
    """Exponential backoff with full jitter: anything from nothing to `base` × 2^(attempt - 1).

    `attempt` counts those that failed, from 1. The longest wait never exceeds `cap`. `random` gives
    a number in [0, 1), like random.random. Full jitter spreads those who failed together most.
    """
    if attempt < 1:
        raise ValueError("The first attempt that failed is number 1.")
    doublings = min(attempt - 1, MOST_DOUBLINGS)
    longest = min(cap.total_seconds(), base.total_seconds() * 2**doublings)
    return timedelta(seconds=longest * random())
