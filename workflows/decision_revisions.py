"""What is different between two files of a decision: table by table, and everything else."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflows import decision_tables
from workflows.decision_tables import Part, Shown
from workflows.dmn import changes
from workflows.dmn.changes import Changes, RowChange


@dataclass(frozen=True, slots=True)
class Revision:
    """One decision before and after; `changes` when both are tables, else texts."""

    name: str
    kind: str  # "added", "removed", "changed"
    changes: Changes | None = None
    before: str = ""
    after: str = ""
    rows: list[RowChange] = field(default_factory=list)  # those that differ

    @property
    def of_head(self) -> list[str]:
        """What differs about the table and its columns, in sentences."""
        return [each for each in self._sentences if not each.startswith("Rule ")]

    @property
    def of_rules(self) -> list[str]:
        """What differs about the rules, in sentences."""
        return [each for each in self._sentences if each.startswith("Rule ")]

    @property
    def _sentences(self) -> tuple[str, ...]:
        return self.changes.sentences if self.changes else ()


def compared(old: bytes, new: bytes) -> list[Revision]:
    """Every decision that differs, in the order of the new file; those that are gone come last."""
    before = {part.id: part for part in decision_tables.parts(old)}
    after = {part.id: part for part in decision_tables.parts(new)}
    found = [
        revision for part in after.values() for revision in _of(old, new, before.get(part.id), part)
    ]
    gone = [part for part in before.values() if part.id not in after]
    return found + [Revision(part.name, "removed") for part in gone]


def _of(old: bytes, new: bytes, before: Part | None, after: Part) -> Iterator[Revision]:
    if before is None:
        yield Revision(after.name, "added")
        return
    was, now = decision_tables.show(old, before), decision_tables.show(new, after)
    if was.sheet and now.sheet:
        found = changes.compared(was.sheet, now.sheet)
        if not found.is_empty:
            rows = [row for row in found.rows if row.kind != "same" or row.moved]
            yield Revision(after.name, "changed", found, rows=rows)
    elif _text(was) != _text(now):
        yield Revision(after.name, "changed", before=_text(was), after=_text(now))


def _text(shown: Shown) -> str:
    if shown.sheet:
        return f"a table of {len(shown.sheet.rules)} rules"
    return shown.text or shown.refusal
