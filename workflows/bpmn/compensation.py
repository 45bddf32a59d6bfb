"""Compensation (BPMN 2.0.2, 10.5.5.2 and 13.5.5): what was done is undone, newest first.

Completed activities that have a handler are recorded in their scope. When compensation is thrown,
the throwing token rests, and an undo scope runs one handler after the other. A sub-process that is
complete hands its records on as one: its own handler, its compensation event sub-process, or else
the handlers inside undo it. The event sub-process sees what the sub-process knew, and may have what
was done in it undone by throwing compensation itself. That of a called process undoes the call: it
runs as an instance of its own, which the call activity waits for once more.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Node, Process
from workflows.bpmn.scopes import Done, Role
from workflows.bpmn.spaces import Space
from workflows.bpmn.table import Table, Token
from workflows.bpmn.tokens import Assigned, Recorded, Undoing

NOTHING: Mapping[str, Any] = MappingProxyType({})


def record(
    table: Table, token: Token, inner: Iterable[Done] = (), own: Mapping[str, Any] = NOTHING
) -> None:
    """This activity is complete; remember it if it can be undone.

    `inner` is what was completed in it, and `own` what it knew, for its event sub-process.
    """
    node = token.node
    called = "" if node.undone_by else token.called
    handler = node.id if called else handler_of(table.process, node)
    inside = tuple(inner)
    if not handler and not inside:
        return
    space = table.space(token.scope)
    seen = dict(space.variables) if space.role is Role.ROUND else {}
    if not node.undone_by:
        seen |= own
    done = Done(node.id, handler, seen, () if node.undone_by else inside, called)
    space.done.append(done)
    table.effects.append(Recorded(node, done, token.scope))


def throw(table: Table, token: Token) -> bool:
    """Compensate what this event means; False when there is nothing to be compensated."""
    wanted = token.node.event.name if token.node.event else ""
    found = [done for space in _spaces(table, token.scope) for done in _taken(table, space, wanted)]
    return _undo(table, token, found)


def cancel(table: Table, token: Token, found: list[Done]) -> bool:
    """Compensate what was completed in a transaction, as `everything` has told."""
    return _undo(table, token, found)


def everything(table: Table, space: Space) -> list[Done]:
    """What was completed in a scope and is not undone yet, oldest first; its scopes forget it.

    What sub-processes and rounds inside of it have completed that are still under way, and what
    they were about to undo, comes after what they lie in, with the variables that it saw there.
    """
    found = [*space.all_done()]
    for inside in table.inside(space.number):
        seen = _seen_inside(table, inside, space)
        left = (*inside.all_done(), *reversed(inside.queue))
        found += [replace(done, variables={**seen, **done.variables}) for done in left]
    if found:
        space.done_before, space.done = (), []
        node = table.process.nodes[found[0].node]
        table.effects.append(Undoing(node, tuple(found), space.number))
    return found


def _seen_inside(table: Table, inside: Space, around: Space) -> dict[str, Any]:
    """The variables between two scopes, as seen in the inner one."""
    seen: dict[str, Any] = {}
    while inside.number != around.number:
        seen = {**inside.variables, **seen}
        inside = table.space(inside.parent)
    return seen


def handled(table: Table, token: Token) -> None:
    """A handler is done: the next one."""
    space = table.space(token.scope)
    space.live -= 1
    go_on(table, space)


def go_on(table: Table, space: Space) -> None:
    """Begin the next handler of an undo scope, or end the scope."""
    if not space.queue:
        table.over.append(space.number)
        return
    done, space.queue = space.queue[0], space.queue[1:]
    node = table.process.nodes[done.handler]
    _see(table, space, node, done)
    if node.kind is Kind.EVENT_SUB_PROCESS:
        begin(table, space, node, done)
        return
    space.live += 1
    token = Token(node, space.number)
    if done.called:
        table.rest(token, boundary=False, undoes=done.called)
    else:
        table.moving.append(token)


def begin(table: Table, space: Space, node: Node, done: Done) -> None:
    """A compensation event sub-process begins in this scope."""
    space.live += 1
    table.rest(Token(node, space.number), work=False, boundary=False)
    inside = table.open(Role.EVENT, node, space.number, done.variables)
    inside.live = 1
    inside.done = list(done.inner)  # for it to undo, should it say so
    start = next(filter(_begins, table.process.inside(node.id)))
    table.leave(Token(start, inside.number), passed=True)


def undoes(table: Table, token: Token) -> bool:
    """Whether this token performs something that undoes something else."""
    return table.space(token.scope).role is Role.UNDO


def undoes_a_call(table: Table, token: Token) -> bool:
    """Whether it stands at a call activity whose process is being undone."""
    return undoes(table, token) and not token.node.undoes


def _see(table: Table, space: Space, node: Node, done: Done) -> None:
    """A handler sees what the activity saw that it undoes, and nothing of the one before."""
    seen = {**dict.fromkeys(space.variables), **done.variables}
    if seen:
        space.variables = seen
        table.effects.append(Assigned(node, dict(seen), space.number))


def _undo(table: Table, token: Token, found: list[Done]) -> bool:
    if not found:
        return False
    table.rest(token, work=False, boundary=False)
    space = table.open(Role.UNDO, token.node, token.scope)
    space.queue = tuple(_handlers(reversed(found)))
    go_on(table, space)
    return True


def _spaces(table: Table, scope: int) -> list[Space]:
    """Where to look: the scope of the event, and the one that an event sub-process belongs to."""
    space = table.space(scope)
    if space.role is not Role.EVENT:
        return [space]
    return [table.space(space.parent), space]


def _taken(table: Table, space: Space, wanted: str) -> list[Done]:
    """The records meant, oldest first; the scope has them no longer."""
    known = space.all_done()
    found = [done for done in known if not wanted or done.node == wanted]
    if found:
        space.done_before = ()
        space.done = [done for done in known if wanted and done.node != wanted]
        node = table.process.nodes[found[0].node]
        table.effects.append(Undoing(node, tuple(found), space.number))
    return found


def _handlers(newest_first: Iterable[Done]) -> Iterator[Done]:
    for done in newest_first:
        if done.handler:
            yield done
        else:
            inside = reversed(done.inner)
            yield from _handlers(
                replace(each, variables={**done.variables, **each.variables}) for each in inside
            )


def beginning_of(process: Process) -> Node | None:
    """The event by which a process as a whole is undone, where it was called."""
    events = (node for node in process.inside("") if node.kind is Kind.EVENT_SUB_PROCESS)
    return next(
        (start for each in events for start in process.inside(each.id) if _begins(start)), None
    )


def handler_of(process: Process, node: Node) -> str:
    """What undoes this activity once it is done; "" when nothing does."""
    return node.undone_by or _event_handler(process, node.id)


def _event_handler(process: Process, container: str) -> str:
    """The compensation event sub-process inside a sub-process."""
    for node in process.inside(container):
        if node.kind is Kind.EVENT_SUB_PROCESS and _begins_undoing(process, node):
            return node.id
    return ""


def _begins_undoing(process: Process, node: Node) -> bool:
    return any(map(_begins, process.inside(node.id)))


def _begins(node: Node) -> bool:
    return node.kind is Kind.COMPENSATION_START
