"""Senders that wait until somebody has their message, because the model catches that nobody does.

A message of a process is a command. Most senders go on at once, and a person looks after what is
not taken. Where the model catches one of these errors, its token waits: at a send task with an
error event on it, also one that catches everything; elsewhere where an event around names the
error.
"""

from collections.abc import Iterator
from typing import Final

from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Node, Process

REFUSED: Final = "message.refused"  # whoever it is meant for cannot take it
NOT_TAKEN: Final = "message.not_taken"  # nobody took it in its time
CODES = (REFUSED, NOT_TAKEN)
SENDERS = frozenset([Kind.SEND_TASK, Kind.MESSAGE_THROW, Kind.MESSAGE_END])


def sends(node: Node) -> bool:
    """Whether a message is sent here, by the process itself."""
    return node.kind in SENDERS and not node.by_worker and node.work is None


def are_awaited(process: Process, node: Node) -> bool:
    """Whether a token that comes to this sender waits until somebody has its message."""
    if not sends(node):
        return False
    on_it = (process.nodes[name] for name in node.boundary)
    if any(each.kind is Kind.BOUNDARY_ERROR and _code(each) in ("", *CODES) for each in on_it):
        return True
    return any(_code(each) in CODES for each in _around(process, node))


def _around(process: Process, node: Node) -> Iterator[Node]:
    """Error events of the scopes that a node lies in, from the inside out."""
    around: str | None = node.within
    while around is not None:
        for each in process.inside(around):
            if each.kind is Kind.EVENT_SUB_PROCESS and each.id != node.within:
                starts = process.inside(each.id)
                yield from (start for start in starts if start.kind is Kind.ERROR_START)
        container = process.nodes.get(around)
        if container is not None:
            on_it = (process.nodes[name] for name in container.boundary)
            yield from (event for event in on_it if event.kind is Kind.BOUNDARY_ERROR)
        around = container.within if container is not None else None


def _code(event: Node) -> str:
    return event.event.name if event.event else ""
