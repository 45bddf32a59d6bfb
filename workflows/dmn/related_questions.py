"""Columns whose answers hang together, so that not every combination can occur."""

from collections.abc import Iterator
from itertools import combinations

from workflows.dmn.cells import NOTHING_ASKED, asked_of
from workflows.dmn.sheet_parts import Sheet, Surroundings
from workflows.feel import syntax
from workflows.feel.free_names import free_names
from workflows.feel.functions import BUILTINS
from workflows.feel.syntax import Tree

MOST_SAID = 5


def related(sheet: Sheet, around: Surroundings) -> Iterator[str]:
    """A sentence for each pair of columns that look at the same value in different ways.

    The analysis takes questions for independent: it may show combinations that cannot be.
    """
    asked = [
        (title, asked_of(column.expression, around.names, camunda=around.camunda))
        for title, column in zip(sheet.titles, sheet.inputs, strict=False)
    ]
    found = (
        f"{one} and {other} look at the same value. Some combinations may be impossible."
        for (one, left), (other, right) in combinations(asked, 2)
        if left != right and _hang_together(left, right)
    )
    for _, sentence in zip(range(MOST_SAID), found, strict=False):
        yield " ".join(sentence.split())


def _hang_together(one: Tree, other: Tree) -> bool:
    if one in NOTHING_ASKED or other in NOTHING_ASKED:
        return False
    paths = _path(one), _path(other)
    if paths[0] and paths[1]:  # a.b and a.c are two values, a and a.b are not
        shorter = min(len(paths[0]), len(paths[1]))
        return paths[0][:shorter] == paths[1][:shorter]
    return bool((free_names(one) & free_names(other)) - BUILTINS.keys())


def _path(tree: Tree) -> tuple[str, ...]:
    """The names of `a.b.c`; none for anything else."""
    names: list[str] = []
    while isinstance(tree, syntax.Path):
        names.append(tree.name)
        tree = tree.source
    return (tree.name, *reversed(names)) if isinstance(tree, syntax.Name) else ()
