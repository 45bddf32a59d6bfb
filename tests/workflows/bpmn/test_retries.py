"""How often work is tried, as other tools write it."""

from datetime import timedelta

import pytest

from workflows.bpmn import retries
from workflows.bpmn.retries import Retries

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3", Retries(3)),
        ("0", Retries(1)),
        ("99999999999999999999", Retries(100)),
        ("R3/PT5M", Retries(3, (5 * MINUTE,))),
        (" R5 / PT1M ", Retries(5, (MINUTE,))),
        ("PT1M,PT10M", Retries(3, (MINUTE, 10 * MINUTE))),
        ("PT1M", Retries(2, (MINUTE,))),
        ("", Retries()),
        ("=n", Retries()),
        ("R3/PT0S", Retries()),
        ("R/PT5M", Retries()),
        ("${cycle}", Retries()),
        ("٣", Retries()),
    ],
)
def test_retries_are_read(text, said):
    assert retries.read(text) == said


def test_only_what_says_something_is_understood():
    assert [retries.is_understood(text) for text in ("", "3", "=n")] == [True, True, False]


def test_the_last_pause_is_that_of_all_that_follow():
    said = retries.read("PT1M,PT10M")

    assert [said.pause(attempt) for attempt in (1, 2, 3, 9)] == [
        MINUTE, 10 * MINUTE, 10 * MINUTE, 10 * MINUTE,
    ]  # fmt: skip
    assert retries.read("3").pause(1) is None
