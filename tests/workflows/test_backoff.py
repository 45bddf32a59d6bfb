from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import backoff

SECOND = timedelta(seconds=1)


def longest(attempt: int) -> timedelta:
    return backoff.delay(attempt, base=2 * SECOND, cap=60 * SECOND, random=lambda: 1.0)


def test_the_longest_wait_doubles_up_to_the_cap():
    assert [longest(attempt) // SECOND for attempt in range(1, 8)] == [2, 4, 8, 16, 32, 60, 60]


def test_the_wait_lies_anywhere_below_the_longest():
    random = Random(7)
    waits = [
        backoff.delay(3, base=2 * SECOND, cap=60 * SECOND, random=random.random)
        for _ in range(1000)
    ]

    assert min(waits) < 0.1 * SECOND
    assert 7.9 * SECOND < max(waits) < 8 * SECOND
    assert 3.7 < sum(wait / SECOND for wait in waits) / 1000 < 4.3


@given(st.integers(1, 10**9), st.floats(0, 1, exclude_max=True))
def test_no_attempt_waits_longer_than_the_cap(attempt, chance):
    wait = backoff.delay(attempt, base=SECOND, cap=60 * SECOND, random=lambda: chance)

    assert timedelta(0) <= wait <= 60 * SECOND


def test_attempts_count_from_one():
    with pytest.raises(ValueError, match="number 1"):
        backoff.delay(0, base=SECOND, cap=SECOND, random=lambda: 0.5)
