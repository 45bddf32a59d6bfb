"""Who applies, and whether the score says the truth about them."""

from random import Random
from statistics import correlation, median

import pytest

from examples.lender import applicants, scoring

MANY = 6_000


@pytest.fixture(scope="module")
def crowd():
    chance = Random(2026)
    return [applicants.application(number, chance) for number in range(1, MANY + 1)]


def bins(crowd, number=10):
    """Applications by stated probability: how many, stated on average, observed."""
    found = [[0, 0.0, 0] for _ in range(number)]
    for stated in crowd:
        probability = scoring.score(stated).probability
        row = found[min(number - 1, int(probability * number))]
        row[0] += 1
        row[1] += probability
        row[2] += applicants.truth(stated).repays
    return [(count, said / count, seen / count) for count, said, seen in found if count]


def test_applicants_repay_as_often_as_the_score_says(crowd):
    expected_calibration_error = sum(
        count * abs(said - seen) for count, said, seen in bins(crowd)
    ) / len(crowd)

    assert expected_calibration_error < 0.02


def test_every_band_of_the_score_is_true(crowd):
    for count, said, seen in bins(crowd):
        allowed = 3.5 * (said * (1 - said) / count) ** 0.5 + 0.02
        assert seen == pytest.approx(said, abs=allowed)


def test_the_score_suggests_the_right_answer_as_often_as_it_is_confident(crowd):
    scores = [scoring.score(stated) for stated in crowd]
    right = sum(
        score.outcome == applicants.truth(stated).right_answer
        for score, stated in zip(scores, crowd, strict=True)
    )

    assert right / MANY == pytest.approx(sum(s.confidence for s in scores) / MANY, abs=0.015)


def test_a_score_that_was_too_sure_of_itself_would_be_found_out(crowd, monkeypatch):
    monkeypatch.setattr(applicants, "STEEPER", 0.4)

    error = sum(count * abs(said - seen) for count, said, seen in bins(crowd)) / len(crowd)

    assert error > 0.04


def test_the_truth_stays_the_same_and_depends_on_who_it_is(crowd):
    assert applicants.truth(crowd[0]) == applicants.truth(dict(crowd[0]))
    others = {applicants.truth({**crowd[0], "reference": f"L-{n}"}).hidden_odds for n in range(9)}
    assert len(others) == 9


def test_features_hang_together(crowd):
    debts = [each["monthly_debt"] / each["monthly_income"] for each in crowd]
    late = [each["late_payments"] for each in crowd]
    incomes, amounts = ([each[name] for each in crowd] for name in ("monthly_income", "amount"))

    assert correlation(debts, late) > 0.2
    assert correlation(incomes, amounts) > 0.1
    assert all(each["years_employed"] <= each["age"] - 18 for each in crowd)
    assert 2_000 < median(incomes) < 4_500


def test_applications_say_nothing_of_the_truth(crowd):
    assert not {"repays", "hidden_odds", "truth"} & set(crowd[0])
