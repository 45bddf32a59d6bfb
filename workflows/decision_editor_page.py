"""What the editor's page shows of a table: its head, the rules on this page, and what is wrong."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workflows import decision_editing
from workflows.decision_analysis import Analysed
from workflows.decision_editing import RULES_A_PAGE, Working
from workflows.decision_tables import WORDS
from workflows.dmn import editing, sheet
from workflows.dmn.editing import Role
from workflows.dmn.sheet import (
    AGGREGATIONS,
    HIT_POLICIES,
    InputColumn,
    OutputColumn,
    Problem,
    Surroundings,
    letters_of,
)

ROLE_WORDS: dict[Role, str] = {"input": "Condition", "output": "Answer", "annotation": "Note"}
# What a property of a column is called, and what to write there.
MEMBER_WORDS = {
    "label": ("Title", "What stands above the column."),
    "expression": ("Expression", "What is looked at, in FEEL: a name such as Income, or a sum."),
    "name": ("Name", "How other decisions ask for this answer."),
    "type": ("Type", "What its cells are, such as number or string. Empty: anything."),
    "allowed": ("Allowed values", 'Such as "low", "high" or [0..100]. Empty: all of the type.'),
    "default": ("Default answer", "What is answered when no rule matches. Empty: nothing."),
}
# What the keyboard does in the table once the script of the page is there.
TABLE_KEYS = (
    (
        ("↑", "↓", "←", "→"),
        "Go to the next cell; with Shift select cells, with Ctrl go to the edge",
    ),
    (("Home", "End"), "First and last cell of a rule; with Ctrl of the table"),
    (("Tab",), "Next cell, with Shift the one before; Esc, then Tab leaves the table"),
    (("Enter", "F2"), "Edit the cell, or the column in the head; typing replaces what is there"),
    (("Enter",), "While editing: take it and go down, with Shift up; Alt+Enter breaks the line"),
    (("Esc",), "While editing: leave the cell as it was"),
    (("Alt", "↓"), "While editing: offer the allowed values"),
    (("Delete",), "Empty the cells"),
    (("Ctrl", "C"), "Copy; Ctrl+X cuts, Ctrl+V pastes, also from and to a spreadsheet"),
    (("Ctrl", "Z"), "Undo; Ctrl+Y does it again"),
    (("Ctrl", "Enter"), "Add a rule below"),
    (("Ctrl", "D"), "Copy the rule"),
    (("Alt", "↑"), "Move the rule up; Alt+↓ moves it down"),
    (("Ctrl", "Delete"), "Remove the rule"),
    (("Shift", "Space"), "Select the rule; Ctrl+Space selects the column, Ctrl+A everything"),
    (("Ctrl", "S"), "Save"),
    (("Ctrl", "/"), "Show these keys"),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One property of a column, as a field."""

    field: str
    name: str
    label: str
    hint: str
    value: str
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True)
class Head:
    """One column; `detail` is what stands small under its title."""

    number: int
    role: Role
    title: str
    detail: str
    members: Sequence[Member]
    problems: Sequence[Problem]
    is_first_answer: bool

    @property
    def words(self) -> str:
        """Whether it is a condition, an answer or a note."""
        return ROLE_WORDS[self.role]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: where it stands, its text and what is wrong with it."""

    rule: int
    column: int
    text: str
    problems: Sequence[Problem]
    is_first_answer: bool
    has_focus: bool

    @property
    def is_wrong(self) -> bool:
        """Whether it has to be corrected; a warning does not."""
        return any(each.grade == "error" for each in self.problems)


@dataclass(frozen=True, slots=True)
class Line:
    """One rule."""

    number: int
    cells: Sequence[Cell]
    is_marked: bool
    is_matched: bool


def of(working: Working, around: Surroundings) -> dict[str, Any]:
    """The page's table."""
    table = working.sheet
    found = (*decision_editing.problems(table, around), *_refusals(working))
    rules = len(table.rules)
    return {
        "sheet": table,
        "json": json.dumps(sheet.as_json(table), ensure_ascii=False, separators=(",", ":")),
        "heads": heads(working, found),
        "lines": _lines(working, found),
        "first": working.first,
        "last": min(working.first + RULES_A_PAGE - 1, rules),
        "pages": range(1, rules + 1, RULES_A_PAGE) if rules > RULES_A_PAGE else (),
        "policies": policies(),
        "policy_words": words_of(table.letters),
        "allowed_json": {name: kind.allowed for name, kind in around.types.items() if kind.allowed},
        "types": [*sheet.TYPES, *around.types],
        "problems": found,
        "errors": [each for each in found if each.grade == "error"],
        "of_table": [each for each in found if not each.row and not each.column],
        "found_json": decision_editing.as_json(found),
        "member_words": [(name, *words) for name, words in MEMBER_WORDS.items()],
        "table_keys": TABLE_KEYS,
        "marked_json": {"marked": sorted(working.marked), "matched": sorted(working.matched)},
    }


def findings(analysed: Analysed) -> dict[str, Any]:
    """What the panel says about a table as a whole, each with an example in words."""
    titles = analysed.shown.sheet.titles if analysed.shown.sheet else ()

    def example(values: Sequence[str]) -> str:
        return ", ".join(f"{title} = {value}" for title, value in zip(titles, values, strict=False))

    found = analysed.found
    return {
        "analysed": analysed,
        "overlaps": [(each, example(each.example)) for each in found.overlaps],
        "gaps": [(each, example(each.example), json.dumps(each.cells)) for each in found.gaps],
    }


def heads(working: Working, found: Sequence[Problem]) -> list[Head]:
    """The columns from left to right."""
    table = working.sheet
    shown = []
    for number in range(1, editing.width(table) + 1):
        role, place = editing.role_of(table, number)
        column = (table.inputs, table.outputs, table.annotations)[editing.ROLES.index(role)][
            place - 1
        ]
        mine = [each for each in found if each.column == number and not each.row]
        title = table.titles[number - 1] or f"{ROLE_WORDS[role]} {place}"
        is_first = role == "output" and place == 1
        members = [_member(number, name, column, mine) for name in editing.MEMBERS[role]]
        shown.append(Head(number, role, title, _detail(column), members, mine, is_first))
    return shown


def policies() -> list[tuple[str, str, str, str]]:
    """Letters, words, name in files and meaning of every hit policy, aggregations included."""
    plain = [
        (letter, name.capitalize(), name, means) for letter, (name, means) in HIT_POLICIES.items()
    ]
    summed = [
        (letters_of("COLLECT", name), f"Collect, {name.lower()}", "COLLECT", WORDS[name])
        for name in AGGREGATIONS.values()
    ]
    return plain + summed


def words_of(letters: str) -> str:
    """What a hit policy means."""
    return next((means for each, _, _, means in policies() if each == letters), "")


def _member(
    number: int, name: str, column: InputColumn | OutputColumn | str, found: Sequence[Problem]
) -> Member:
    label, hint = MEMBER_WORDS[name]
    if isinstance(column, str):
        value, hint = column, "What stands above the notes."
    else:
        value = getattr(column, name)
    mine = [each for each in found if each.member == name]
    return Member(f"h{number}.{name}", name, label, hint, value, mine)


def _detail(column: InputColumn | OutputColumn | str) -> str:
    if isinstance(column, str):
        return "note"
    asked = column.expression if isinstance(column, InputColumn) else column.name
    told = asked if column.label else ""
    return " ".join(filter(None, [told, column.type]))


def _refusals(working: Working) -> list[Problem]:
    return [Problem(rule, column, said) for (rule, column), (_, said) in working.refused.items()]


def _lines(working: Working, found: Sequence[Problem]) -> list[Line]:
    at: dict[tuple[int | None, int | None], list[Problem]] = {}
    for each in found:
        at.setdefault((each.row, each.column), []).append(each)
    first = working.first
    rows = working.sheet.rules[first - 1 : first - 1 + RULES_A_PAGE]
    answer = len(working.sheet.inputs) + 1
    return [
        Line(
            number,
            [
                Cell(
                    number, column, working.refused.get((number, column), (text,))[0],
                    at.get((number, column), ()), column == answer,
                    working.focus == (number, column),
                )
                for column, text in enumerate(row.cells, 1)
            ],
            number in working.marked,
            number in working.matched,
        )
        for number, row in enumerate(rows, first)
    ]  # fmt: skip
