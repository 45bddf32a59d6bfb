"""Conditional events: which of them hold, now that variables have other values.

A condition that is neither true nor false does not hold.
"""

from collections.abc import Collection, Mapping
from typing import Any
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
    return not CONDITIONAL.isdisjoint(process.kinds)


def first_met(
    process: Process, *, instance: ProcessInstance, but: Collection[UUID]
) -> Listener | None:
    """The oldest open listener whose condition holds; `but` have had their turn."""
    waiting = Listener.objects.filter(
        instance=instance, kind=literal("conditional"), status=literal("open")
    )
    found = list(waiting.exclude(pk__in=but).select_related("activity").order_by("id"))
    known = standing.seen_in_each({each.scope for each in found}, instance)
    for listener in found:
        if _holds(listener, process, known[listener.scope]):
            return listener
    return None


def _holds(listener: Listener, process: Process, known: Mapping[str, Any]) -> bool:
    event = process.nodes[listener.node_id].event
    if event is None:
        return False
    try:
        return expressions.truth(event.condition, known)
    except Unclear:
        return False
