"""Confidence × impact: who looks at a suggestion before it takes effect? Pure.

A grid has bands of confidence and of impact; an edge belongs to the band above it. Whatever cannot
be placed goes to people, never to automatic: as strictly as the grid asks for at that impact with
any confidence, and where the impact is unknown too, as strictly as it asks for anywhere. Leaving a
number out is therefore no way around the second pair of eyes.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from workflows.refusals import NotValid


class InvalidGrid(NotValid):
    """A grid that cannot be used; the sentence says what to correct."""


class Disposition(StrEnum):
    """From the least to the most strict."""

    AUTO = "auto"
    REVIEW = "review"
    DUAL = "dual"
    BLOCK = "block"

    @property
    def strictness(self) -> int:
        return list(Disposition).index(self)


class Cell(NamedTuple):
    """A place in a grid, both bands counted from the lowest."""

    confidence_band: int
    impact_band: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """`rows[impact band][confidence band]`, both from low to high.

    Edges are the lower edges of the second, third … band, so n edges make n + 1 bands. A grid over
    classes of impact lists them from mild to severe in place of impact edges.
    """

    confidence_edges: tuple[float, ...]
    impact_edges: tuple[float, ...] = ()
    impact_classes: tuple[str, ...] = ()
    rows: tuple[tuple[Disposition, ...], ...]

    def __post_init__(self) -> None:
        _check(self)

    @property
    def impact_bands(self) -> int:
        return len(self.impact_classes) or len(self.impact_edges) + 1


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is to happen, by which cell, and why, as a sentence. No cell: it could not be placed."""

    disposition: Disposition
    cell: Cell | None
    reason: str


def assess(
    grid: Grid,
    *,
    confidence: object,
    impact: object,
    payload_hash: str | None,
    suggestion_hash: str | None,
) -> Assessment:
    """Place a suggestion. `suggestion_hash` is of the payload that the confidence was given for."""
    band = _impact_band(grid, impact)
    problem = _confidence_problem(confidence)
    if suggestion_hash != payload_hash:
        problem = "The suggestion was made for another payload"
    if band is None:
        problem = _impact_problem(grid, impact)
    if problem or band is None or not isinstance(confidence, int | float):
        disposition = _for_people(grid, band)
        return Assessment(disposition, None, f"{problem}, so people decide.")
    cell = Cell(bisect_right(grid.confidence_edges, confidence), band)
    disposition = grid.rows[cell.impact_band][cell.confidence_band]
    return Assessment(disposition, cell, _because(grid, cell, confidence, impact))


def _for_people(grid: Grid, band: int | None) -> Disposition:
    """The strictest way to a person in this row, or in all; blocked only where all is blocked."""
    rows = grid.rows if band is None else (grid.rows[band],)
    found = {disposition for row in rows for disposition in row}
    if found == {Disposition.BLOCK}:
        return Disposition.BLOCK
    return Disposition.DUAL if Disposition.DUAL in found else Disposition.REVIEW


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _confidence_problem(value: object) -> str:
    if value is None:
        return "No confidence was given"
    if not isinstance(value, int | float) or isinstance(value, bool):
        return "The confidence is not a number"
    if not 0 <= value <= 1:
        return "The confidence is not between 0 and 1"
    return ""


def _impact_band(grid: Grid, value: object) -> int | None:
    if grid.impact_classes:
        is_known = isinstance(value, str) and value in grid.impact_classes
        return grid.impact_classes.index(str(value)) if is_known else None
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return bisect_right(grid.impact_edges, value) if 0 <= value < math.inf else None


def _impact_problem(grid: Grid, value: object) -> str:
    if value is None:
        return "No impact was given"
    if grid.impact_classes:
        return f"The impact is none of {', '.join(grid.impact_classes)}"
    return (
        "The impact is not a number from 0 up"
        if _is_number(value)
        else "The impact is not a number"
    )


def _because(grid: Grid, cell: Cell, confidence: float, impact: object) -> str:
    known = f"{impact:g}" if isinstance(impact, int | float) else str(impact)
    does = {
        Disposition.AUTO: "is decided automatically",
        Disposition.REVIEW: "needs one reviewer",
        Disposition.DUAL: "needs two reviewers",
        Disposition.BLOCK: "is stopped",
    }[grid.rows[cell.impact_band][cell.confidence_band]]
    sure = _range(grid.confidence_edges, cell.confidence_band)
    return f"Confidence {confidence:g} ({sure}) at impact {known} {does}."


def _range(edges: Sequence[float], band: int) -> str:
    if not edges:
        return "any"
    if band == 0:
        return f"below {edges[0]:g}"
    return (
        f"{edges[band - 1]:g} or more"
        if band == len(edges)
        else (f"{edges[band - 1]:g} to below {edges[band]:g}")
    )


# --- can it be used? ----------------------------------------------------------------------------


def _check(grid: Grid) -> None:
    _check_edges("Confidence", grid.confidence_edges)
    _check_edges("Impact", grid.impact_edges)
    if any(not 0 < edge <= 1 for edge in grid.confidence_edges):
        raise InvalidGrid("Confidence edges lie above 0 and up to 1.")
    if grid.impact_edges and grid.impact_classes:
        raise InvalidGrid("A grid has edges of impact or classes of impact, not both.")
    if len(set(grid.impact_classes)) != len(grid.impact_classes):
        raise InvalidGrid("Each class of impact is listed once.")
    bands = len(grid.confidence_edges) + 1
    if len(grid.rows) != grid.impact_bands or any(len(row) != bands for row in grid.rows):
        raise InvalidGrid(
            f"This grid needs {grid.impact_bands} rows of {bands} cells: "
            "one more than there are edges."
        )
    if any(not isinstance(cell, Disposition) for row in grid.rows for cell in row):
        raise InvalidGrid(f"A cell is one of {', '.join(Disposition)}.")


def _check_edges(name: str, edges: Sequence[float]) -> None:
    if any(not _is_number(edge) or not math.isfinite(edge) or edge < 0 for edge in edges):
        raise InvalidGrid(f"{name} edges are numbers from 0 up.")
    for lower, upper in pairwise(edges):
        if lower >= upper:
            raise InvalidGrid(
                f"{name} edges rise from band to band, but {upper:g} follows {lower:g}."
            )


def warnings(grid: Grid) -> list[str]:
    """What looks like a slip, though the grid can be used: to be confirmed by who publishes it."""
    return [*_lax_with_impact(grid), *_strict_with_confidence(grid), *_auto_without_doubt(grid)]


def _lax_with_impact(grid: Grid) -> Iterator[str]:
    for band, (milder, graver) in enumerate(pairwise(grid.rows)):
        for column, (before, after) in enumerate(zip(milder, graver, strict=True)):
            if after.strictness < before.strictness:
                yield (
                    f"Confidence band {column + 1}: impact band {band + 2} is {after}, less strict "
                    f"than {before} at the lower impact."
                )


def _strict_with_confidence(grid: Grid) -> Iterator[str]:
    for band, row in enumerate(grid.rows):
        for column, (before, after) in enumerate(pairwise(row)):
            if after.strictness > before.strictness:
                yield (
                    f"Impact band {band + 1}: confidence band {column + 2} is {after}, stricter "
                    f"than {before} at the lower confidence."
                )


def _auto_without_doubt(grid: Grid) -> Iterator[str]:
    for band, row in enumerate(grid.rows):
        if row[0] is Disposition.AUTO:
            yield f"Impact band {band + 1}: even the lowest confidence is decided automatically."


# --- filled by expected cost --------------------------------------------------------------------


class Costs(NamedTuple):
    """Of one case in an impact band, all in the same currency."""

    wrong_accept: float
    wrong_reject: float
    review: float  # of one person's look


def by_expected_cost(
    *,
    confidence_edges: Sequence[float],
    impact_edges: Sequence[float],
    costs: Sequence[Costs],
    overlooked: float = 0.1,
) -> Grid:
    """Each cell takes the cheapest of automatic, one and two reviewers; a tie goes to the stricter.

    A suggestion is taken to be wrong as often as the low end of its band allows, in the dearer of
    the two ways. `overlooked` is the share of wrong suggestions that one reviewer lets pass.
    """
    if len(costs) != len(impact_edges) + 1:
        raise InvalidGrid("Give the costs of each impact band, one more than there are edges.")
    if any(not math.isfinite(cost) or cost < 0 for band in costs for cost in band):
        raise InvalidGrid("Costs are numbers from 0 up.")
    if not 0 <= overlooked <= 1:
        raise InvalidGrid("The share that a reviewer overlooks lies between 0 and 1.")
    lows = (0.0, *confidence_edges)
    return Grid(
        confidence_edges=tuple(confidence_edges),
        impact_edges=tuple(impact_edges),
        rows=tuple(tuple(_cheapest(1 - low, band, overlooked) for low in lows) for band in costs),
    )


def expected_costs(wrong: float, costs: Costs, overlooked: float) -> dict[Disposition, float]:
    """What each way costs for a suggestion that is wrong with this probability."""
    loss = wrong * max(costs.wrong_accept, costs.wrong_reject)
    return {
        Disposition.AUTO: loss,
        Disposition.REVIEW: costs.review + loss * overlooked,
        Disposition.DUAL: 2 * costs.review + loss * overlooked**2,
    }


def _cheapest(wrong: float, costs: Costs, overlooked: float) -> Disposition:
    ways = expected_costs(wrong, costs, overlooked)
    return min(ways, key=lambda way: (ways[way], -way.strictness))


def rows_of(
    cells: Iterable[tuple[Cell, str]], *, bands: int
) -> tuple[tuple[Disposition, ...], ...]:
    """Rows of a grid from its cells in any order; `bands` counts those of confidence."""
    placed = {cell: Disposition(value) for cell, value in cells}
    height = 1 + max((cell.impact_band for cell in placed), default=-1)
    try:
        return tuple(
            tuple(placed[Cell(column, row)] for column in range(bands)) for row in range(height)
        )
    except KeyError as missing:
        raise InvalidGrid(f"The grid has a hole at {missing.args[0]}. Fill every cell.") from None
