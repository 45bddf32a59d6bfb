"""Event sub-processes (BPMN 2.0.2, 10.3.5 and 13.5.4): begun by an event of their scope.

One that interrupts cancels whatever its scope was doing, and takes over; no other begins after it.
One that does not runs beside the rest. The scope is complete when both are.
"""

from collections.abc import Mapping
from typing import Any

from workflows.bpmn import activities
from workflows.bpmn.model import Node
from workflows.bpmn.scopes import Role
from workflows.bpmn.spaces import Space
from workflows.bpmn.table import Table, Token


def begin(table: Table, start: Node, space: Space, result: Mapping[str, Any]) -> None:
    """The start event of an event sub-process occurred in its scope."""
    node = table.process.nodes[start.within]
    if start.interrupting:
        table.empty(space, node)
        space.interrupted = True
    space.live += 1
    table.rest(Token(node, space.number), work=False, boundary=False)
    inside = table.open(Role.EVENT, node, space.number)
    inside.live = 1
    activities.occurred(table, Token(start, inside.number), result, passed=True)
