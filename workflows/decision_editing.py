"""A decision table as the editor's page sends it back, and what each of its buttons does.

The page holds the whole table as JSON in one field; the fields of the rules that it shows count
for their cells. What cannot be stored stays with the page as it was typed, with a sentence.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from workflows import strict_json
from workflows.decision_files import LARGEST
from workflows.dmn import editing, sheet, sheet_paste
from workflows.dmn.sheet import Problem, Sheet, SheetError, Surroundings
from workflows.dmn.sheet_json import clean

RULES_A_PAGE = 25  # without scripts: a form has at most 2,000 fields
_CELL = re.compile(r"c([0-9]{1,5})\.([0-9]{1,3})")
_MEMBER = re.compile(r"h([0-9]{1,3})\.([a-z]{1,20})")

Place = tuple[int, int]  # rule and column, from 1


@dataclass(frozen=True, slots=True)
class Working:
    """A table that is being edited. `sheet` can be stored; `refused` are cells that cannot be,
    with the text as it was typed and why; `marked` are rules that something was said about.
    """

    sheet: Sheet
    first: int = 1  # the first rule that a page without scripts shows
    refused: Mapping[Place, tuple[str, str]] = field(default_factory=dict)
    marked: frozenset[int] = frozenset()
    matched: frozenset[int] = frozenset()
    focus: Place | None = None

    def showing(self, number: int, column: int = 1) -> "Working":
        """The same with this rule on the page, and its cell under the cursor."""
        many = max(len(self.sheet.rules), 1)
        within = min(max(number, 1), many)
        first = within - (within - 1) % RULES_A_PAGE
        return replace(self, first=first, focus=(within, column))


def sheet_in(text: str) -> Sheet:
    """The table that a page holds as JSON. Raises SheetError."""
    try:
        return sheet.from_json(strict_json.loads(text.encode("utf-8", "replace"), largest=LARGEST))
    except strict_json.NotJSON as error:
        raise SheetError(f"The table did not arrive as it was sent. {error}") from error


def sent(post: Mapping[str, str], stored: Sheet) -> Working:
    """What a form says. Raises SheetError for fields that no page of ours sends."""
    found = sheet_in(post["sheet"]) if post.get("sheet") else stored
    if policy := post.get("policy"):
        name, aggregation = sheet.policy_of(policy)
        found = replace(found, hit_policy=name, aggregation=aggregation)
    refused: dict[Place, tuple[str, str]] = {}
    found = _with_members(found, post)
    cells: dict[Place, str] = {}
    for place, text in _cells(post):
        try:
            cells[place] = clean(text, f"Rule {place[0]}")
        except SheetError as error:
            refused[place] = (text, str(error))
    first = post.get("first", "")
    number = int(first) if first.isascii() and first.isdigit() and len(first) < 6 else 1
    found = editing.cells_changed(found, cells)
    editing.cells_changed(found, dict.fromkeys(refused, ""))  # refuses places that are not there
    return replace(Working(found).showing(number), refused=refused, focus=None)


def _cells(post: Mapping[str, str]) -> Iterator[tuple[Place, str]]:
    for name, text in post.items():
        if found := _CELL.fullmatch(name):
            yield (int(found[1]), int(found[2])), text


def _with_members(found: Sheet, post: Mapping[str, str]) -> Sheet:
    for name, text in post.items():
        if of_column := _MEMBER.fullmatch(name):
            number, member = int(of_column[1]), of_column[2]
            said = {member: clean(text, f"Column {number}, {member}")}
            found = editing.column_changed(found, number, **said)
    return found


# --- buttons ------------------------------------------------------------------------------------


def done(working: Working, do: str, post: Mapping[str, str]) -> Working:
    """What a button makes of the table. Raises SheetError, also for a button that is not ours."""
    verb, _, said = do.partition(":")
    if verb in _ON_RULES:
        return _on_rule(working, verb, _number(said))
    if verb in _ON_COLUMNS:
        return replace(working, sheet=_ON_COLUMNS[verb](working.sheet, _number(said)), refused={})
    match verb:
        case "column-add" if said in editing.ROLES:
            made = editing.column_added(working.sheet, said)
            return replace(working, sheet=made, refused={})
        case "page":
            return working.showing(_number(said))
        case "show":
            numbers = [_number(each) for each in said.split(",")]
            return replace(working, marked=frozenset(numbers)).showing(numbers[0])
        case "fill":
            return _filled(working, said)
        case "paste":
            return _pasted(working, post)
    raise SheetError("The page has no such button. Reload it.")


_ON_RULES: Mapping[str, tuple[Callable[[Sheet, int], Sheet], int]] = {
    "rule-add": (editing.rule_added, 0),
    "rule-copy": (editing.rule_copied, 1),
    "rule-up": (lambda table, number: editing.rule_moved(table, number, -1), -1),
    "rule-down": (lambda table, number: editing.rule_moved(table, number, 1), 1),
    "rule-remove": (editing.rule_removed, 0),
}
_ON_COLUMNS: Mapping[str, Callable[[Sheet, int], Sheet]] = {
    "column-left": lambda table, number: editing.column_moved(table, number, -1),
    "column-right": lambda table, number: editing.column_moved(table, number, 1),
    "column-copy": editing.column_copied,
    "column-remove": editing.column_removed,
}


def _on_rule(working: Working, verb: str, number: int) -> Working:
    act, further = _ON_RULES[verb]
    changed = replace(working, sheet=act(working.sheet, number), refused={}, marked=frozenset())
    return changed.showing(number + further)


def _filled(working: Working, said: str) -> Working:
    """A new last rule with these input cells, such as those of a gap."""
    try:
        cells = json.loads(said[:100_000])
    except ValueError:
        cells = None
    if not isinstance(cells, list) or not all(isinstance(each, str) for each in cells):
        raise SheetError("The cells of the new rule did not arrive. Look for gaps again.")
    number = len(working.sheet.rules) + 1
    cleaned = [clean(each, f"Rule {number}") for each in cells]
    changed = replace(working, sheet=editing.rule_added(working.sheet, number, cleaned))
    return changed.showing(number, len(working.sheet.inputs) + 1)


def _pasted(working: Working, post: Mapping[str, str]) -> Working:
    row, column = _number(post.get("paste-rule", "")), _number(post.get("paste-column", ""))
    cells = sheet_paste.paste(post.get("paste", ""))
    cleaned = [
        [clean(each, f"Rule {number}") for each in line] for number, line in enumerate(cells, row)
    ]
    changed = replace(working, sheet=editing.pasted(working.sheet, row, column, cleaned))
    return changed.showing(row, column)


def _number(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 6):
        raise SheetError(f"{said[:20]!a} is not the number of a rule or column.")
    return int(said)


# --- problems -----------------------------------------------------------------------------------


def problems(table: Sheet, around: Surroundings) -> tuple[Problem, ...]:
    """Everything to correct or to look at, cell by cell."""
    return sheet.problems(table, around)


def as_json(found: tuple[Problem, ...]) -> list[dict[str, object]]:
    """Problems for the script of the page: row and column 0 stand for the head and the table."""
    return [
        {
            "row": each.row or 0,
            "column": each.column or 0,
            "member": each.member,
            "grade": each.grade,
            "sentence": each.sentence,
        }
        for each in found
    ]
