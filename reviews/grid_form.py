"""A grid as a form: edges that make bands, and one choice for each cell."""

from itertools import pairwise
from typing import Any

from django import forms

from queues.forms.fields import NumbersField, WordsField
from reviews import grid as rules
from reviews import grids
from reviews.models import Grid, GridCell

MOST_BANDS = 8
USUAL = {"confidence_edges": [0.7, 0.9], "impact_edges": [10_000.0, 100_000.0]}
CHOICES = [(value, label) for value, label in GridCell.Disposition.choices]
USUAL_RATE = grids.USUAL_SAMPLE * 100


class GridForm(forms.Form):
    review_kind = forms.SlugField(
        label="Kind of review", max_length=100, help_text="As processes name it, such as loan."
    )
    name = forms.CharField(max_length=100)
    confidence_edges = NumbersField(
        label="Edges of confidence", max_length=200,
        help_text="Where the second, third … band begins: 0.7, 0.9 makes three bands.",
    )  # fmt: skip
    impact_edges = NumbersField(
        label="Edges of impact", required=False, max_length=200,
        help_text="In the unit of the process, such as euros: 10000, 100000.",
    )  # fmt: skip
    impact_classes = WordsField(
        label="Or classes of impact", required=False, max_length=400,
        help_text="From mild to severe, in place of edges: small, large.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, grid: Grid | None = None) -> None:
        super().__init__(data, initial=initial_of(grid) if grid else USUAL)
        if grid:
            del self.fields["review_kind"]
        self.cells = _cells_of(grid) if grid else {}
        self._add_cells()

    def _add_cells(self) -> None:
        """A field for each cell of the bands that the edges make, as they are typed now."""
        self.columns, self.rows = self._bands()
        strict = rules.Disposition.REVIEW.value
        for row in range(len(self.rows)):
            for column in range(len(self.columns)):
                disposition, rate = self.cells.get((row, column), (strict, USUAL_RATE))
                where = f"{self.rows[row]}, {self.columns[column]}"
                self.fields[f"cell-{row}-{column}"] = forms.ChoiceField(
                    choices=CHOICES, initial=disposition, required=False, label=where
                )
                self.fields[f"rate-{row}-{column}"] = forms.FloatField(
                    min_value=0, max_value=100, initial=f"{rate:g}", required=False,
                    label=f"Sampled, in percent: {where}",
                    widget=forms.NumberInput({"step": "any"}),
                )  # fmt: skip

    def _bands(self) -> tuple[list[str], list[str]]:
        sure, edges, classes = (self._typed(name) for name in EDGES)
        columns = band_names(sure, "Confidence")
        rows = list(map(str, classes)) or band_names(edges, "Impact")
        return columns[:MOST_BANDS], rows[:MOST_BANDS]

    def _typed(self, name: str) -> list[Any]:
        """What is typed now, as far as it can be read."""
        if not self.is_bound:
            return list(self.initial.get(name) or [])
        try:
            return list(self.fields[name].clean(self.data.get(name, "")))
        except forms.ValidationError:
            return []

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in EDGES:
            if len(said.get(name) or []) >= MOST_BANDS:
                self.add_error(name, f"A grid has at most {MOST_BANDS} bands either way.")
        return said

    @property
    def matrix(self) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField, str]]]]:
        """Rows from the gravest impact down, as people read a risk matrix."""
        return [
            (self.rows[row], [self._cell(row, column) for column in range(len(self.columns))])
            for row in reversed(range(len(self.rows)))
        ]

    def _cell(self, row: int, column: int) -> tuple[forms.BoundField, forms.BoundField, str]:
        cell = self[f"cell-{row}-{column}"]
        chosen = cell.value()
        return cell, self[f"rate-{row}-{column}"], chosen if chosen in dict(CHOICES) else "none"

    @property
    def has_new_cells(self) -> bool:
        """Whether the edges make cells that nobody has seen yet."""
        return any(name.startswith("cell-") and name not in self.data for name in self.fields)

    @property
    def dispositions(self) -> list[list[str]]:
        return [
            [self.cleaned_data[f"cell-{row}-{column}"] or "review" for column in self._across]
            for row in range(len(self.rows))
        ]

    @property
    def rates(self) -> list[list[float]]:
        return [
            [_share(self.cleaned_data[f"rate-{row}-{column}"]) for column in self._across]
            for row in range(len(self.rows))
        ]

    @property
    def _across(self) -> range:
        return range(len(self.columns))

    @property
    def drawn(self) -> rules.Grid:
        """The rule. Raises InvalidGrid with the sentence to show."""
        said = self.cleaned_data
        return rules.Grid(
            confidence_edges=tuple(said["confidence_edges"]),
            impact_edges=tuple(said["impact_edges"]),
            impact_classes=tuple(said["impact_classes"]),
            rows=tuple(tuple(rules.Disposition(cell) for cell in row) for row in self.dispositions),
        )


EDGES = ("confidence_edges", "impact_edges", "impact_classes")


def initial_of(grid: Grid) -> dict[str, Any]:
    return {name: getattr(grid, name) for name in ("name", *EDGES)}


def _cells_of(grid: Grid) -> dict[tuple[int, int], tuple[str, float]]:
    return {
        (cell.impact_band, cell.confidence_band): (cell.disposition, cell.sample_rate * 100)
        for cell in grid.cells.all()
    }


def _share(percent: float | None) -> float:
    return grids.USUAL_SAMPLE if percent is None else round(percent / 100, 6)


def band_names(edges: list[float], what: str) -> list[str]:
    """ "Confidence below 0.7", "0.7 to 0.9", "from 0.9"."""
    if not edges:
        return [f"Any {what.lower()}"]
    said = [f"{what} below {edges[0]:,g}"]
    said += [f"{a:,g} to {b:,g}" for a, b in pairwise(edges)]
    return [*said, f"from {edges[-1]:,g}"]
