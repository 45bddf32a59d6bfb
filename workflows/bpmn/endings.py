"""What follows when no token is left in a scope (BPMN 2.0.2, 13.3 and 13.5)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from workflows.bpmn import activities, adhoc, compensation, loops, throws
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.kinds import Kind
from workflows.bpmn.scopes import ROOT, Role
from workflows.bpmn.spaces import Space
from workflows.bpmn.table import Table, Token


def end(table: Table, number: int) -> None:
    """A scope is over, unless something began in it meanwhile."""
    if number == ROOT or table.is_gone(number):
        return
    space = table.space(number)
    if not space.live:
        ENDINGS[space.role](table, space)


def _outside(table: Table, space: Space) -> Token:
    """The token that this scope belonged to; it rests no longer."""
    table.close(space)
    table.take(space.node, space.parent)
    return Token(table.process.nodes[space.node], space.parent)


def _body(table: Table, space: Space) -> None:
    node = table.process.nodes[space.node]
    if node.kind is Kind.AD_HOC and not _ad_hoc_is_done(table, space):
        return
    inner = [
        replace(each, variables={**space.variables, **each.variables}) for each in space.all_done()
    ]
    own = dict(space.variables)
    token = replace(_outside(table, space), inputs=own)  # what it knew stays inside, as inputs do
    activities.finish(table, token, {}, inner, own=own)


def _ad_hoc_is_done(table: Table, space: Space) -> bool:
    try:
        return adhoc.is_complete(table, space)
    except Unclear:
        return False


def _event(table: Table, space: Space) -> None:
    _outside(table, space)
    parent = table.space(space.parent)
    if parent.role is Role.UNDO:
        parent.live -= 1
        compensation.go_on(table, parent)
    else:
        table.lose(parent.number)


def _loop(table: Table, space: Space) -> None:
    brought = loops.results(table, space)
    table.space(space.parent).done += space.all_done()
    token = _outside(table, space)
    if brought:
        table.assign(token, brought)
    activities.move_on(table, token)


def _undo(table: Table, space: Space) -> None:
    token = _outside(table, space)
    if token.node.kind is Kind.CANCEL_END:
        throws.cancelled(table, token)
    else:
        throws.go_on(table, token)


def _never(_table: Table, space: Space) -> None:
    raise ValueError(f"A {space.role} does not end by itself.")


ENDINGS: Mapping[Role, Callable[[Table, Space], None]] = MappingProxyType(
    {
        Role.PROCESS: _never,
        Role.BODY: _body,
        Role.EVENT: _event,
        Role.LOOP: _loop,
        Role.ROUND: _never,
        Role.UNDO: _undo,
    }
)
