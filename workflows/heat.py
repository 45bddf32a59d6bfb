"""How long the steps of a process take: what was measured, put into words and onto the picture.

Pure. A figure is never told by colour alone: the label has the number, the bar its length, and
waiting is hatched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from workflows.bpmn.kinds import ACTIVITIES, CATCHES, Kind
from workflows.overlays import Bar, Label

# Everything that a token can rest at; the rest is passed in no time.
TIMED = tuple(sorted(str(kind) for kind in ACTIVITIES | CATCHES | {Kind.EVENT_GATEWAY}))
HOTTEST = 4
UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


@dataclass(frozen=True, slots=True)
class Timed:
    """What was measured at one node. Lengths are seconds; None where nothing was finished."""

    node: str
    finished: int
    median: float | None
    ninetieth: float | None
    total: float | None
    in_hand: float | None  # share of the time in which somebody held its work item, 0 to 1
    standing: int = 0  # tokens that rest there now
    longest_standing: float | None = None

    @property
    def waiting(self) -> float | None:
        """The share of the time in which nobody held its work item."""
        return None if self.in_hand is None else 1 - self.in_hand


class By(StrEnum):
    """What the heat of a step tells."""

    NINETIETH = "ninetieth"
    MEDIAN = "median"
    TOTAL = "total"


SAID = {
    By.NINETIETH: "9 of 10 within",
    By.MEDIAN: "Median",
    By.TOTAL: "All passes together",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table behind the picture."""

    node: str
    title: str
    timed: Timed
    by: By
    share: float  # of the hottest step, 0 to 1

    @property
    def heat(self) -> int:
        """0 to 4."""
        return min(HOTTEST, ceil(HOTTEST * self.share))

    @property
    def told(self) -> str:
        """The figure that the picture shows."""
        return in_words(_figure(self.timed, self.by))

    @property
    def total(self) -> str:
        return in_words(self.timed.total)

    @property
    def median(self) -> str:
        return in_words(self.timed.median)

    @property
    def ninetieth(self) -> str:
        return in_words(self.timed.ninetieth)

    @property
    def longest_standing(self) -> str:
        return in_words(self.timed.longest_standing)


def rows(measured: Iterable[Timed], names: Mapping[str, str], by: By = By.NINETIETH) -> list[Row]:
    """The hottest step first; what nobody has finished comes last."""
    found = list(measured)
    hottest = max((_figure(each, by) or 0.0 for each in found), default=0.0)
    ordered = sorted(found, key=lambda each: (-_known(each, by), each.node))
    return [
        Row(each.node, names.get(each.node) or each.node, each, by, _share(each, by, hottest))
        for each in ordered
    ]


def labels(shown: Iterable[Row]) -> dict[str, Label]:
    """What the picture says at each step."""
    return {row.node: _label(row) for row in shown}


def in_words(seconds: float | None) -> str:
    """At most two units: "2 h 10 min"; "0.4 s" below ten seconds; "–" for nothing."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{max(seconds, 0.0):.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    for position, (unit, size) in enumerate(UNITS):
        if whole >= size:
            many, rest = divmod(whole, size)
            smaller = UNITS[position + 1 : position + 2]
            more = [f"{rest // part} {name}" for name, part in smaller if rest >= part]
            return " ".join([f"{many} {unit}", *more])
    return "0 s"


def _figure(timed: Timed, by: By) -> float | None:
    match by:
        case By.MEDIAN:
            return timed.median
        case By.TOTAL:
            return timed.total
    return timed.ninetieth


def _known(timed: Timed, by: By) -> float:
    figure = _figure(timed, by)
    return -1.0 if figure is None else figure


def _share(timed: Timed, by: By, hottest: float) -> float:
    return max(_known(timed, by), 0.0) / hottest if hottest > 0 else 0.0


def _label(row: Row) -> Label:
    timed = row.timed
    bar = Bar(row.share, timed.waiting) if timed.finished else None
    text = f"{row.told} · {timed.finished:,}×"
    if timed.standing:
        text += f" · {timed.standing:,} now"
    return Label(text, f"is-heat-{row.heat}", _note(row), bar)


def _note(row: Row) -> str:
    timed = row.timed
    if not timed.finished:
        return f"nothing finished yet, {timed.standing:,} there now"
    said = [f"half within {row.median}", f"nine of ten within {row.ninetieth}"]
    said.append(f"finished {timed.finished:,} times")
    if timed.waiting is not None:
        said.append(f"{round(100 * timed.waiting)} % of it waiting")
    if timed.standing:
        said.append(f"{timed.standing:,} there now, the oldest for {row.longest_standing}")
    return ", ".join(said)
