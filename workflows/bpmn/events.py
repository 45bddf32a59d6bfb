"""Start, end, intermediate throwing and catching events (BPMN 2.0.2, 10.5.2 to 10.5.4)."""

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from workflows.bpmn import boundaries, compensation, eventing, expressions, propagation
from workflows.bpmn.elements import (
    Element,
    Reading,
    Values,
    error,
    pass_through,
    title,
    try_again,
)
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.kinds import ENDS, Kind
from workflows.bpmn.model import Finding, Node, Process
from workflows.bpmn.propagation import Trouble
from workflows.bpmn.table import Table, Token
from workflows.bpmn.tokens import Escaped, Threw

# --- starts ---


def _start(what: str) -> eventing.Read:
    read = eventing.reading(what)

    def start(element: etree._Element, reading: Reading) -> dict[str, Any]:
        stays = element.get("isInterrupting", "true") in ("false", "0")
        return {**read(element, reading), "interrupting": not stays or what == "error"}

    return start


def _message_start(element: etree._Element, reading: Reading) -> dict[str, Any]:
    said = _start("message")(element, reading)
    if not said["event"].name:
        reading.refuse(element, "The message start names no message. Give it one with a name.")
    return {**said, "message": said["event"].name}


ONLY_IN_EVENT_SUB_PROCESSES = {"error", "escalation", "compensation"}


def _check_start(what: str) -> eventing.Check:
    check = eventing.checking(what)

    def start(node: Node, process: Process) -> Iterator[Finding]:
        if what != "message":  # a message without a name was noticed while reading
            yield from check(node, process)
        around = process.nodes.get(node.within)
        in_event = around is not None and around.kind is Kind.EVENT_SUB_PROCESS
        if what in ONLY_IN_EVENT_SUB_PROCESSES and not in_event:
            yield error(
                node, f"{title(node)}: a start by {what} is possible in an event sub-process only."
            )
        if around is not None and not in_event and what:
            yield error(node, f"{title(node)}: a sub-process begins with a plain start event.")
        if in_event and not what:
            yield error(
                node, f"{title(node)}: an event sub-process begins with an event. Choose which."
            )

    return start


def _started(kind: Kind, what: str) -> Element:
    return Element(
        kind,
        "startEvent",
        pass_through,
        definition=eventing.DEFINITIONS[what],
        read=_message_start if what == "message" else _start(what),
        check=_check_start(what),
        leave=try_again,
        begins=True,
    )


# --- ends and throwing events ---


def _end(table: Table, token: Token) -> None:
    table.end(token)


def _terminate(table: Table, token: Token) -> None:
    table.terminate(token)


def go_on(table: Table, token: Token) -> None:
    """What was thrown is thrown: the token ends here, or goes on."""
    if token.node.kind in ENDS:
        table.end(token)
    else:
        table.leave(token, passed=True)


def _throw(table: Table, token: Token) -> None:
    """Whoever works for the event sends it; without such work it is thrown here."""
    event = token.node.event
    if token.node.work is not None:
        table.rest(token)
        return
    if event is not None:
        table.effects.append(Threw(token.node, event.what, event.name, token.scope))
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
    """The transaction ends: nothing in it goes on, what was done is undone, then it is left."""
    space = table.space(token.scope)
    table.empty(space, token.node)
    space.live = 1
    if not compensation.cancel(table, token):
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
        leave=_retry_end if ending else _sent,
        ends=ending,
        last=ending,
    )


def _retry_end(table: Table, token: Token, result: Values) -> None:
    if result:
        table.assign(token, result)
    table.end(token)


def _sent(table: Table, token: Token, result: Values) -> None:
    if result:
        table.assign(token, result)
    table.leave(token, passed=False)


# --- links ---


def _jump(table: Table, token: Token) -> None:
    """The token goes on at the catching event of the same name, on the same level."""
    target = link_target(table.process, token.node)
    if target is None:
        table.stick(token, f"{title(token.node)} leads nowhere.", entering=True)
        return
    table.moving.append(Token(target, token.scope))


def link_target(process: Process, node: Node) -> Node | None:
    """Where a throwing link event leads."""
    for each in process.inside(node.within):
        if each.kind is Kind.LINK_CATCH and each.event == node.event:
            return each
    return None


def _check_link(node: Node, process: Process) -> Iterator[Finding]:
    yield from eventing.checking("link")(node, process)
    if node.event and node.event.name and link_target(process, node) is None:
        yield error(
            node, f"No link named {node.event.name} is caught on this level. Add the other end."
        )


# --- catching events ---


def _rest(table: Table, token: Token) -> None:
    table.rest(token)


def _caught(table: Table, token: Token, result: Values) -> None:
    if result:
        table.assign(token, result)
    table.leave(token, passed=False)


def _when_true(table: Table, token: Token) -> None:
    """A condition that is true already is not waited for."""
    try:
        held = bool(token.node.event) and expressions.truth(
            token.node.event.condition if token.node.event else "", table.variables(token.scope)
        )
    except Unclear:
        held = False
    if held:
        table.leave(token, passed=True)
    else:
        table.rest(token)


def _catching(kind: Kind, what: str, arrive: Callable[[Table, Token], None]) -> Element:
    return Element(
        kind,
        "intermediateCatchEvent",
        arrive,
        definition=eventing.DEFINITIONS[what],
        read=eventing.reading(what),
        check=eventing.checking(what),
        leave=_caught,
        waits=True,
    )


ELEMENTS = (
    Element(Kind.START, "startEvent", pass_through, check=_check_start(""), leave=try_again,
            begins=True),
    _started(Kind.MESSAGE_START, "message"),
    _started(Kind.TIMER_START, "timer"),
    _started(Kind.SIGNAL_START, "signal"),
    _started(Kind.CONDITIONAL_START, "conditional"),
    _started(Kind.ERROR_START, "error"),
    _started(Kind.ESCALATION_START, "escalation"),
    _started(Kind.COMPENSATION_START, "compensation"),
    Element(Kind.END, "endEvent", _end, leave=_retry_end, ends=True, last=True),
    _thrown(Kind.TERMINATE_END, "terminate", _terminate),
    _thrown(Kind.ERROR_END, "error", _fail),
    _thrown(Kind.MESSAGE_END, "message", _throw),
    _thrown(Kind.SIGNAL_END, "signal", _throw),
    _thrown(Kind.ESCALATION_END, "escalation", _escalate),
    _thrown(Kind.CANCEL_END, "cancel", _cancel, _check_cancel),
    _thrown(Kind.COMPENSATION_END, "compensation", _compensate, _check_compensation),
    Element(Kind.NONE_THROW, "intermediateThrowEvent", pass_through, leave=try_again),
    _thrown(Kind.MESSAGE_THROW, "message", _throw),
    _thrown(Kind.SIGNAL_THROW, "signal", _throw),
    _thrown(Kind.ESCALATION_THROW, "escalation", _escalate),
    _thrown(Kind.COMPENSATION_THROW, "compensation", _compensate, _check_compensation),
    Element(Kind.LINK_THROW, "intermediateThrowEvent", _jump,
            definition=eventing.DEFINITIONS["link"], read=eventing.reading("link"),
            check=_check_link, ends=True, last=True),
    _catching(Kind.TIMER_CATCH, "timer", _rest),
    _catching(Kind.MESSAGE_CATCH, "message", _rest),
    _catching(Kind.SIGNAL_CATCH, "signal", _rest),
    _catching(Kind.CONDITIONAL_CATCH, "conditional", _when_true),
    Element(Kind.LINK_CATCH, "intermediateCatchEvent", pass_through,
            definition=eventing.DEFINITIONS["link"], read=eventing.reading("link"),
            check=eventing.checking("link"), leave=try_again, begins=True),
)  # fmt: skip
