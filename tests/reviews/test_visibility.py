import pytest

from reviews.visibility import Standpoint, sees_other_answers, sees_suggestion


def stands(**said):
    return Standpoint(**{"is_blind": False, "is_open": True, "has_answered": False, **said})


@pytest.mark.parametrize(
    ("said", "sees"),
    [
        ({}, True),
        ({"is_blind": True}, False),
        ({"is_blind": True, "has_answered": True}, False),  # until all are in
        ({"is_blind": True, "arbitrates": True}, True),
        ({"is_blind": True, "is_open": False}, True),
    ],
)
def test_blind_means_that_nobody_reads_anybody_before_all_are_in(said, sees):
    assert sees_other_answers(stands(**said)) is sees


@pytest.mark.parametrize(
    ("said", "sees"),
    [
        ({}, True),
        ({"hides_suggestion": True}, False),
        ({"hides_suggestion": True, "has_answered": True}, True),
        ({"hides_suggestion": True, "is_open": False}, True),
    ],
)
def test_a_hidden_suggestion_comes_after_ones_own_judgement(said, sees):
    assert sees_suggestion(stands(**said)) is sees
