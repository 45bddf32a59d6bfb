"""Steps on a decision table while it is edited."""

import pytest

from workflows.dmn import editing, sheet
from workflows.dmn.sheet import MOST_COLUMNS, MOST_RULES, InputColumn, OutputColumn, Row, Sheet
from workflows.dmn.sheet_parts import SheetError

TABLE = Sheet(
    "limits",
    "Limits",
    inputs=(InputColumn("i1", "Income", "income"), InputColumn("i2", "Risk", "risk")),
    outputs=(OutputColumn("o1", "", "limit"),),
    annotations=("Why",),
    rules=(
        Row("r1", ("> 5", '"low"'), ("100",), ("rich",)),
        Row("r2", ("> 1", "-"), ("10",), ("",)),
        Row("r3", ("-", "-"), ("0",), ("else",)),
    ),
)


def ids(table: Sheet) -> list[str]:
    return [row.id for row in table.rules]


# --- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_new_rule_gets_its_number_and_holds_for_everything(number):
    changed = editing.rule_added(TABLE, number)

    assert changed.rules[number - 1] == Row("", ("-", "-"), ("",), ("",))
    assert len(changed.rules) == 4
    sheet.check(changed)


def test_a_new_rule_may_begin_with_some_cells():
    changed = editing.rule_added(TABLE, 1, ["< 0"])

    assert changed.rules[0].inputs == ("< 0", "-")


def test_a_new_rule_has_no_more_cells_than_the_table():
    with pytest.raises(SheetError, match="2 input columns"):
        editing.rule_added(TABLE, 1, ["1", "2", "3"])


def test_a_copy_stands_below_and_is_another_rule():
    changed = editing.rule_copied(TABLE, 2)

    assert ids(changed) == ["r1", "r2", "", "r3"]
    assert changed.rules[2].cells == TABLE.rules[1].cells


@pytest.mark.parametrize(
    ("number", "by", "order"),
    [(1, 1, "213"), (3, -1, "132"), (1, -1, "123"), (3, 1, "123"), (1, 9, "231"), (2, 0, "123")],
)
def test_a_rule_is_moved_as_far_as_the_table_goes(number, by, order):
    changed = editing.rule_moved(TABLE, number, by)

    assert "".join(ids(changed)).replace("r", "") == order


def test_a_rule_is_removed():
    assert ids(editing.rule_removed(TABLE, 2)) == ["r1", "r3"]


@pytest.mark.parametrize("number", [0, -1, 4])
@pytest.mark.parametrize(
    "step",
    [
        editing.rule_copied,
        editing.rule_removed,
        lambda table, number: editing.rule_moved(table, number, 1),
        lambda table, number: editing.cells_changed(table, {(number, 1): "1"}),
    ],
)
def test_a_rule_that_is_not_there_is_refused(step, number):
    with pytest.raises(SheetError, match="no rule"):
        step(TABLE, number)


def test_there_are_not_more_rules_than_allowed():
    full = Sheet("d", "d", outputs=TABLE.outputs, rules=(Row("", (), ("1",)),) * MOST_RULES)

    with pytest.raises(SheetError, match=r"at most 2,000 rules"):
        editing.rule_added(full, 1)


# --- columns ------------------------------------------------------------------------------------


def test_columns_are_numbered_from_left_to_right():
    roles = [editing.role_of(TABLE, number) for number in (1, 2, 3, 4)]

    assert roles == [("input", 1), ("input", 2), ("output", 1), ("annotation", 1)]
    assert editing.number_of(TABLE, "annotation", 1) == editing.width(TABLE) == 4


@pytest.mark.parametrize("number", [0, 5])
def test_a_column_that_is_not_there_is_refused(number):
    with pytest.raises(SheetError, match="no column"):
        editing.role_of(TABLE, number)


@pytest.mark.parametrize(
    ("role", "cells"),
    [
        ("input", ("> 5", '"low"', "-", "100", "rich")),
        ("output", ("> 5", '"low"', "100", "", "rich")),
        ("annotation", ("> 5", '"low"', "100", "rich", "")),
    ],
)
def test_a_new_column_comes_last_among_its_kind(role, cells):
    changed = editing.column_added(TABLE, role)

    assert changed.rules[0].cells == cells
    sheet.check(changed)


def test_names_of_answers_stay_different():
    twice = editing.column_copied(editing.column_copied(TABLE, 3), 3)

    assert [column.name for column in twice.outputs] == ["limit", "limit_3", "limit_2"]
    assert twice.rules[0].outputs == ("100", "100", "100")
    assert [column.id for column in twice.outputs] == ["o1", "", ""]


@pytest.mark.parametrize("number", [1, 4])
def test_a_copied_column_stands_on_the_right_with_its_cells(number):
    changed = editing.column_copied(TABLE, number)

    assert changed.titles[number] == TABLE.titles[number - 1]
    assert [row.cells[number] for row in changed.rules] == [
        row.cells[number - 1] for row in TABLE.rules
    ]


def test_a_column_moves_among_its_kind_only():
    moved = editing.column_moved(TABLE, 1, 1)

    assert [column.id for column in moved.inputs] == ["i2", "i1"]
    assert moved.rules[0].inputs == ('"low"', "> 5")
    assert editing.column_moved(TABLE, 2, 1) == TABLE
    assert editing.column_moved(TABLE, 3, -1) == TABLE


def test_a_removed_column_takes_its_cells_along():
    changed = editing.column_removed(TABLE, 2)

    assert changed.rules[0].cells == ("> 5", "100", "rich")
    sheet.check(changed)


def test_the_last_answer_stays():
    with pytest.raises(SheetError, match="at least one output"):
        editing.column_removed(TABLE, 3)


def test_there_are_not_more_columns_than_allowed():
    wide = TABLE
    while editing.width(wide) < MOST_COLUMNS:
        wide = editing.column_added(wide, "input")

    with pytest.raises(SheetError, match="at most 50 columns"):
        editing.column_added(wide, "input")


def test_properties_of_a_column_are_changed():
    changed = editing.column_changed(TABLE, 1, label="Salary", type="number")
    named = editing.column_changed(changed, 4, name="Reason")

    assert named.inputs[0] == InputColumn("i1", "Salary", "income", "number")
    assert named.annotations == ("Reason",)


@pytest.mark.parametrize(("number", "member"), [(1, "default"), (3, "expression"), (4, "label")])
def test_a_property_of_another_kind_is_refused(number, member):
    with pytest.raises(SheetError, match="no property"):
        editing.column_changed(TABLE, number, **{member: "1"})


# --- cells --------------------------------------------------------------------------------------


def test_cells_are_changed_where_they_stand():
    changed = editing.cells_changed(TABLE, {(1, 1): "> 9", (1, 3): "7", (3, 4): "rest"})

    assert changed.rules[0].cells == ("> 9", '"low"', "7", "rich")
    assert changed.rules[2].annotations == ("rest",)
    assert changed.rules[1] is TABLE.rules[1]


def test_pasted_cells_make_the_rules_that_they_need():
    changed = editing.pasted(TABLE, 3, 2, [['"low"', "1"], ['"high"', "2"], ["-"]])

    assert [row.cells for row in changed.rules[2:]] == [
        ("-", '"low"', "1", "else"),
        ("-", '"high"', "2", ""),
        ("-", "-", "", ""),
    ]


def test_pasted_cells_beyond_the_last_column_are_refused():
    with pytest.raises(SheetError, match="needs 5 columns"):
        editing.pasted(TABLE, 1, 4, [["1", "2"]])
