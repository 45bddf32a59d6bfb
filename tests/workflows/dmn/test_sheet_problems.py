"""Problems of a decision table, each at its cell."""

from dataclasses import replace

import pytest

from workflows.dmn.sheet import (
    InputColumn,
    NamedType,
    OutputColumn,
    Row,
    Sheet,
    Surroundings,
    problems,
)

SHEET = Sheet(
    decision="fee",
    name="Fee",
    inputs=(
        InputColumn("i1", "", "amount", "number"),
        InputColumn("i2", "", "region", "string", '"north", "south"'),
    ),
    outputs=(OutputColumn("o1", "", "fee", "number"),),
    rules=(Row("r1", ("< 10", '"north"'), ("1",)),),
)


def with_cells(*cells: str) -> Sheet:
    return replace(SHEET, rules=(Row("r1", cells[:2], cells[2:]),))


def test_a_sound_table_has_none():
    assert problems(SHEET) == ()
    assert problems(with_cells("-", "", "amount * 2")) == ()
    assert problems(with_cells("> limit", "not(null)", "null")) == ()


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        (("< ", "-", "1"), 1, "Line 1, column"),
        (('"rabbit"', "-", "1"), 1, '"rabbit" is a string; the column\'s type is number.'),
        (('< date("2026-01-01")', "-", "1"), 1, "is a date; the column's type is number."),
        (("-", '"west"', "1"), 2, '"west" is not among the allowed values.'),
        (("-", 'not("west")', "1"), 2, '"west" is not among the allowed values.'),
        (("-", "-", ""), 3, "The output is missing."),
        (("-", "-", '"a"'), 3, "is a string; the column's type is number."),
        (("-", "-", "1 +"), 3, "Line 1, column"),
    ],
)
def test_problems_of_cells_name_row_and_column(cells, column, sentence):
    (found,) = problems(with_cells(*cells))

    assert (found.row, found.column) == (1, column)
    assert sentence in found.sentence


@pytest.mark.parametrize(
    ("sheet", "column", "member", "sentence"),
    [
        (replace(SHEET, outputs=()), None, "", "no output column"),
        (replace(SHEET, hit_policy="PRIORITY"), None, "", "allowed values of an output"),
        (replace(SHEET, hit_policy="FIRST", aggregation="SUM"), None, "", "Only the hit policy C"),
        (
            replace(
                SHEET,
                hit_policy="COLLECT",
                aggregation="MAX",
                outputs=(OutputColumn("o", "", "", "string"),),
                rules=(),
            ),
            3,
            "type",
            "C> needs an output of the type number, not string.",
        ),
        (
            replace(SHEET, inputs=(InputColumn("i", "", "amount", "Money"),), rules=()),
            1,
            "type",
            "No type is named Money.",
        ),
        (replace(SHEET, inputs=(InputColumn("i"),), rules=()), 1, "expression", "asks nothing"),
        (
            replace(SHEET, inputs=(InputColumn("i", "", "a +"),), rules=()),
            1,
            "expression",
            "Line 1, column",
        ),
        (
            replace(SHEET, inputs=(InputColumn("i", "", "a", "number", '"x"'),), rules=()),
            1,
            "allowed",
            "is a string",
        ),
        (
            replace(SHEET, outputs=(OutputColumn("o", "", "a", "number", "1, 2", "3"),)),
            3,
            "default",
            "3 is not among the allowed values.",
        ),
        (replace(SHEET, annotations=("",)), 4, "name", "has no name"),
    ],
)
def test_problems_of_the_header_name_the_column_and_its_member(sheet, column, member, sentence):
    found = problems(replace(sheet, rules=()))

    assert [(one.row, one.column, one.member) for one in found] == [(None, column, member)]
    assert sentence in found[0].sentence


def test_names_of_several_outputs_are_there_and_differ():
    two = replace(SHEET, rules=(), outputs=(OutputColumn("a"), OutputColumn("b", "", "x")))
    same = replace(
        SHEET, rules=(), outputs=(OutputColumn("a", "", "x"), OutputColumn("b", "", "x"))
    )

    assert [found.column for found in problems(two)] == [3]
    assert [found.column for found in problems(same)] == [3, 4]


def test_aggregation_needs_a_single_output():
    outputs = (OutputColumn("a", "", "x"), OutputColumn("b", "", "y"))
    sheet = replace(SHEET, rules=(), outputs=outputs, hit_policy="COLLECT", aggregation="SUM")

    assert [found.sentence for found in problems(sheet)] == ["C+ needs a single output column."]


def test_types_of_the_file_are_followed():
    around = Surroundings(types={"Fee": NamedType("number", "1, 2"), "Pair": NamedType()})
    column = OutputColumn("o", "", "fee", "Fee")
    sheet = replace(with_cells("-", "-", "3"), outputs=(column,))

    (found,) = problems(sheet, around)

    assert found.sentence == "3 is not among the allowed values."
    assert problems(replace(sheet, outputs=(replace(column, type="Pair"),)), around) == ()


def test_whole_numbers_have_no_fraction():
    column = replace(SHEET.inputs[0], type="integer")
    sheet = replace(with_cells("2.5", "-", "1"), inputs=(column, SHEET.inputs[1]))

    assert len(problems(sheet)) == 1
    assert problems(replace(sheet, rules=(Row("r", ("2", "-"), ("1",)),))) == ()


def test_camunda_converts_types_so_that_is_a_warning():
    (found,) = problems(with_cells('"5"', "-", "1"), Surroundings(camunda=True))

    assert found.grade == "warning"
    assert problems(with_cells("-", "-", ""), Surroundings(camunda=True)) == ()
