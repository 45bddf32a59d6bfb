"""Overlaps, gaps and rules that never decide, for each table of a file."""

from dataclasses import dataclass

from workflows import decision_tables
from workflows.decision_tables import Shown
from workflows.dmn import analysis, sheet
from workflows.dmn.analysis import Analysis

SECONDS = 3.0  # for all tables of a file


@dataclass(frozen=True, slots=True)
class Analysed:
    """One table, and what was found in it."""

    shown: Shown
    found: Analysis

    @property
    def name(self) -> str:
        """The table's name."""
        return self.shown.name

    @property
    def remarks(self) -> int:
        """How many things are worth a look: what only informs is not counted."""
        overlaps = [each for each in self.found.overlaps if each.grade != "information"]
        return len(overlaps) + len(self.found.gaps) + len(self.found.never_fire)

    @property
    def summary(self) -> str:
        """ "2 overlaps that the hit policy forbids, 1 gap", or that there is nothing."""
        grades = [each.grade for each in self.found.overlaps]
        counted = [
            (grades.count("violation"), "overlap that the hit policy forbids"),
            (grades.count("possible"), "overlap that may happen"),
            (len(self.found.gaps), "gap that no rule covers"),
            (len(self.found.never_fire), "rule that never decides"),
        ]
        said = [_counted(many, words) for many, words in counted if many]
        judged = "" if self.found.is_complete else " Not everything could be looked through."
        return f"{', '.join(said) or 'nothing that is worth a look'}.{judged}"


def of(xml: bytes) -> list[Analysed]:
    """Every table of the file; one that cannot be read is left out. Raises SheetError."""
    around = sheet.surroundings_of(xml)
    tables = [part for part in decision_tables.parts(xml) if part.is_table]
    found = []
    for part in tables:
        shown = decision_tables.show(xml, part)
        if shown.sheet:
            seconds = SECONDS / len(tables)
            found.append(Analysed(shown, analysis.analyse(shown.sheet, around, seconds=seconds)))
    return found


def _counted(many: int, words: str) -> str:
    """ "2 gaps that no rule covers"."""
    noun, _, rest = words.partition(" ")
    plural = f"{noun}s {rest}".replace("decides", "decide") if many > 1 else words
    return f"{many} {plural}"
