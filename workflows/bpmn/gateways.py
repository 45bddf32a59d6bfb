"""Exclusive, parallel and event-based gateways (BPMN 2.0.2, 10.6; tokens: 13.4).

Each of them may merge and split at once. Inclusive gateways have a module of their own.
"""

from collections.abc import Iterator

from workflows.bpmn import activities
from workflows.bpmn.deciding import Undecided, holds, otherwise
from workflows.bpmn.elements import Element, Values, error, title, try_again, warning
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Finding, Node, Process
from workflows.bpmn.table import Table, Token
from workflows.bpmn.tokens import Arrived, Joined, Passed

# --- exclusive: the first flow whose condition is true ---


def _decide(table: Table, token: Token) -> None:
    node = token.node
    if not node.outgoing:
        table.end(token)
        return
    try:
        taken = _first(table, token)
    except Undecided as reason:
        table.stick(token, str(reason))
        return
    table.effects.append(Passed(node, (taken,), token.flow, token.scope))
    table.send((taken,), token.scope)


def _decide_again(table: Table, token: Token, _result: Values) -> None:
    _decide(table, token)


def _first(table: Table, token: Token) -> str:
    node, variables = token.node, table.variables(token.scope)
    for flow in node.outgoing:
        if flow != node.default_flow and holds(table.process, table.process.flows[flow], variables):
            return flow
    return otherwise(node)[0]


def _check_exclusive(node: Node, process: Process) -> Iterator[Finding]:
    if len(node.outgoing) < 2:
        return
    looked_at = [flow for flow in node.outgoing if flow != node.default_flow]
    plain = [flow for flow in looked_at if process.flows[flow].condition is None]
    if plain and (node.default_flow or plain[0] != looked_at[-1]):
        way = process.flows[plain[0]]
        yield warning(
            node,
            f"The flow {way.name or way.id} that leaves {title(node)} has no condition and is not "
            "the default: those after it are never taken. Give each a condition, but for one that "
            "is the default.",
        )
    if not plain and not node.default_flow:
        yield warning(
            node,
            f"{title(node)} has no default flow. When no condition is true, the process "
            "stops there until somebody helps. Mark one flow as default.",
        )


# --- parallel: one token from each incoming flow, one to each outgoing flow ---


def _gather(table: Table, token: Token) -> None:
    node, flow = token.node, token.flow
    if len(node.incoming) < 2 or flow is None:
        table.leave(token, passed=True)
        return
    waiting = wait(table, token, flow)
    if all(waiting.get(incoming) for incoming in node.incoming):
        join(table, Token(node, token.scope), node.incoming)


def wait(table: Table, token: Token, flow: str) -> dict[str, int]:
    """The token stays at a join; how many wait there over each flow."""
    waiting = table.space(token.scope).joins.setdefault(token.node.id, {})
    waiting[flow] = waiting.get(flow, 0) + 1
    table.effects.append(Arrived(token.node, flow, token.scope))
    return waiting


def join(table: Table, token: Token, flows: tuple[str, ...]) -> None:
    """Consume one token of each of these flows; those too many keep waiting."""
    space = table.space(token.scope)
    waiting = space.joins.pop(token.node.id)
    left = {flow: count - (flow in flows) for flow, count in waiting.items()}
    left = {flow: count for flow, count in left.items() if count}
    if left:
        space.joins[token.node.id] = left
    space.live -= len(flows) - 1
    table.effects.append(Joined(token.node, flows, token.scope))
    table.leave(token, passed=True)


def _check_parallel(node: Node, process: Process) -> Iterator[Finding]:
    if any(process.flows[flow].condition is not None for flow in node.outgoing):
        yield warning(
            node,
            f"Conditions on flows that leave the parallel gateway {title(node)} are not looked at: "
            "every flow is taken. Use an inclusive gateway where conditions choose.",
        )


# --- event-based: whichever event comes first ---

BEHIND = (
    Kind.TIMER_CATCH,
    Kind.MESSAGE_CATCH,
    Kind.SIGNAL_CATCH,
    Kind.CONDITIONAL_CATCH,
    Kind.RECEIVE_TASK,
)


def _wait_for_events(table: Table, token: Token) -> None:
    table.rest(token)


def gateway_before(process: Process, node: Node) -> Node | None:
    """The event-based gateway that leads to this event."""
    for flow in node.incoming:
        source = process.nodes[process.flows[flow].source]
        if source.kind is Kind.EVENT_GATEWAY:
            return source
    return None


def choose(table: Table, gateway: Node, token: Token, result: Values) -> None:
    """The event occurred: its way is taken, the others are not."""
    flow = next(each for each in gateway.outgoing if each in token.node.incoming)
    table.take(gateway.id, token.scope)
    table.effects.append(Passed(gateway, (flow,), None, token.scope))
    activities.occurred(table, Token(token.node, token.scope, flow), result, passed=True)


def _check_events(node: Node, process: Process) -> Iterator[Finding]:
    if len(node.outgoing) < 2:
        yield error(node, f"{title(node)} has no two events to choose from. Add another one.")
    for flow in node.outgoing:
        target = process.nodes.get(process.flows[flow].target)
        if target is None:
            continue
        if target.kind not in BEHIND:
            yield error(
                node,
                f"{title(node)} leads to {title(target)}, which is no catching event. Put a "
                "message, signal, timer or condition there.",
            )
        elif len(target.incoming) > 1:
            yield error(
                target, f"{title(target)} is chosen by {title(node)}: no other flow may lead to it."
            )


ELEMENTS = (
    Element(
        Kind.EXCLUSIVE_GATEWAY,
        "exclusiveGateway",
        _decide,
        check=_check_exclusive,
        leave=_decide_again,
    ),
    Element(
        Kind.PARALLEL_GATEWAY, "parallelGateway", _gather, check=_check_parallel, leave=try_again
    ),
    Element(
        Kind.EVENT_GATEWAY,
        "eventBasedGateway",
        _wait_for_events,
        check=_check_events,
        leave=try_again,
        waits=True,
    ),
)
