"""Syntax tree to closures: every family of nodes has its module, which is imported here."""

from typing import Final

from workflows.feel import (
    arithmetic,
    compounds,
    filters,
    invocations,
    logic,
    loops,
    membership,
    paths,
)
from workflows.feel.building import Around, Closure, closure

FAMILIES: Final = (  # importing them registers their builders
    arithmetic, compounds, filters, invocations, logic, loops, membership, paths
)  # fmt: skip

__all__ = ["FAMILIES", "Around", "Closure", "closure"]
