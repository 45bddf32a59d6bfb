"""Overlaps, gaps and rules that never fire: by hand, and against trying every input."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import feel
from workflows.dmn.analysis import analyse
from workflows.dmn.sheet import InputColumn, NamedType, OutputColumn, Row, Sheet, Surroundings
from workflows.feel.run import Run

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def table(policy: str, columns: list[tuple[str, str]], *rules: str, allowed: str = "") -> Sheet:
    """A table whose rules are written `cell | cell | … -> output`."""
    return Sheet(
        decision="d",
        name="D",
        hit_policy=policy,
        inputs=tuple(InputColumn(f"i{name}", "", name, kind) for name, kind in columns),
        outputs=(OutputColumn("o", "", "out", "string", allowed),),
        rules=tuple(
            Row(
                f"r{number}",
                tuple(cell.strip() for cell in rule.split("->")[0].split("|")),
                (rule.split("->")[1].strip(),),
            )
            for number, rule in enumerate(rules)
        ),
    )


AMOUNT = ("amount", "number")
REGION = ("region", "string")


def test_an_overlap_of_a_unique_table_is_a_violation_with_an_example():
    sheet = table("UNIQUE", [AMOUNT, REGION], '< 10 | - -> "a"', '[5..20] | "north" -> "b"')

    (overlap,) = analyse(sheet).overlaps

    assert overlap.rules == (1, 2)
    assert overlap.grade == "violation"
    assert overlap.example == ("5", '"north"')
    assert overlap.sentence == (
        'Rules 1 and 2 both match when amount in [5..10) and region = "north". '
        "The hit policy U allows one."
    )


def test_the_same_answers_may_overlap_under_any():
    same = table("ANY", [AMOUNT], '< 10 -> "a"', '> 5 -> "a"')
    other = table("ANY", [AMOUNT], '< 10 -> "a"', '> 5 -> "b"')
    unknown = table("ANY", [AMOUNT], '< 10 -> "a"', "> 5 -> b")

    assert analyse(same).overlaps == ()
    assert [overlap.grade for overlap in analyse(other).overlaps] == ["violation"]
    assert [overlap.grade for overlap in analyse(unknown).overlaps] == ["possible"]


def test_overlaps_under_first_are_information():
    sheet = table("FIRST", [AMOUNT], '< 10 -> "a"', '- -> "b"')

    (overlap,) = analyse(sheet).overlaps

    assert overlap.grade == "information"
    assert analyse(sheet).violations == ()
    assert "Rule 1 decides" in overlap.sentence


def test_a_gap_is_told_in_words_with_an_example_and_as_cells():
    sheet = table("UNIQUE", [AMOUNT, REGION], '<= 10000 | - -> "a"', '- | not("north") -> "b"')

    (gap,) = analyse(sheet).gaps

    assert gap.sentence == 'amount > 10000 and region = "north": no rule.'
    assert gap.example == ("10001", '"north"')
    assert gap.cells == ("> 10000", '"north"')


def test_a_default_answers_gaps():
    sheet = table("UNIQUE", [AMOUNT], '< 10 -> "a"')
    sheet = replace(sheet, outputs=(replace(sheet.outputs[0], default='"none"'),))

    assert analyse(sheet).gaps[0].sentence == "amount >= 10: no rule; the default answers."


def test_a_table_without_rules_has_one_gap():
    assert [gap.sentence for gap in analyse(table("UNIQUE", [AMOUNT])).gaps] == [
        "Whatever the input is: no rule."
    ]


def test_dates_are_days():
    sheet = table(
        "UNIQUE",
        [("day", "date")],
        '<= date("2026-01-01") -> "a"',
        '>= date("2026-01-02") -> "b"',
    )

    assert analyse(sheet).gaps == ()


def test_a_missing_day_is_found():
    sheet = table("UNIQUE", [("day", "date")], '< @"2026-01-01" -> "a"', '> @"2026-01-01" -> "b"')

    assert analyse(sheet).gaps[0].sentence == 'day = date("2026-01-01"): no rule.'


@pytest.mark.parametrize(
    ("kind", "low", "high", "between"),
    [
        ("time", 'time("10:00:00")', 'time("12:00:00")', 'time("11:00:00")'),
        ("days and time duration", 'duration("P1D")', 'duration("P4D")', 'duration("P2D")'),
        ("years and months duration", 'duration("P1Y")', 'duration("P3Y")', 'duration("P2Y")'),
        (
            "date and time",
            'date and time("2026-01-01T00:00:00")',
            'date and time("2026-01-01T02:00:00")',
            'date and time("2026-01-01T01:00:00")',
        ),
        (
            "date and time",
            'date and time("2026-01-01T00:00:00Z")',
            'date and time("2026-01-01T03:00:00+01:00")',
            'date and time("2026-01-01T01:00:00Z")',
        ),
    ],
)
def test_gaps_between_moments_and_durations_have_pleasant_examples(kind, low, high, between):
    sheet = table("UNIQUE", [("when", kind)], f'<= {low} -> "a"', f'>= {high} -> "b"')

    assert [gap.example for gap in analyse(sheet).gaps] == [(between,)]


def test_whole_numbers_have_no_gap_between_neighbours():
    rules = ('<= 1 -> "a"', '>= 2 -> "b"')

    assert analyse(table("UNIQUE", [("n", "integer")], *rules)).gaps == ()
    assert analyse(table("UNIQUE", [("n", "number")], *rules)).gaps[0].cells == ("(1..2)",)


def test_allowed_values_are_all_there_is():
    sheet = table("UNIQUE", [REGION], '"north" -> "a"', '"south" -> "b"', '"east" -> "c"')
    column = replace(sheet.inputs[0], allowed='"north", "south"')

    analysis = analyse(replace(sheet, inputs=(column,)))

    assert analysis.gaps == ()
    assert [found.sentence for found in analysis.never_fire] == [
        "Rule 3 can never match: its values of region are not allowed ones."
    ]


def test_allowed_values_of_a_named_type_count_too():
    sheet = table("UNIQUE", [("region", "Region")], '"north" -> "a"')
    around = Surroundings(types={"Region": NamedType("string", '"north"')})

    assert analyse(sheet, around).gaps == ()


def test_a_reversed_range_never_matches():
    sheet = table("UNIQUE", [AMOUNT], '[10..5] -> "a"')

    (found,) = analyse(sheet).never_fire

    assert found.sentence == "Rule 1 can never match: no value of amount passes its test."


def test_columns_that_ask_the_same_are_one_question():
    sheet = table("UNIQUE", [AMOUNT, AMOUNT], '> 5 | < 3 -> "a"', '- | - -> "b"')

    analysis = analyse(sheet)

    assert analysis.overlaps == ()
    assert [(found.rule, found.because_of) for found in analysis.never_fire] == [(1, ())]


def test_earlier_rules_together_hide_a_later_one_under_first():
    sheet = table(
        "FIRST",
        [AMOUNT],
        '< 10 -> "a"',
        '[10..20] -> "b"',
        '> 20 -> "c"',
        '[5..15] -> "d"',
    )

    (found,) = analyse(sheet).never_fire

    assert (found.rule, found.because_of) == (4, (1, 2))
    assert found.sentence == (
        "Rule 4 never decides: rules 1 and 2 together match all that it does and come first."
    )


def test_a_higher_priority_hides_a_rule():
    sheet = table("PRIORITY", [AMOUNT], '> 5 -> "low"', '> 0 -> "high"', allowed='"high", "low"')

    (found,) = analyse(sheet).never_fire

    assert (found.rule, found.because_of) == (1, (2,))


def test_cells_that_depend_on_more_are_named_and_may_match():
    sheet = table("UNIQUE", [AMOUNT], '> limit -> "a"', '> 5 -> "b"')

    analysis = analyse(sheet)

    assert [(cell.rule, cell.column, cell.reason) for cell in analysis.unread] == [
        (1, 1, "it depends on limit")
    ]
    assert [overlap.grade for overlap in analysis.overlaps] == ["possible"]
    assert "may both match" in analysis.overlaps[0].sentence
    assert analysis.gaps == ()
    assert analysis.notes == ("1 cell cannot be judged. Rules with such cells may match or not.",)


def test_what_cannot_be_judged_hides_nothing_under_first():
    sheet = table("FIRST", [AMOUNT], '> limit -> "a"', '> 5 -> "b"')

    assert analyse(sheet).never_fire == ()


@pytest.mark.parametrize(
    "cell", ["? > 5 and ? < 10", "amount > 5 and amount < 10", "? in (5..10)", "(5..10)"]
)
def test_conditions_on_the_tested_value_are_understood(cell):
    sheet = table("UNIQUE", [AMOUNT], f'{cell} -> "a"', '<= 5, >= 10 -> "b"')

    analysis = analyse(sheet)

    assert (analysis.overlaps, analysis.gaps, analysis.unread) == ((), (), ())


def test_a_search_that_is_too_long_stops_and_says_so():
    columns = [(f"c{number}", "number") for number in range(12)]
    rules = [
        " | ".join(
            f"[{(row * (place + 3)) % 17}..{(row * (place + 3)) % 17 + 6}]" for place in range(12)
        )
        + ' -> "a"'
        for row in range(60)
    ]

    began = perf_counter()
    analysis = analyse(table("UNIQUE", columns, *rules), steps=2_000)

    assert not analysis.is_complete
    assert "too large" in analysis.notes[0]
    assert perf_counter() - began < 5


def test_a_table_that_is_too_large_to_be_read_is_judged_in_part():
    rules = [f'[{n}..{n + 3}] -> "a"' for n in range(300)]

    analysis = analyse(table("UNIQUE", [AMOUNT], *rules), steps=1_000)

    assert not analysis.is_complete
    assert len(analysis.unread) > 100
    assert {cell.reason for cell in analysis.unread} == {"the table is too large"}


def test_280_rules_with_six_questions_take_less_than_a_second():
    columns = [
        AMOUNT,
        REGION,
        ("score", "number"),
        ("vip", "boolean"),
        ("day", "date"),
        ("k", "string"),
    ]
    rules = [
        f'[{n % 40}..{n % 40 + 5}) | "r{n % 7}" | {"< 5" if n % 2 else ">= 5"} | '
        f'{"true" if n % 3 else "-"} | >= date("2026-01-{n % 28 + 1:02}") | "k{n % 9}", "x" -> "a"'
        for n in range(280)
    ]

    began = perf_counter()
    analysis = analyse(table("UNIQUE", columns, *rules))

    assert perf_counter() - began < 1
    assert analysis.overlaps
    assert analysis.gaps


def test_columns_that_look_at_one_value_are_said_to_hang_together():
    columns = [("age", "number"), ("age > 18", "boolean"), ("loan.sum", "number"), ("loan.id", "")]
    sheet = table("UNIQUE", columns, '5 | true | - | - -> "a"')

    assert analyse(sheet).notes == (
        "age and age > 18 look at the same value. Some combinations may be impossible.",
    )


@pytest.mark.parametrize(
    ("kind", "cells", "gaps"),
    [
        ("time", ['< time("23:59:59")', 'time("23:59:59")'], []),
        ("time", ['> time("00:00:00")'], [('time("00:00:00")',)]),
        ("time", ['<= time("23:00:00")'], [('time("23:01:00")',)]),
        ("date", ['> date("-999999999-01-01")'], [('date("-999999999-01-01")',)]),
        ("date", ['<= date("999999999-12-30")'], [('date("999999999-12-31")',)]),
        ("number", ["< 1e40", "> 1e40"], [("1" + "0" * 40,)]),
        ("number", ["<= 1e200"], [("2" + "0" * 200,)]),
        ("number", ["<= 0.0001", ">= 0.0002"], [("0.00015",)]),
        ("integer", ["<= 0.5", ">= 2.5"], [("1",)]),
        ("integer", ["<= -2.5", ">= -1.5"], [("-2",)]),
        ("integer", ["<= -2.5", ">= -2.2"], []),
        ("days and time duration", ['< duration("PT0S")', '> duration("PT0S")'],
         [('duration("PT0S")',)]),
    ],
)  # fmt: skip
def test_examples_of_gaps_are_values_that_exist(kind, cells, gaps):
    sheet = table("UNIQUE", [("n", kind)], *[f'{cell} -> "a"' for cell in cells])

    assert [gap.example for gap in analyse(sheet).gaps] == gaps


def test_null_is_an_input_where_a_cell_asks_for_it():
    sheet = table("UNIQUE", [AMOUNT], 'null -> "a"', '> 5 -> "b"', 'not(null, > 5) -> "c"')
    open_ended = table("UNIQUE", [REGION], 'not("a") -> "a"', 'null -> "b"')

    assert analyse(sheet).overlaps == ()
    assert [found.rules for found in analyse(open_ended).overlaps] == [(1, 2)]
    assert [gap.cells for gap in analyse(open_ended).gaps] == [('"a"',)]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("abn?<>=[](){}.,-\"'@ 0123not", max_size=14), min_size=1, max_size=5))
def test_no_text_in_a_cell_breaks_the_analysis(cells):
    rows = tuple(Row(f"r{n}", (cell,), (cell,)) for n, cell in enumerate(cells))

    for policy in ("UNIQUE", "ANY", "PRIORITY"):
        sheet = replace(table(policy, [("x", "")]), rules=rows)
        assert len(analyse(sheet).unread) <= len(cells)


# --- against brute force ------------------------------------------------------------------------

NUMBERS = ["-", "1", "2, 4", "< 2", ">= 3", "[1..3]", "(1..4)", "]2..3[", "not(2)", "not([2..3])",
           "> 4, < 1", "[3..1]", "? > 1 and ? <= 3", "null, 2", "not(null)", "!= 3"]  # fmt: skip
TEXTS = [
    "-",
    '"a"',
    '"b", "c"',
    'not("a")',
    'not("a", "b")',
    '["a", "c"]',
    '? != "c"',
    "null",
    'not(null, "a")',
]
TRUTHS = ["-", "true", "false", "not(true)", "true, false"]
POOLS = {"number": NUMBERS, "string": TEXTS, "boolean": TRUTHS}
POINTS = {
    "number": [Decimal(value) for value in ("0", "1", "1.5", "2", "2.5", "3", "3.5", "4", "5")],
    "string": ["a", "b", "c", "something"],
    "boolean": [True, False],
}
ANSWERS = ['"x"', '"y"', '"z"']


@st.composite
def small_tables(draw: st.DrawFn, policy: str) -> Sheet:
    kinds = draw(st.lists(st.sampled_from(sorted(POOLS)), min_size=1, max_size=3))
    columns = [(f"{kind}{place}", kind) for place, kind in enumerate(kinds)]
    cells = [st.sampled_from(POOLS[kind]) for kind in kinds]
    rules = draw(st.lists(st.tuples(*cells, st.sampled_from(ANSWERS)), max_size=6))
    texts = [" | ".join(rule[:-1]) + f" -> {rule[-1]}" for rule in rules]
    return table(policy, columns, *texts, allowed=", ".join(ANSWERS))


def passes(cell: str, value: object) -> bool:
    run = Run(now=NOW)
    return feel.compile_unary_tests(cell).within({"?": value}, run) is True


def every_input(sheet: Sheet) -> list[tuple[object, ...]]:
    """Null is tried where a cell asks for it: elsewhere the analysis leaves it out."""
    points = []
    for place, column in enumerate(sheet.inputs):
        asks = any("null" in row.inputs[place] for row in sheet.rules)
        points.append([*POINTS[column.type], *([None] if asks else [])])
    return list(product(*points))


def matching(sheet: Sheet, values: tuple[object, ...]) -> tuple[int, ...]:
    return tuple(
        number
        for number, row in enumerate(sheet.rules, 1)
        if all(passes(cell, value) for cell, value in zip(row.inputs, values, strict=True))
    )


def pairs(groups) -> set[tuple[int, int]]:
    return {(one, two) for group in groups for one in group for two in group if one < two}


@settings(max_examples=150, deadline=None)
@given(small_tables("UNIQUE"))
def test_overlaps_are_those_that_trying_finds(sheet):
    tried = pairs(matching(sheet, values) for values in every_input(sheet))

    analysis = analyse(sheet)

    assert analysis.is_complete
    assert analysis.unread == ()
    assert pairs(overlap.rules for overlap in analysis.overlaps) == tried
    for overlap in analysis.overlaps:
        values = tuple(feel.evaluate(text, {}) for text in overlap.example)
        assert set(overlap.rules) <= set(matching(sheet, values))


@settings(max_examples=150, deadline=None)
@given(small_tables("UNIQUE"))
def test_gaps_are_those_that_trying_finds(sheet):
    gaps = analyse(sheet).gaps

    for values in every_input(sheet):
        inside = [
            gap
            for gap in gaps
            if all(passes(cell, value) for cell, value in zip(gap.cells, values, strict=True))
        ]
        assert len(inside) == (not matching(sheet, values)), (values, gaps)
    for gap in gaps:
        assert not matching(sheet, tuple(feel.evaluate(text, {}) for text in gap.example))


@settings(max_examples=150, deadline=None)
@given(small_tables("FIRST"))
def test_rules_that_never_decide_are_those_that_trying_finds(sheet):
    decided = {found[0] for values in every_input(sheet) if (found := matching(sheet, values))}

    analysis = analyse(sheet)

    assert {found.rule for found in analysis.never_fire} == (
        set(range(1, len(sheet.rules) + 1)) - decided
    )


@settings(max_examples=150, deadline=None)
@given(small_tables("PRIORITY"))
def test_rules_without_priority_are_those_that_trying_finds(sheet):
    def rank(number: int) -> int:
        return ANSWERS.index(sheet.rules[number - 1].outputs[0])

    deciding: set[int] = set()
    for values in every_input(sheet):
        found = matching(sheet, values)
        deciding |= {number for number in found if rank(number) == min(map(rank, found))}

    analysis = analyse(sheet)

    assert {found.rule for found in analysis.never_fire} == (
        set(range(1, len(sheet.rules) + 1)) - deciding
    )
