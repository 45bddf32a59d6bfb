"""Conditional events: which of them hold, now that variables have other values.

A condition that is neither true nor false does not hold.
"""

from collections.abc import Collection
from uuid import UUID

from workflows import standing
from workflows.bpmn import expressions
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Process
from workflows.literals import literal
from workflows.models import Listener, ProcessInstance

CONDITIONAL = frozenset([Kind.CONDITIONAL_CATCH, Kind.CONDITIONAL_START, Kind.BOUNDARY_CONDITIONAL])


def are_in(process: Process) -> bool:
    """Whether anything in this process waits for a condition."""
    return any(node.kind in CONDITIONAL for node in process.nodes.values())


def first_met(
    process: Process, *, instance: ProcessInstance, but: Collection[UUID]
) -> Listener | None:
    """The oldest open listener whose condition holds; `but` have had their turn."""
    waiting = Listener.objects.filter(
        instance=instance, kind=literal("conditional"), status=literal("open")
    )
    for listener in waiting.exclude(pk__in=but).select_related("activity").order_by("id"):
        if _holds(listener, process, instance):
            return listener
    return None


def _holds(listener: Listener, process: Process, instance: ProcessInstance) -> bool:
    event = process.nodes[listener.node_id].event
    if event is None:
        return False
    try:
        return expressions.truth(event.condition, standing.seen_in(listener.scope, instance))
    except Unclear:
        return False
