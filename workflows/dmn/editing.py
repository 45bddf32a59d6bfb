"""Steps on a decision table while it is edited: each takes a sheet and gives the next one.

Rules and columns are named by their numbers, from 1; columns are counted from left to right over
inputs, outputs and annotations. A number that is not there, and what would make the table too
large or no table at all, raise SheetError.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar

from workflows.dmn.sheet_parts import (
    MOST_COLUMNS,
    MOST_RULES,
    InputColumn,
    OutputColumn,
    Row,
    Sheet,
    SheetError,
)

Role = Literal["input", "output", "annotation"]
Part = TypeVar("Part")
Change = Callable[[tuple[Any, ...]], tuple[Any, ...]]

ROLES: tuple[Role, ...] = ("input", "output", "annotation")
MEMBERS: Mapping[Role, tuple[str, ...]] = {
    "input": ("label", "expression", "type", "allowed"),
    "output": ("label", "name", "type", "allowed", "default"),
    "annotation": ("name",),
}
ANYTHING = "-"  # what an input cell says when it does not matter
_GROUPS: Mapping[Role, str] = {
    "input": "inputs",
    "output": "outputs",
    "annotation": "annotations",
}


# --- rules --------------------------------------------------------------------------------------


def empty_rule(sheet: Sheet) -> Row:
    """A rule that holds for everything and answers nothing yet."""
    return Row(
        "",
        (ANYTHING,) * len(sheet.inputs),
        ("",) * len(sheet.outputs),
        ("",) * len(sheet.annotations),
    )


def rule_added(sheet: Sheet, number: int, inputs: Sequence[str] = ()) -> Sheet:
    """With a new rule that gets this number; `inputs` are its first cells."""
    made = empty_rule(sheet)
    if len(inputs) > len(sheet.inputs):
        raise SheetError(f"The table has {len(sheet.inputs)} input columns, not {len(inputs)}.")
    filled = (*inputs, *made.inputs[len(inputs) :])
    return _with_rules(sheet, _inserted(sheet.rules, number, replace(made, inputs=filled), "rule"))


def rule_copied(sheet: Sheet, number: int) -> Sheet:
    """With a copy of this rule below it."""
    made = replace(_rule(sheet, number), id="")
    return _with_rules(sheet, _inserted(sheet.rules, number + 1, made, "rule"))


def rule_moved(sheet: Sheet, number: int, by: int) -> Sheet:
    """With this rule so many places further down; at an end of the table it stays."""
    _rule(sheet, number)
    return replace(sheet, rules=_moved(sheet.rules, number, by))


def rule_removed(sheet: Sheet, number: int) -> Sheet:
    """Without this rule."""
    _rule(sheet, number)
    return replace(sheet, rules=_without(sheet.rules, number))


# --- columns ------------------------------------------------------------------------------------


def width(sheet: Sheet) -> int:
    """How many columns there are."""
    return len(sheet.inputs) + len(sheet.outputs) + len(sheet.annotations)


def role_of(sheet: Sheet, number: int) -> tuple[Role, int]:
    """What the column is for, and its number among those of its kind."""
    left = number
    for role in ROLES:
        many = len(getattr(sheet, _GROUPS[role]))
        if 1 <= left <= many:
            return role, left
        left -= many
    raise SheetError(f"The table has no column {number}.")


def number_of(sheet: Sheet, role: Role, number: int) -> int:
    """The number of a column over the whole table, from its number among its kind."""
    before = ROLES[: ROLES.index(role)]
    return number + sum(len(getattr(sheet, _GROUPS[each])) for each in before)


def column_added(sheet: Sheet, role: Role, number: int | None = None) -> Sheet:
    """With an empty column; `number` is its place among its kind, the last one by default."""
    if width(sheet) >= MOST_COLUMNS:
        raise SheetError(f"A table has at most {MOST_COLUMNS} columns. Remove one first.")
    there = getattr(sheet, _GROUPS[role])
    place = len(there) + 1 if number is None else number
    made: Any = {
        "input": InputColumn(""),
        "output": OutputColumn("", name=_new_name("", sheet) if there else ""),
        "annotation": "",
    }[role]
    cell = ANYTHING if role == "input" else ""
    return _changed(
        sheet,
        role,
        lambda columns: _inserted(columns, place, made, "column"),
        lambda cells: _inserted(cells, place, cell, "column"),
    )


def column_copied(sheet: Sheet, number: int) -> Sheet:
    """With a copy of this column, cells included, on its right."""
    role, place = role_of(sheet, number)
    wider = column_added(sheet, role, place + 1)

    def copied(columns: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*columns[:place], _copy(columns[place - 1], sheet), *columns[place + 1 :])

    def repeated(cells: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*cells[:place], cells[place - 1], *cells[place + 1 :])

    return _changed(wider, role, copied, repeated)


def column_moved(sheet: Sheet, number: int, by: int) -> Sheet:
    """With this column so many places further right, among its kind; at an end it stays."""
    role, place = role_of(sheet, number)
    return _changed(
        sheet, role, lambda all_: _moved(all_, place, by), lambda all_: _moved(all_, place, by)
    )


def column_removed(sheet: Sheet, number: int) -> Sheet:
    """Without this column and its cells."""
    role, place = role_of(sheet, number)
    if role == "output" and len(sheet.outputs) == 1:
        raise SheetError("A decision table has at least one output column. Add another one first.")
    return _changed(
        sheet, role, lambda all_: _without(all_, place), lambda all_: _without(all_, place)
    )


def column_changed(sheet: Sheet, number: int, **members: str) -> Sheet:
    """With these properties of a column: label, expression, name, type, allowed, default."""
    role, place = role_of(sheet, number)
    if unknown := members.keys() - set(MEMBERS[role]):
        raise SheetError(f"A column for {role}s has no property {min(unknown)[:40]!a}.")
    there = getattr(sheet, _GROUPS[role])
    old = there[place - 1]
    new = members.get("name", old) if role == "annotation" else replace(old, **members)
    changed: dict[str, Any] = {_GROUPS[role]: (*there[: place - 1], new, *there[place:])}
    return replace(sheet, **changed)


# --- cells --------------------------------------------------------------------------------------


def cells_changed(sheet: Sheet, cells: Mapping[tuple[int, int], str]) -> Sheet:
    """With these texts, by rule and column."""
    by_rule: dict[int, dict[int, str]] = {}
    for (number, column), text in cells.items():
        role_of(sheet, column)
        _rule(sheet, number)
        by_rule.setdefault(number, {})[column] = text
    rules = list(sheet.rules)
    for number, texts in by_rule.items():
        rules[number - 1] = _row_with(sheet, rules[number - 1], texts)
    return replace(sheet, rules=tuple(rules))


def pasted(sheet: Sheet, number: int, column: int, rows: Sequence[Sequence[str]]) -> Sheet:
    """With these cells from a rule and column on; rules are added where the table ends."""
    role_of(sheet, column)
    last = column + max((len(row) for row in rows), default=1) - 1
    if last > width(sheet):
        raise SheetError(
            f"What you paste needs {last} columns; the table has {width(sheet)}. "
            "Add columns first, or paste further left."
        )
    for missing in range(len(sheet.rules) + 1, number + len(rows)):
        sheet = rule_added(sheet, missing)
    cells = {
        (number + down, column + right): text
        for down, row in enumerate(rows)
        for right, text in enumerate(row)
    }
    return cells_changed(sheet, cells)


# --- parts --------------------------------------------------------------------------------------


def _rule(sheet: Sheet, number: int) -> Row:
    if not 1 <= number <= len(sheet.rules):
        raise SheetError(f"The table has no rule {number}.")
    return sheet.rules[number - 1]


def _with_rules(sheet: Sheet, rules: tuple[Row, ...]) -> Sheet:
    if len(rules) > MOST_RULES:
        raise SheetError(f"A table has at most {MOST_RULES:,} rules. Remove some first.")
    return replace(sheet, rules=rules)


def _row_with(sheet: Sheet, row: Row, texts: Mapping[int, str]) -> Row:
    cells = tuple(texts.get(number, old) for number, old in enumerate(row.cells, 1))
    asked, answered = len(sheet.inputs), len(sheet.inputs) + len(sheet.outputs)
    return Row(row.id, cells[:asked], cells[asked:answered], cells[answered:])


def _changed(sheet: Sheet, role: Role, of_columns: Change, of_cells: Change) -> Sheet:
    """The same change to the columns of a kind and to the cells in them."""
    group = _GROUPS[role]

    def in_row(row: Row) -> Row:
        cells: dict[str, Any] = {group: of_cells(getattr(row, group))}
        return replace(row, **cells)

    columns: dict[str, Any] = {group: of_columns(getattr(sheet, group))}
    return replace(sheet, rules=tuple(map(in_row, sheet.rules)), **columns)


def _inserted(parts: tuple[Part, ...], number: int, new: Part, what: str) -> tuple[Part, ...]:
    if not 1 <= number <= len(parts) + 1:
        raise SheetError(f"There is no place for {what} {number}.")
    return (*parts[: number - 1], new, *parts[number - 1 :])


def _without(parts: tuple[Part, ...], number: int) -> tuple[Part, ...]:
    return (*parts[: number - 1], *parts[number:])


def _moved(parts: tuple[Part, ...], number: int, by: int) -> tuple[Part, ...]:
    place = min(max(number + by, 1), len(parts))
    rest = _without(parts, number)
    return (*rest[: place - 1], parts[number - 1], *rest[place - 1 :])


def _copy(
    column: InputColumn | OutputColumn | str, sheet: Sheet
) -> InputColumn | OutputColumn | str:
    if isinstance(column, OutputColumn):
        return replace(column, id="", name=_new_name(column.name, sheet))
    return replace(column, id="") if isinstance(column, InputColumn) else column


def _new_name(like: str, sheet: Sheet) -> str:
    """A name that no other output has: limit_2."""
    taken = {column.name for column in sheet.outputs}
    stem, number = like or "result", 2
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"
