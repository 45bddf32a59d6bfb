"""Looking rules up gives what evaluating every cell gives, whatever the cells and the value."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.dmn.columns import Column, Entry
from workflows.dmn.intervals import Interval, masks_of
from workflows.feel import compile_unary_tests, new_run

NUMBERS = st.integers(-4, 4)
ATOMS = st.one_of(
    NUMBERS.map(str),
    st.sampled_from(["1.0", "0.5", '"a"', '"b"', "true", "false", "null", "-1.50"]),
)
INTERVALS = st.one_of(
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), NUMBERS).map(lambda x: f"{x[0]} {x[1]}"),
    st.tuples(st.sampled_from("[]("), NUMBERS, NUMBERS, st.sampled_from("[])")).map(
        lambda x: f"{x[0]}{min(x[1:3])}..{max(x[1:3])}{x[3]}"
    ),
)
TESTS = st.lists(st.one_of(ATOMS, INTERVALS, st.just("? = 1")), min_size=1, max_size=3).map(
    ", ".join
)
CELLS = st.one_of(
    TESTS, ATOMS, INTERVALS, st.just("-"), TESTS.map(lambda text: f"not({text})"), st.just("= 2")
)
VALUES = st.one_of(
    NUMBERS.map(Decimal),
    st.sampled_from([Decimal("0.5"), Decimal("1.00"), Decimal("-1.5"), Decimal("1e3")]),
    st.sampled_from(["a", "b", "c", "", True, False, None]),
    st.just([Decimal(1)]),
    st.just({"a": Decimal(1)}),
)


def entries_of(cells):
    masks = {}
    for number, cell in enumerate(cells):
        masks[cell] = masks.get(cell, 0) | 1 << number
    compiled = {cell: compile_unary_tests(cell) for cell in masks}
    return [Entry(masks[cell], tests, tests.tree, cell) for cell, tests in compiled.items()]


def asked(column, value):
    """The rules known to accept the value, and the cells that have to be evaluated for it."""
    lookup = column.lookups.get(type(value), column.unknown)
    return lookup.find(value), lookup.others


def looked_up(cells, value):
    found, others = asked(Column(entries_of(cells), len(cells)), value)
    for entry in others:
        if entry.tests.within({"?": value}, new_run()) is True:
            found |= entry.mask
    return [number for number in range(len(cells)) if found >> number & 1]


def tried_one_by_one(cells, value):
    return [
        number
        for number, cell in enumerate(cells)
        if compile_unary_tests(cell).within({"?": value}, new_run()) is True
    ]


@settings(max_examples=600, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=8), VALUES)
def test_the_index_agrees_with_feel(cells, value):
    assert looked_up(cells, value) == tried_one_by_one(cells, value)


def test_constants_and_intervals_need_no_evaluation():
    column = Column(entries_of(['"a"', "5", "[1..3]", 'not("b")', "-"]), 5)

    assert asked(column, "a") == (0b11001, ())
    assert asked(column, Decimal(2))[0] == 0b10100


def test_a_huge_column_is_evaluated_cell_by_cell(monkeypatch):
    monkeypatch.setattr("workflows.dmn.columns.LARGEST_INDEX", 2)
    cells = ['"a"', '"b"', "[1..3]", "-", 'not("a")']

    assert looked_up(cells, "b") == [1, 3, 4]
    assert looked_up(cells, Decimal(2)) == [2, 3]


@given(
    st.lists(
        st.tuples(
            st.booleans(), st.lists(st.tuples(NUMBERS, NUMBERS, st.booleans(), st.booleans()))
        ),
        max_size=5,
    ),
    st.integers(-10, 10),
)
def test_masks_tell_at_every_place_which_intervals_hold(spans, doubled):
    value = Decimal(doubled) / 2
    drawn = [
        (
            1 << number,
            negated,
            [Interval(*map(Decimal, sorted(each[:2])), *each[2:]) for each in intervals],
        )
        for number, (negated, intervals) in enumerate(spans)
    ]

    points, masks = masks_of(drawn, 0)
    place = sum(point < value for point in points)
    found = masks[2 * place + (value in points)]

    assert len(masks) == 2 * len(points) + 1
    for mask, negated, intervals in drawn:
        inside = any(
            (each.low < value or (each.includes_low and each.low == value))
            and (value < each.high or (each.includes_high and value == each.high))
            for each in intervals
        )
        assert bool(found & mask) is (inside is not negated)
