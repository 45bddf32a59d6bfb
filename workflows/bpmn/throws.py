"""End events and intermediate throwing events (BPMN 2.0.2, 10.5.3 and 10.5.4)."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from workflows.bpmn import (
    activities,
    answers,
    boundaries,
    compensation,
    eventing,
    expressions,
    propagation,
)
from workflows.bpmn.elements import Element, Values, error, title, try_again
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.kinds import ENDS, Kind
from workflows.bpmn.model import Finding, Node, Process
from workflows.bpmn.propagation import Trouble
from workflows.bpmn.scopes import ROOT, Role
from workflows.bpmn.table import Table, Token
from workflows.bpmn.tokens import Escaped, Threw


def _end(table: Table, token: Token) -> None:
    go_on(table, token)


def _pass(table: Table, token: Token) -> None:
    activities.occurred(table, token, {}, passed=True)


def _terminate(table: Table, token: Token) -> None:
    """Ends the scope; where a file of Flowable says so, the loop around it, or the instance."""
    reach = token.node.event.reach if token.node.event else ""
    if reach == "instance":
        table.terminate(replace(token, scope=ROOT))
    elif reach == "loop":
        table.terminate(replace(token, scope=_loop_around(table, token.scope)))
    else:
        table.terminate(token)


def _loop_around(table: Table, scope: int) -> int:
    """The innermost loop that this scope lies in, or else the scope itself."""
    number = scope
    while number != ROOT:
        space = table.space(number)
        if space.role is Role.LOOP:
            return number
        number = space.parent
    return scope


def go_on(table: Table, token: Token) -> None:
    """What was thrown is thrown: the token ends here, or goes on."""
    if not activities.kept_of_event(table, token, {}):
        return
    if token.node.kind in ENDS:
        table.end(token)
    else:
        table.leave(token, passed=True)


def _throw(table: Table, token: Token) -> None:
    """Whoever works for the event sends it; without such work it is thrown here."""
    event = token.node.event
    if token.node.by_worker or token.node.work is not None:
        _work(table, token)
        return
    if event is not None:
        table.effects.append(Threw(token.node, event.what, event.name, token.scope))
    if answers.are_awaited(table.process, token.node):
        table.rest(token)
    else:
        go_on(table, token)


def _work(table: Table, token: Token) -> None:
    """A worker sends it; a calculation is all that there is to do."""
    work = token.node.work
    try:
        inputs = activities.given(table, token)
        if work is None or work.form != "script":
            table.rest(token, inputs=inputs)
            return
        value = expressions.evaluated(work.name, {**table.variables(token.scope), **(inputs or {})})
    except Unclear as reason:
        table.stick(token, str(reason), entering=True)
        return
    if work.result:
        table.assign(token, {work.result: value})
    go_on(table, token)


def _fail(table: Table, token: Token) -> None:
    """An error ends its scope; without anybody who catches it, a person has to look."""
    code = token.node.event.name if token.node.event else ""
    if not propagation.from_scope(table, token.scope, Trouble("error", code)):
        table.effects.append(Escaped(token.node, "error", code, scope=token.scope))
        table.stick(token, f"Nobody catches the error {code or title(token.node)}.", entering=True)


def _escalate(table: Table, token: Token) -> None:
    """An escalation is told upwards; who catches it may interrupt what told it."""
    code = token.node.event.name if token.node.event else ""
    before = table.lifetime(token.scope)
    if not propagation.from_scope(table, token.scope, Trouble("escalation", code)):
        table.effects.append(Escaped(token.node, "escalation", code, scope=token.scope))
    if table.lifetime(token.scope) == before:
        go_on(table, token)


def _compensate(table: Table, token: Token) -> None:
    if not compensation.throw(table, token):
        go_on(table, token)


def _cancel(table: Table, token: Token) -> None:
    """The transaction ends: nothing in it goes on, what was done is undone, then it is left.

    One that is a loop has one event for all of its rounds, so it is cancelled as a whole.
    """
    space = propagation.outermost(table, table.space(token.scope))
    done = compensation.everything(table, space)
    table.empty(space, token.node)
    space.live, space.interrupted = 1, True
    token = replace(token, scope=space.number)
    if not compensation.cancel(table, token, done):
        cancelled(table, token)


def cancelled(table: Table, token: Token) -> None:
    """What was done in the transaction is undone: its cancel event fires."""
    space = propagation.outermost(table, table.space(token.scope))
    activity = table.process.nodes[space.node]
    for each in activity.boundary:
        event = table.process.nodes[each]
        if event.kind is Kind.BOUNDARY_CANCEL:
            boundaries.fire(table, event, space.parent, space.number, {})
            return
    table.end(token)


def _check_cancel(node: Node, process: Process) -> Iterator[Finding]:
    around = process.nodes.get(node.within)
    if around is None or around.kind is not Kind.TRANSACTION:
        yield error(node, f"{title(node)} cancels a transaction: it has to lie in one.")
    elif not any(process.nodes[each].kind is Kind.BOUNDARY_CANCEL for each in around.boundary):
        yield error(
            node,
            f"{title(node)} cancels {title(around)}, which has no cancel event on its boundary.",
        )


def _check_compensation(node: Node, process: Process) -> Iterator[Finding]:
    wanted = node.event.name if node.event else ""
    if wanted and wanted not in process.nodes:
        yield error(node, f"{title(node)} compensates {wanted}, which does not exist.")


def _thrown(
    kind: Kind,
    what: str,
    arrive: Callable[[Table, Token], None],
    check: eventing.Check | None = None,
) -> Element:
    ending = kind in ENDS
    return Element(
        kind,
        "endEvent" if ending else "intermediateThrowEvent",
        arrive,
        definition=eventing.DEFINITIONS[what],
        read=eventing.reading(what),
        check=check or eventing.checking(what),
        leave=_sent,
        again=_go,
        ends=ending,
        last=ending,
    )


def _retry_end(table: Table, token: Token, result: Values) -> None:
    if result:
        table.assign(token, result)
    table.end(token)


def _sent(table: Table, token: Token, result: Values) -> None:
    """The work is done: what it brings is kept, and the token goes on or ends."""
    try:
        kept = activities.brought(table, token, result)
    except Unclear as reason:
        table.assign(token, result)
        table.stick(token, str(reason))
        return
    if kept:
        table.assign(token, kept)
    _go(table, token)


def _go(table: Table, token: Token) -> None:
    if token.node.kind in ENDS:
        table.end(token)
    else:
        table.leave(token, passed=False)


ELEMENTS = (
    Element(Kind.END, "endEvent", _end, leave=_retry_end, ends=True, last=True),
    _thrown(Kind.TERMINATE_END, "terminate", _terminate),
    _thrown(Kind.ERROR_END, "error", _fail),
    _thrown(Kind.MESSAGE_END, "message", _throw),
    _thrown(Kind.SIGNAL_END, "signal", _throw),
    _thrown(Kind.ESCALATION_END, "escalation", _escalate),
    _thrown(Kind.CANCEL_END, "cancel", _cancel, _check_cancel),
    _thrown(Kind.COMPENSATION_END, "compensation", _compensate, _check_compensation),
    Element(Kind.NONE_THROW, "intermediateThrowEvent", _pass, leave=try_again),
    _thrown(Kind.MESSAGE_THROW, "message", _throw),
    _thrown(Kind.SIGNAL_THROW, "signal", _throw),
    _thrown(Kind.ESCALATION_THROW, "escalation", _escalate),
    _thrown(Kind.COMPENSATION_THROW, "compensation", _compensate, _check_compensation),
)
