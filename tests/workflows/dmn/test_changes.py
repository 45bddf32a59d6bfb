"""What changed between two versions of a decision table."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from workflows.dmn.changes import compared
from workflows.dmn.matching import grid_order, paired, steady_places
from workflows.dmn.sheet import InputColumn, OutputColumn, Row, Sheet


def row(row_id: str, *cells: str) -> Row:
    return Row(row_id, cells[:2], cells[2:])


OLD = Sheet(
    decision="fee",
    name="Fee",
    inputs=(InputColumn("i1", "Amount", "amount"), InputColumn("i2", "Region", "region")),
    outputs=(OutputColumn("o1", "Fee", "fee"),),
    rules=(
        row("r1", "< 10", "-", "1"),
        row("r2", "< 20", "-", "2"),
        row("r3", "< 30", "-", "3"),
        row("r4", "-", "-", "4"),
    ),
)


def test_the_same_table_has_no_changes():
    changes = compared(OLD, OLD)

    assert changes.is_empty
    assert [change.kind for change in changes.rows] == ["same"] * 4


def test_a_changed_cell_is_told_with_old_and_new():
    changes = compared(OLD, replace(OLD, rules=(row("r1", "< 12", "-", "1"), *OLD.rules[1:])))

    assert changes.sentences == ("Rule 1, Amount: was < 10 and is now < 12.",)
    assert changes.rows[0].kind == "changed"
    assert [cell.kind for cell in changes.rows[0].cells] == ["changed", "same", "same"]


def test_added_and_removed_rules_stand_where_they_are_and_were():
    changes = compared(
        OLD, replace(OLD, rules=(OLD.rules[0], row("n", "= 5", "x", "9"), *OLD.rules[2:]))
    )

    assert [(change.kind, change.old_number, change.number) for change in changes.rows] == [
        ("same", 1, 1),
        ("removed", 2, None),
        ("added", None, 2),
        ("same", 3, 3),
        ("same", 4, 4),
    ]
    assert changes.sentences == ("Rule 2 was removed.", "Rule 2 was added.")
    assert changes.count("added") == 1


def test_only_the_rule_that_was_moved_is_called_moved():
    changes = compared(OLD, replace(OLD, rules=(*OLD.rules[1:], OLD.rules[0])))

    assert [change.kind for change in changes.rows] == ["same", "same", "same", "moved"]
    assert changes.sentences == ("Rule 1 was moved and is now rule 4.",)


def test_without_ids_rules_are_known_by_content_then_by_place():
    fresh = tuple(replace(one, id="") for one in OLD.rules)
    changed = replace(fresh[3], outputs=("5",))

    changes = compared(OLD, replace(OLD, rules=(fresh[1], fresh[0], fresh[2], changed)))

    assert [(change.old_number, change.number) for change in changes.rows] == [
        (2, 1),
        (1, 2),
        (3, 3),
        (4, 4),
    ]
    assert "Rule 4, Fee: was 4 and is now 5." in changes.sentences


def test_columns_are_added_removed_moved_and_changed():
    new = replace(
        OLD,
        inputs=(
            InputColumn("i3", "Day", "day"),
            replace(OLD.inputs[0], type="number"),
        ),
        annotations=("Why",),
        rules=tuple(Row(r.id, ("-", r.inputs[0]), r.outputs, ("",)) for r in OLD.rules),
    )

    changes = compared(OLD, new)

    assert [(change.title, change.kind) for change in changes.columns] == [
        ("Day", "added"),
        ("Amount", "changed"),
        ("Region", "removed"),
        ("Fee", "same"),
        ("Why", "added"),
    ]
    assert "Column Amount: the type was nothing and is now number." in changes.sentences
    assert [cell.kind for cell in changes.rows[0].cells] == [
        "added",
        "same",
        "removed",
        "same",
        "added",
    ]
    assert changes.rows[0].kind == "same"


def test_swapped_columns_leave_the_rules_the_same():
    new = replace(
        OLD,
        inputs=OLD.inputs[::-1],
        rules=tuple(replace(r, inputs=r.inputs[::-1]) for r in OLD.rules),
    )

    changes = compared(OLD, new)

    assert {change.kind for change in changes.rows} == {"same"}
    assert sum(change.moved for change in changes.columns) == 1


def test_hit_policy_and_name_are_told():
    changes = compared(OLD, replace(OLD, hit_policy="COLLECT", aggregation="SUM", name="Sum"))

    assert changes.sentences == (
        "The hit policy was U and is now C+.",
        "The name was Fee and is now Sum.",
    )


def test_long_cells_are_shortened_in_sentences_alone():
    changes = compared(OLD, replace(OLD, rules=(row("r1", "x" * 500, "-", "1"), *OLD.rules[1:])))

    assert len(changes.sentences[0]) < 200
    assert changes.rows[0].cells[0].new == "x" * 500


@given(
    st.lists(st.sampled_from("abcdef"), max_size=8), st.lists(st.sampled_from("abcdef"), max_size=8)
)
def test_every_entry_has_exactly_one_place_in_the_grid(old, new):
    pairs = grid_order(paired(old, new, [lambda entry: entry]))

    assert sorted(before for before, _ in pairs if before is not None) == list(range(len(old)))
    assert [after for _, after in pairs if after is not None] == list(range(len(new)))
    steady = steady_places(pairs)
    kept = [before for before, after in pairs if after is not None and before in steady]
    assert kept == sorted(kept)
