"""The token game, pure: where tokens stand plus what happened gives what has to be done.

Semantics follow BPMN 2.0.2, chapter 13. Nothing here reads a clock or a database; `runtime` turns
the effects into rows. The cost of a step does not depend on the size of the instance: a marking
holds only what a step can meet, the tokens waiting at joins and the number of live tokens.
"""

from collections.abc import Mapping
from typing import Any

from workflows.bpmn import families
from workflows.bpmn.model import Node, Process
from workflows.bpmn.tokens import (
    Arrived,
    BoundaryFired,
    Completed,
    Effect,
    Ended,
    Entered,
    Finished,
    Happening,
    Interrupted,
    Joined,
    Marking,
    Passed,
    Started,
    Stuck,
    Table,
)

__all__ = [
    "Arrived",
    "BoundaryFired",
    "Completed",
    "Effect",
    "Ended",
    "Entered",
    "Finished",
    "Happening",
    "Interrupted",
    "Joined",
    "Marking",
    "Passed",
    "Started",
    "Stuck",
    "step",
]

MOST_VISITS = 10_000  # nodes that one step may walk through


def step(
    process: Process, marking: Marking, happening: Happening, variables: Mapping[str, Any]
) -> tuple[Marking, list[Effect]]:
    """Run tokens until all of them rest, wait at a join, are stuck or have ended.

    Raises `KeyError` for a node that the process does not have. `marking` is left as it is.
    """
    table = Table(process, marking, variables)
    node = process.nodes[happening.node]
    match happening:
        case Started():
            table.live += 1
            table.leave(node, passed=True)
        case Completed():
            families.of(node).leave(table, node)
        case BoundaryFired():
            families.of(node).fire(table, node)
    _run(table)
    if table.live == 0:
        table.effects.append(Finished(_last(table)))
    return table.marking(), table.effects


def _run(table: Table) -> None:
    """Tokens move in the order in which they set out, so a step always plays alike."""
    visits = 0
    while table.moving:
        node, flow = table.moving.popleft()
        visits += 1
        if visits > MOST_VISITS:
            table.stick(node, f"The process ran through {MOST_VISITS} nodes without a wait.")
        else:
            families.of(node).arrive(table, node, flow)


def _last(table: Table) -> Node:
    return table.effects[-1].node
