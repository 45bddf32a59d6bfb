"""What is different between two versions of a decision table: as a grid and in sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Literal

from workflows.dmn.matching import Pair, grid_order, paired, steady_places
from workflows.dmn.sheet_parts import InputColumn, OutputColumn, Row, Sheet

Kind = Literal["same", "added", "removed", "changed", "moved"]

LONGEST_QUOTE = 80  # characters of a cell in a sentence
_MEMBERS = {
    "label": "label",
    "expression": "expression",
    "name": "name",
    "type": "type",
    "allowed": "allowed values",
    "default": "default",
}


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell before and after; None where its rule or column does not exist."""

    old: str | None
    new: str | None

    @property
    def kind(self) -> Kind:
        """What happened to it."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        return "same" if self.old == self.new else "changed"


@dataclass(frozen=True, slots=True)
class MemberChange:
    """One property of a column or of the table before and after."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One column of the grid: those of the new table, removed ones where they stood."""

    role: Literal["input", "output", "annotation"]
    title: str
    kind: Kind
    moved: bool
    members: tuple[MemberChange, ...] = ()


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of the grid; `number` counts from 1 in the new table, `old_number` in the old."""

    kind: Kind
    number: int | None
    old_number: int | None
    moved: bool
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that is different; `rows` and `columns` hold what stayed the same, too."""

    table: tuple[MemberChange, ...]
    columns: tuple[ColumnChange, ...]
    rows: tuple[RowChange, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The differences in words, none when there are none."""
        return (
            *(f"The {change.what} {_became(change)}." for change in self.table),
            *(said for column in self.columns for said in _of_column(column)),
            *(said for row in self.rows for said in _of_row(row, self.columns)),
        )

    @property
    def is_empty(self) -> bool:
        """Whether the two tables say the same."""
        return not self.sentences

    def count(self, kind: Kind) -> int:
        """How many rules were added, removed, changed or moved."""
        return sum(row.kind == kind for row in self.rows)


def compared(old: Sheet, new: Sheet) -> Changes:
    """Rules are recognised by id, else by content, then by place when most cells are the same."""
    columns = list(_columns(old, new))
    places = [(pair, change.role) for pair, change in columns]
    pairs = paired(old.rules, new.rules, [lambda row: row.id, lambda row: row.cells])
    pairs = grid_order(_paired_by_place(pairs, old, new))
    steady = steady_places(pairs)
    rows = [_row(old, new, pair, steady, places) for pair in pairs]
    return Changes(
        table=tuple(_table(old, new)),
        columns=tuple(change for _, change in columns),
        rows=tuple(rows),
    )


def _table(old: Sheet, new: Sheet) -> Iterator[MemberChange]:
    if old.letters != new.letters:
        yield MemberChange("hit policy", old.letters, new.letters)
    if old.name != new.name:
        yield MemberChange("name", old.name, new.name)


# --- columns ------------------------------------------------------------------------------------


def _columns(old: Sheet, new: Sheet) -> Iterator[tuple[Pair, ColumnChange]]:
    inputs = paired(old.inputs, new.inputs, [lambda c: c.id, lambda c: c.expression])
    yield from _changed_columns("input", inputs, old.inputs, new.inputs)
    outputs = paired(old.outputs, new.outputs, [lambda c: c.id, lambda c: c.name])
    yield from _changed_columns("output", outputs, old.outputs, new.outputs)
    notes = paired(old.annotations, new.annotations, [lambda name: name])
    for pair in grid_order(notes):
        before, after = pair
        title = new.annotations[after] if after is not None else old.annotations[before or 0]
        moved = before is not None and after is not None and before not in steady_places(notes)
        yield pair, ColumnChange("annotation", title, _kind(pair, moved=moved), moved)


def _changed_columns(
    role: Literal["input", "output"],
    pairs: list[Pair],
    old: Sequence[InputColumn | OutputColumn],
    new: Sequence[InputColumn | OutputColumn],
) -> Iterator[tuple[Pair, ColumnChange]]:
    pairs = grid_order(pairs)
    steady = steady_places(pairs)
    for pair in pairs:
        before = None if pair[0] is None else old[pair[0]]
        after = None if pair[1] is None else new[pair[1]]
        members = tuple(_members(before, after))
        moved = before is not None and after is not None and pair[0] not in steady
        shown = after or before
        kind = _kind(pair, moved=moved, changed=bool(members))
        yield pair, ColumnChange(role, _title(shown), kind, moved, members)


def _title(column: InputColumn | OutputColumn | None) -> str:
    if isinstance(column, InputColumn):
        return column.label or column.expression
    return "" if column is None else column.label or column.name


def _members(
    old: InputColumn | OutputColumn | None, new: InputColumn | OutputColumn | None
) -> Iterator[MemberChange]:
    if old is None or new is None:
        return
    for member in fields(new):
        before, after = getattr(old, member.name), getattr(new, member.name)
        if member.name != "id" and before != after:
            yield MemberChange(_MEMBERS[member.name], before, after)


# --- rules --------------------------------------------------------------------------------------


def _row(
    old: Sheet, new: Sheet, pair: Pair, steady: set[int], places: Sequence[tuple[Pair, str]]
) -> RowChange:
    before = None if pair[0] is None else old.rules[pair[0]]
    after = None if pair[1] is None else new.rules[pair[1]]
    cells = tuple(
        CellChange(_cell(before, role, old_place), _cell(after, role, new_place))
        for (old_place, new_place), role in places
    )
    moved = before is not None and after is not None and pair[0] not in steady
    changed = any(cell.old != cell.new for cell in cells if None not in (cell.old, cell.new))
    return RowChange(
        kind=_kind(pair, moved=moved, changed=changed),
        number=None if pair[1] is None else pair[1] + 1,
        old_number=None if pair[0] is None else pair[0] + 1,
        moved=moved,
        cells=cells,
    )


def _cell(row: Row | None, role: str, place: int | None) -> str | None:
    if row is None or place is None:
        return None
    kinds = {"input": row.inputs, "output": row.outputs, "annotation": row.annotations}
    return kinds[role][place]


def _paired_by_place(pairs: list[Pair], old: Sheet, new: Sheet) -> list[Pair]:
    """What is left over at the same place is one rule when at least half of its cells agree."""
    gone = {before for before, after in pairs if before is not None and after is None}
    found: list[Pair] = []
    for before, after in pairs:
        if before is None and after in gone and _alike(old.rules[after], new.rules[after]):
            gone.discard(after)
            found.append((after, after))
        elif after is not None:
            found.append((before, after))
    return found + [(before, None) for before in sorted(gone)]


def _alike(old: Row, new: Row) -> bool:
    same = sum(before == after for before, after in zip(old.cells, new.cells, strict=False))
    return 2 * same >= max(len(old.cells), len(new.cells))


# --- in words -----------------------------------------------------------------------------------


def _kind(pair: Pair, *, moved: bool = False, changed: bool = False) -> Kind:
    if pair[0] is None:
        return "added"
    if pair[1] is None:
        return "removed"
    if changed:
        return "changed"
    return "moved" if moved else "same"


def _quoted(text: str) -> str:
    if not text:
        return "nothing"
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_QUOTE else f"{plain[:LONGEST_QUOTE]}…"


def _became(change: MemberChange | CellChange) -> str:
    return f"was {_quoted(change.old or '')} and is now {_quoted(change.new or '')}"


def _of_column(column: ColumnChange) -> Iterator[str]:
    title = f"Column {_quoted(column.title)}" if column.title else f"The {column.role} column"
    if column.kind in {"added", "removed"}:
        yield f"{title} was {column.kind}."
    if column.moved:
        yield f"{title} was moved."
    for member in column.members:
        yield f"{title}: the {member.what} {_became(member)}."


def _of_row(row: RowChange, columns: Sequence[ColumnChange]) -> Iterator[str]:
    if row.kind == "added":
        yield f"Rule {row.number} was added."
    elif row.kind == "removed":
        yield f"Rule {row.old_number} was removed."
    elif row.moved:
        yield f"Rule {row.old_number} was moved and is now rule {row.number}."
    if row.kind == "changed":
        for cell, column in zip(row.cells, columns, strict=True):
            if cell.kind == "changed":
                yield f"Rule {row.number}, {_quoted(column.title or column.role)}: {_became(cell)}."
