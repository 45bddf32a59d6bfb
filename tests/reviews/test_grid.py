import math
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews import grid
from reviews.grid import Cell, Costs, Disposition, Grid, InvalidGrid, assess

AUTO, REVIEW, DUAL, BLOCK = Disposition
LOANS = Grid(
    confidence_edges=(0.7, 0.95),
    impact_edges=(10_000, 100_000),
    rows=((REVIEW, REVIEW, AUTO), (DUAL, REVIEW, REVIEW), (BLOCK, DUAL, DUAL)),
)
RISKS = Grid(
    confidence_edges=(0.9,),
    impact_classes=("low", "high"),
    rows=((REVIEW, AUTO), (DUAL, REVIEW)),
)


def placed(confidence: object, impact: object, on: Grid = LOANS, scored: str | None = "h"):
    return assess(
        on, confidence=confidence, impact=impact, payload_hash="h", suggestion_hash=scored
    )


@pytest.mark.parametrize(
    ("confidence", "impact", "disposition", "cell"),
    [
        (0.99, 500, AUTO, Cell(2, 0)),
        (0.95, 500, AUTO, Cell(2, 0)),
        (0.9499, 500, REVIEW, Cell(1, 0)),
        (0.99, 10_000, REVIEW, Cell(2, 1)),
        (0, 50_000, DUAL, Cell(0, 1)),
        (1, 100_000, DUAL, Cell(2, 2)),
        (0.1, 10**300, BLOCK, Cell(0, 2)),
    ],
)
def test_a_suggestion_falls_into_a_cell_and_an_edge_belongs_to_the_band_above(
    confidence, impact, disposition, cell
):
    found = placed(confidence, impact)

    assert (found.disposition, found.cell) == (disposition, cell)


def test_the_reason_is_a_sentence():
    reason = placed(0.97, 500).reason

    assert reason == "Confidence 0.97 (0.95 or more) at impact 500 is decided automatically."


NOT_A_CONFIDENCE = [
    None,
    math.nan,
    math.inf,
    -math.inf,
    -0.1,
    1.0000001,
    "0.9",
    "",
    True,
    Decimal("1e-400"),
    Decimal("0.99"),
    [0.9],
    10**400,
    1 + 0j,
]


@pytest.mark.parametrize("confidence", NOT_A_CONFIDENCE, ids=lambda value: repr(value)[:12])
def test_b19_a_confidence_that_is_none_goes_to_people_and_says_so(confidence):
    found = placed(confidence, 500)

    assert found.disposition is REVIEW
    assert found.cell is None
    assert "confidence" in found.reason
    assert found.reason.endswith("so people decide.")


def test_b19_what_underflows_is_the_lowest_confidence():
    assert placed(float("1e-400"), 500).disposition is REVIEW


@pytest.mark.parametrize("impact", [None, math.nan, math.inf, -1, "500", False, Decimal(5), {}])
def test_an_unknown_impact_is_treated_as_the_gravest_that_people_decide(impact):
    found = placed(0.99, impact)

    assert found.disposition is DUAL
    assert found.cell is None
    assert "impact" in found.reason


def test_leaving_the_confidence_out_does_not_avoid_the_second_reviewer():
    assert placed(None, 50_000).disposition is DUAL
    assert placed(None, 200_000).disposition is DUAL


def test_what_is_blocked_at_any_confidence_stays_blocked_without_one():
    closed = Grid(confidence_edges=(), impact_edges=(10,), rows=((AUTO,), (BLOCK,)))

    assert placed(None, 50, on=closed).disposition is BLOCK


@pytest.mark.parametrize("scored", [None, "", "H", "other"])
def test_a39_a_suggestion_for_another_payload_goes_to_people(scored):
    found = placed(0.99, 500, scored=scored)

    assert found.disposition is REVIEW
    assert found.reason == "The suggestion was made for another payload, so people decide."


def test_impact_may_be_a_class():
    assert placed(0.95, "low", on=RISKS).disposition is AUTO
    assert placed(0.95, "high", on=RISKS).disposition is REVIEW
    assert placed(0.95, "LOW", on=RISKS).disposition is DUAL
    assert placed(0.95, 0, on=RISKS).cell is None


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(),
    st.text(),
    st.decimals(),
    st.lists(st.floats()),
)


@given(anything, anything, st.sampled_from([LOANS, RISKS]))
def test_whatever_comes_in_only_a_number_in_range_is_ever_automatic(confidence, impact, on):
    if placed(confidence, impact, on=on).disposition is AUTO:
        assert type(confidence) in (int, float)
        assert 0 <= confidence <= 1
        assert isinstance(impact, str) if on is RISKS else type(impact) in (int, float)


# --- grids that cannot be -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"confidence_edges": (0.9, 0.7)}, "0.7 follows 0.9"),
        ({"confidence_edges": (0.9, 0.9)}, "rise from band to band"),
        ({"confidence_edges": (0.0, 0.9)}, "above 0"),
        ({"confidence_edges": (0.9, 1.1)}, "up to 1"),
        ({"confidence_edges": (0.9, math.nan)}, "numbers from 0 up"),
        ({"confidence_edges": ("0.7", "0.9")}, "numbers from 0 up"),
        ({"impact_edges": (10.0, -1.0)}, "numbers from 0 up"),
        ({"impact_edges": (10.0,)}, "needs 2 rows of 3 cells"),
        ({"impact_classes": ("a", "b", "c")}, "not both"),
        ({"impact_edges": (), "impact_classes": ("a", "a", "b")}, "listed once"),
        ({"rows": (("auto", REVIEW, REVIEW),) * 3}, "A cell is one of"),
    ],
)
def test_a_grid_that_cannot_be_used_is_refused_with_a_sentence(changes, sentence):
    fields = {
        "confidence_edges": LOANS.confidence_edges,
        "impact_edges": LOANS.impact_edges,
        "rows": LOANS.rows,
    }

    with pytest.raises(InvalidGrid, match=sentence):
        Grid(**fields | changes)


def test_a_sound_grid_gives_no_warning():
    assert grid.warnings(LOANS) == []


def test_a_slip_in_a_grid_is_pointed_out():
    slips = Grid(confidence_edges=(0.9,), impact_edges=(10,), rows=((REVIEW, DUAL), (AUTO, REVIEW)))

    assert grid.warnings(slips) == [
        "Confidence band 1: impact band 2 is auto, less strict than review at the lower impact.",
        "Confidence band 2: impact band 2 is review, less strict than dual at the lower impact.",
        "Impact band 1: confidence band 2 is dual, stricter than review at the lower confidence.",
        "Impact band 2: confidence band 2 is review, stricter than auto at the lower confidence.",
        "Impact band 2: even the lowest confidence is decided automatically.",
    ]


def test_rows_are_put_together_from_cells_in_any_order():
    cells = [
        (Cell(column, row), LOANS.rows[row][column].value)
        for column, row in product(range(3), range(3))
    ]

    assert grid.rows_of(reversed(cells), bands=3) == LOANS.rows
    with pytest.raises(InvalidGrid, match="hole"):
        grid.rows_of(cells[1:], bands=3)


# --- by expected cost ---------------------------------------------------------------------------


def test_each_cell_takes_the_cheapest_way():
    found = grid.by_expected_cost(
        confidence_edges=[0.9, 0.99],
        impact_edges=[1_000],
        costs=[Costs(50, 20, 4), Costs(5_000, 500, 4)],
    )

    assert found.rows == ((DUAL, REVIEW, AUTO), (DUAL, DUAL, DUAL))


def test_the_cost_of_each_way_can_be_followed():
    ways = grid.expected_costs(0.1, Costs(500, 20, 4), 0.1)

    assert ways == {AUTO: 50, REVIEW: pytest.approx(9), DUAL: pytest.approx(8.5)}


@pytest.mark.parametrize(
    ("costs", "overlooked"),
    [([], 0.1), ([Costs(-1, 1, 1)], 0.1), ([Costs(math.nan, 1, 1)], 0.1), ([Costs(1, 1, 1)], 2)],
)
def test_costs_that_cannot_be_are_refused(costs, overlooked):
    with pytest.raises(InvalidGrid):
        grid.by_expected_cost(
            confidence_edges=[0.9], impact_edges=[], costs=costs, overlooked=overlooked
        )


amounts = st.floats(0, 1e6)


@given(amounts, amounts, st.floats(0.01, 100), st.floats(0, 0.99))
def test_a_grid_by_cost_is_never_stricter_at_higher_confidence(accept, reject, review, overlooked):
    found = grid.by_expected_cost(
        confidence_edges=[0.5, 0.8, 0.95],
        impact_edges=[],
        costs=[Costs(accept, reject, review)],
        overlooked=overlooked,
    )

    strictness = [cell.strictness for cell in found.rows[0]]
    assert strictness == sorted(strictness, reverse=True)
