"""What a page shows of a DMN file: its decisions, each as a table or as text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from workflows import decision_logic
from workflows.dmn import sheet
from workflows.dmn.sheet import Row, Sheet
from workflows.dmn.sheet_parts import HIT_POLICIES, SheetError

WORDS = {
    "SUM": "the sum of the outputs of all matching rules",
    "MIN": "the smallest output of the matching rules",
    "MAX": "the largest output of the matching rules",
    "COUNT": "how many rules match",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A decision or a business knowledge model of a file."""

    id: str
    name: str
    is_table: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One part as it is drawn: a sheet, or text, or why it is neither."""

    id: str
    name: str
    sheet: Sheet | None = None
    text: str = ""
    refusal: str = ""
    matched: frozenset[int] = frozenset()  # numbers of rules, from 1

    @property
    def anchor(self) -> str:
        """What ids on the page begin with."""
        return f"rule-{self.id}"

    @property
    def rows(self) -> list[tuple[Row, bool]]:
        """Each rule, and whether it matched."""
        rules: Sequence[Row] = self.sheet.rules if self.sheet else ()
        return [(row, number in self.matched) for number, row in enumerate(rules, 1)]

    @property
    def width(self) -> int:
        """How many columns there are, the number included."""
        return 1 + len(self.sheet.titles) if self.sheet else 1

    @property
    def has_default(self) -> bool:
        """Whether there is an answer when no rule matches."""
        return bool(self.sheet and any(column.default for column in self.sheet.outputs))

    @property
    def policy_name(self) -> str:
        """ "First", "Collect, sum"."""
        if not self.sheet:
            return ""
        words = [self.sheet.hit_policy, *filter(None, [self.sheet.aggregation])]
        return ", ".join(words).capitalize()

    @property
    def policy_words(self) -> str:
        """What the hit policy means."""
        if not self.sheet:
            return ""
        if self.sheet.aggregation:
            return WORDS[self.sheet.aggregation]
        return HIT_POLICIES[self.sheet.letters[0]][1]


def parts(xml: bytes) -> list[Part]:
    """Decisions first, then business knowledge models that are tables. Raises SheetError."""
    found = [Part(each, name or each, is_table) for each, name, is_table in sheet.decisions_in(xml)]
    known = {part.id for part in found}
    models = [Part(each, name or each, is_table=True) for each, name in sheet.tables_in(xml)]
    return found + [part for part in models if part.id not in known]


def show(xml: bytes, part: Part, *, matched: Collection[int] = ()) -> Shown:
    """The part, with the rules that matched."""
    if not part.is_table:
        return Shown(part.id, part.name, text=decision_logic.text_of(xml, part.id))
    try:
        found = sheet.sheet_of(xml, part.id)
    except SheetError as error:
        return Shown(part.id, part.name, refusal=str(error))
    return Shown(part.id, part.name, sheet=found, matched=frozenset(matched))
