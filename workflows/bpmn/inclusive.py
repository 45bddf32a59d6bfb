"""Inclusive gateways (BPMN 2.0.2, 10.6.3; tokens: 13.4.3).

A join goes on when nothing more can come that it would have to wait for: no token elsewhere in its
scope has a way to an incoming flow that is still empty, unless it also has one to a flow over which
a token waits already. Ways through the gateway itself do not count; boundary events and links do.
"""

from collections.abc import Iterable, Iterator

from workflows.bpmn.elements import Element, title, try_again, warning
from workflows.bpmn.gateways import join, wait
from workflows.bpmn.kinds import Kind
from workflows.bpmn.links import link_target
from workflows.bpmn.model import Finding, Node, Process
from workflows.bpmn.spaces import Space
from workflows.bpmn.table import Table, Token


def _gather(table: Table, token: Token) -> None:
    """A token waits; whether all are here is known only when nothing moves any more."""
    if len(token.node.incoming) < 2 or token.flow is None:
        table.leave(token, passed=True)
    else:
        wait(table, token, token.flow)


def settle(table: Table) -> bool:
    """Let one join go on that has what it needs; False when there is none."""
    for number, space in list(table.touched.items()):
        if table.is_gone(number):
            continue
        for name in space.joins:
            node = table.process.nodes[name]
            if node.kind is Kind.INCLUSIVE_GATEWAY and _is_complete(table.process, node, space):
                waiting = tuple(flow for flow in node.incoming if flow in space.joins[name])
                join(table, Token(node, number), waiting)
                return True
    return False


def _is_complete(process: Process, gateway: Node, space: Space) -> bool:
    waiting = space.joins[gateway.id].keys()
    if waiting == set(gateway.incoming):
        return True
    elsewhere = [*space.resting, *(name for name in space.joins if name != gateway.id)]
    for name in elsewhere:
        reached = _reached(process, name, gateway)
        if reached - waiting and not reached & waiting:
            return False
    return True


def _reached(process: Process, begin: str, gateway: Node) -> set[str]:
    """The incoming flows of the gateway that a token at this node has a way to."""
    found: set[str] = set()
    seen = {begin}
    todo = [begin]
    while todo:
        node = process.nodes[todo.pop()]
        found.update(flow for flow in _flows(process, node) if flow in gateway.incoming)
        for name in _next(process, node):
            if name not in seen and name != gateway.id:
                seen.add(name)
                todo.append(name)
    return found


def _flows(process: Process, node: Node) -> Iterable[str]:
    return (flow for flow in node.outgoing if process.flows[flow].target in process.nodes)


def _next(process: Process, node: Node) -> Iterator[str]:
    for flow in _flows(process, node):
        yield process.flows[flow].target
    yield from node.boundary
    if node.kind is Kind.LINK_THROW:
        target = link_target(process, node)
        if target is not None:
            yield target.id


def _check(node: Node, process: Process) -> Iterator[Finding]:
    if len(node.outgoing) < 2 or node.default_flow:
        return
    if all(process.flows[flow].condition is not None for flow in node.outgoing):
        yield warning(
            node,
            f"{title(node)} has no default flow. When no condition is true, the process "
            "stops there until somebody helps. Mark one flow as default.",
        )


ELEMENTS = (
    Element(Kind.INCLUSIVE_GATEWAY, "inclusiveGateway", _gather, check=_check, leave=try_again),
)
