import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.sampling import is_drawn, is_over_budget, score, wilson


def test_a_draw_can_be_made_again_by_anybody():
    assert score("item-1", "plan-1") == score("item-1", "plan-1")
    # SHA-256 of ["plan-1", "item-1"], without this module.
    assert score("item-1", "plan-1") == 0.7577295735813259


def test_item_and_plan_are_not_run_together():
    assert score("b", "a c") != score("c b", "a")
    assert score("1", "12") != score("12", "1")


def test_nothing_is_drawn_at_zero_and_everything_at_one():
    items = [f"item-{number}" for number in range(500)]

    assert not any(is_drawn(item, "plan", 0) for item in items)
    assert all(is_drawn(item, "plan", 1) for item in items)


def test_the_share_drawn_is_the_rate():
    drawn = sum(is_drawn(f"item-{number}", "plan", 0.05) for number in range(20_000))

    low, high = wilson(drawn, 20_000, z=4)
    assert low <= 0.05 <= high


def test_another_plan_draws_other_items():
    items = [f"item-{number}" for number in range(1000)]
    one, other = ({item for item in items if is_drawn(item, plan, 0.5)} for plan in ("a", "b"))

    assert 150 < len(one & other) < 350


@given(st.text(), st.text(), st.floats(0, 1), st.floats(0, 1))
def test_what_a_lower_rate_draws_a_higher_one_draws_too(item, plan, one, other):
    low, high = sorted((one, other))

    assert is_drawn(item, plan, high) or not is_drawn(item, plan, low)
    assert 0 <= score(item, plan) < 1


@pytest.mark.parametrize("rate", [-0.1, 1.1, math.nan])
def test_a_rate_that_is_no_share_is_refused(rate):
    with pytest.raises(ValueError, match="between 0 and 1"):
        is_drawn("item", "plan", rate)


# --- Wilson -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("errors", "checked", "low", "high"),
    [
        (0, 0, 0, 1),
        (0, 10, 0.0, 0.277533),
        (1, 10, 0.017876, 0.404150),
        (81, 263, 0.255270, 0.366174),
        (10, 10, 0.722467, 1.0),
    ],
)
def test_wilson_gives_the_published_intervals(errors, checked, low, high):
    assert wilson(errors, checked) == pytest.approx((low, high), abs=5e-5)


def test_a_cell_is_over_its_budget_only_when_even_the_low_end_is():
    assert not is_over_budget(2, 100, 0.01)
    assert is_over_budget(5, 100, 0.01)


def test_more_errors_than_checks_are_refused():
    with pytest.raises(ValueError, match="cannot be"):
        wilson(2, 1)
