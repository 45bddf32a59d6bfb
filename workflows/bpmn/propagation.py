"""Errors and escalations on their way up (BPMN 2.0.2, 10.5.7): who catches them first.

From the inside out: the event sub-processes of a scope, then the boundary of the activity whose
inside it is. At each stop an event with this very code is preferred to one that catches all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.bpmn import boundaries, compensation, event_subprocesses
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Node
from workflows.bpmn.scopes import ROOT, Role
from workflows.bpmn.spaces import Space
from workflows.bpmn.table import Table, Token

HAVE_EVENT_SUB_PROCESSES = (Role.PROCESS, Role.BODY, Role.EVENT)
STARTS = {"error": Kind.ERROR_START, "escalation": Kind.ESCALATION_START}
BOUNDARIES = {"error": Kind.BOUNDARY_ERROR, "escalation": Kind.BOUNDARY_ESCALATION}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What was thrown: `what` is error or escalation."""

    what: str
    code: str
    message: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)


def from_activity(table: Table, token: Token, inner: int | None, trouble: Trouble) -> bool:
    """Thrown by the work at which this token rests. True when somebody catches it."""
    space = table.space(token.scope)
    in_round = space.role is Role.ROUND and space.node == token.node.id
    if not in_round and not compensation.undoes_a_call(table, token):
        event = _matching((table.process.nodes[each] for each in token.node.boundary),
                          BOUNDARIES[trouble.what], trouble)  # fmt: skip
        if event is not None:
            boundaries.fire(table, event, token.scope, inner, _values(event, trouble))
            return True
    return from_scope(table, token.scope, trouble)


def from_scope(table: Table, scope: int, trouble: Trouble) -> bool:
    """Thrown inside this scope. True when somebody catches it."""
    from_event = False
    while True:
        space = table.space(scope)
        if not from_event and _event_sub_process_catches(table, space, trouble):
            return True
        if scope == ROOT:
            return False
        if _boundary_catches(table, space, trouble):
            return True
        # What an event sub-process throws is not for the others beside it.
        from_event = space.role is Role.EVENT
        scope = space.parent


def _event_sub_process_catches(table: Table, space: Space, trouble: Trouble) -> bool:
    if space.interrupted or space.role not in HAVE_EVENT_SUB_PROCESSES:
        return False
    starts = (
        start
        for node in table.process.inside(space.node)
        if node.kind is Kind.EVENT_SUB_PROCESS
        for start in table.process.inside(node.id)
    )
    start = _matching(starts, STARTS[trouble.what], trouble)
    if start is None:
        return False
    event_subprocesses.begin(table, start, space, _values(start, trouble))
    return True


def _boundary_catches(table: Table, space: Space, trouble: Trouble) -> bool:
    """The boundary of a looped activity lies outside of the loop."""
    if space.role not in (Role.BODY, Role.LOOP):
        return False
    if outermost(table, space) is not space:
        return False
    activity = table.process.nodes[space.node]
    events = (table.process.nodes[each] for each in activity.boundary)
    event = _matching(events, BOUNDARIES[trouble.what], trouble)
    if event is None:
        return False
    boundaries.fire(table, event, space.parent, space.number, _values(event, trouble))
    return True


def outermost(table: Table, space: Space) -> Space:
    """The loop around the inside of an activity, or that inside when there is none."""
    parent = table.space(space.parent)
    if parent.role is Role.ROUND and parent.node == space.node:
        return table.space(parent.parent)
    return space


def _matching(events: Iterable[Node], kind: Kind, trouble: Trouble) -> Node | None:
    found = [each for each in events if each.kind is kind]
    for code in (trouble.code, ""):
        for each in found:
            if (each.event.name if each.event else "") == code:
                return each
    return None


def _values(event: Node, trouble: Trouble) -> dict[str, Any]:
    said = dict(trouble.result)
    if event.event and event.event.code_variable:
        said[event.event.code_variable] = trouble.code
    if event.event and event.event.text_variable:
        said[event.event.text_variable] = trouble.message
    return said
