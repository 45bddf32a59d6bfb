"""A changed decision table back into its file: whatever did not change stays as it was written.

A rule or column that is the same is copied letter by letter; one that differs is read, changed
and written anew, with its ids, vendor attributes and comments.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from xml.sax.saxutils import quoteattr

from lxml import etree

from workflows.dmn import sheet_fragments as fragments
from workflows.dmn.sheet_json import check_shape
from workflows.dmn.sheet_parts import Row, Sheet, SheetError
from workflows.dmn.sheet_reading import FIRST_NAMESPACE, read
from workflows.dmn.sheet_source import Source
from workflows.dmn.sheet_xml import DESCRIPTION, has_descriptions, read_table

Column = fragments.Column


def with_sheet(xml: bytes, decision_id: str, sheet: Sheet) -> bytes:
    """The file with this table in place of the decision's own.

    Columns and rules are recognised by their ids; unknown and empty ids are new ones. The name of
    the decision stays: other decisions refer to it. Raises SheetError when the file cannot hold
    the table.
    """
    source = Source(xml)
    decision, table = source.table_of(decision_id)
    old = read_table(source, decision, table)
    if replace(sheet, decision=old.decision, name=old.name) == old:
        return xml
    check_shape(sheet)
    written = _Writing(source, table, old, sheet).result()
    read(written)  # a file that nobody could open again is never handed out
    return written


class _Writing:
    """One table on its way into its file."""

    def __init__(self, source: Source, table: etree._Element, old: Sheet, new: Sheet) -> None:
        self.source, self.table, self.old, self.new = source, table, old, new
        self.has_descriptions = has_descriptions(source, table)
        self.units = fragments.Units(source, table)
        self.ids = fragments.NewIds(source.ids)
        self.inputs = _places([c.id for c in old.inputs], [c.id for c in new.inputs])
        self.outputs = _places([c.id for c in old.outputs], [c.id for c in new.outputs])
        self.notes = _places(self._clauses(old), self._clauses(new))
        if self._clauses(new) and source.namespace == FIRST_NAMESPACE:
            raise SheetError(
                f"A DMN 1.1 file has one annotation column, named {DESCRIPTION}. Remove the others."
            )

    def _clauses(self, sheet: Sheet) -> list[str]:
        """Annotation columns that are not the rules' description."""
        names = list(sheet.annotations)
        if self.has_descriptions and DESCRIPTION in names:
            del names[_description_at(sheet)]
        return names

    def result(self) -> bytes:
        """The whole file."""
        span = self.source.span(self.table)
        body = [
            self.units.others(),
            self.units.group("input", self._columns(self.old.inputs, self.new.inputs)),
            self.units.group("output", self._columns(self.old.outputs, self.new.outputs)),
            self.units.group("annotation", self._annotations()),
            self.units.group("rule", self._rules()),
        ]
        tag = self.source.text[span.start : span.inner_start]
        opened = self._opening(tag)
        text = opened + "".join(body) + self.units.ending() + f"</{fragments.name_in(tag)}>"
        return self.source.spliced([(span.start, span.end, text)])

    def _opening(self, tag: str) -> str:
        if self.new.hit_policy != self.old.hit_policy:
            tag = fragments.with_attribute(tag, "hitPolicy", self.new.hit_policy)
        if self.new.aggregation != self.old.aggregation:
            tag = fragments.with_attribute(tag, "aggregation", self.new.aggregation)
        return tag.removesuffix("/>").rstrip() + ">" if tag.endswith("/>") else tag

    def _columns(
        self, old: Sequence[Column], new: Sequence[Column]
    ) -> list[tuple[int | None, str]]:
        """Per column its place in the old table, if any, and its text."""
        places = self.inputs if new is self.new.inputs else self.outputs
        kind = "input" if new is self.new.inputs else "output"
        return [
            (place, self._column(kind, place, None if place is None else old[place], column))
            for place, column in zip(places, new, strict=True)
        ]

    def _column(self, kind: str, place: int | None, old: Column | None, new: Column) -> str:
        if place is None or old is None:
            made = self.units.empty(kind, self.ids.given(new.id, kind))
            return self.units.changed(made, lambda e: fragments.fill_column(e, new))
        text = self.units.text_of(kind, place)
        text = fragments.with_id(text, new.id)
        if old == new:
            return text
        return self.units.changed(text, lambda e: fragments.fill_column(e, new))

    def _annotations(self) -> list[tuple[int | None, str]]:
        existing = len(self.source.children(self.table, "annotation"))
        names = zip(self.notes, self._clauses(self.new), strict=True)
        return [
            (place if place is not None and place < existing else None, self._clause(place, name))
            for place, name in names
        ]

    def _clause(self, place: int | None, name: str) -> str:
        if place is not None and place < len(self.source.children(self.table, "annotation")):
            text = self.units.text_of("annotation", place)
            same = self._clauses(self.old)[place] == name
            return text if same else fragments.with_attribute(text, "name", name)
        return f"<{self.units.prefix}annotation name={quoteattr(name)}/>"

    def _rules(self) -> list[tuple[int | None, str]]:
        places = _places([row.id for row in self.old.rules], [row.id for row in self.new.rules])
        return [
            (place, self._rule(place, row))
            for place, row in zip(places, self.new.rules, strict=True)
        ]

    def _rule(self, place: int | None, row: Row) -> str:
        if place is None:
            made = self.units.empty("rule", self.ids.given(row.id, "rule"))
            return self.units.changed(made, self._filling(row))
        text = fragments.with_id(self.units.text_of("rule", place), row.id)
        old = self.old.rules[place]
        if self._has_same_columns and old.cells == row.cells:
            return text
        return self.units.changed(text, self._filling(row))

    @property
    def _has_same_columns(self) -> bool:
        old, new = self.old, self.new
        return (
            self.inputs == list(range(len(old.inputs)))
            and self.outputs == list(range(len(old.outputs)))
            and self.notes == list(range(len(self._clauses(old))))
            and old.annotations[-1:] == new.annotations[-1:]
        )

    def _filling(self, row: Row) -> Callable[[etree._Element], None]:
        notes, description = list(row.annotations), ""
        if self.has_descriptions and DESCRIPTION in self.new.annotations:
            description = notes.pop(_description_at(self.new))

        def fill(rule: etree._Element) -> None:
            wanted = [
                ("inputEntry", self.inputs, row.inputs),
                ("outputEntry", self.outputs, row.outputs),
                ("annotationEntry", self.notes, notes),
            ]
            fragments.fill_rule(rule, wanted, self.ids)
            if self.has_descriptions:
                fragments.describe(rule, description)

        return fill


def _description_at(sheet: Sheet) -> int:
    """The last annotation column with that name."""
    return len(sheet.annotations) - 1 - sheet.annotations[::-1].index(DESCRIPTION)


def _places(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """For each new key its place in the old list, each used once; None when it is new."""
    left: dict[str, list[int]] = {}
    for place, key in enumerate(old):
        left.setdefault(key, []).append(place)
    return [left[key].pop(0) if left.get(key) else None for key in new]
