"""Test inputs proposed for a table: one per rule, as the start of a test bench."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from workflows import feel
from workflows.dmn.boxes import Box, Grid, bits
from workflows.dmn.cells import tree_of
from workflows.dmn.sheet_parts import Sheet, Surroundings
from workflows.dmn.table_space import Space, space_of
from workflows.feel import syntax
from workflows.feel.errors import FeelError

MOST_TRIED = 64  # values of one question among which the loneliest is taken


@dataclass(frozen=True, slots=True)
class Sample:
    """An input that rule `rule` (from 1) matches: FEEL values per column, and as variables.

    `alone` says that no other rule matches it. `variables` are None when a column asks something
    that cannot be turned round, such as a sum.
    """

    rule: int
    values: tuple[str, ...]
    variables: dict[str, Any] | None
    alone: bool


def samples(sheet: Sheet, around: Surroundings | None = None) -> tuple[Sample, ...]:
    """One input per rule that can be judged, where possible one that no other rule matches."""
    around = around or Surroundings()
    return tuple(_samples(sheet, space_of(sheet, around), around))


def _samples(sheet: Sheet, space: Space, around: Surroundings) -> Iterator[Sample]:
    grid = Grid([question.axis.full for question in space.questions], space.boxes)
    for place, box in enumerate(space.boxes):
        if space.uncertain >> place & 1 or not all(box):
            continue
        point, matching = _lonely_point(grid, box, place)
        values = space.example(point, len(sheet.inputs))
        yield Sample(
            rule=place + 1,
            values=values,
            variables=_variables(sheet, values, around),
            alone=not matching,
        )


def _lonely_point(grid: Grid, box: Box, place: int) -> tuple[Box, int]:
    """A point of the box that few other rules match, and which of them do."""
    others = grid.everyone & ~(1 << place)
    point = []
    for level, mask in zip(grid.levels, box, strict=True):
        places = islice(bits(mask), MOST_TRIED)
        _, atom = min(((level.rules_at[atom] & others).bit_count(), atom) for atom in places)
        others &= level.rules_at[atom]
        point.append(1 << atom)
    return tuple(point), others


def _variables(
    sheet: Sheet, values: tuple[str, ...], around: Surroundings
) -> dict[str, Any] | None:
    """The variables that make the columns answer with these values."""
    found: dict[str, Any] = {}
    for column, text in zip(sheet.inputs, values, strict=True):
        path = _path(column.expression, around)
        if path is None:
            return None
        inner = found
        for name in path[:-1]:
            inner = inner.setdefault(name, {})
            if not isinstance(inner, dict):
                return None
        if path[-1] in inner and isinstance(inner[path[-1]], dict):
            return None
        inner[path[-1]] = feel.as_json(feel.evaluate(text, {}))
    return found


def _path(expression: str, around: Surroundings) -> tuple[str, ...] | None:
    """`a.b.c` as its names; None for anything else."""
    try:
        tree = tree_of(expression, around.names, camunda=around.camunda)
    except FeelError:
        return None
    names: list[str] = []
    while isinstance(tree, syntax.Path):
        names.append(tree.name)
        tree = tree.source
    return (tree.name, *reversed(names)) if isinstance(tree, syntax.Name) else None
