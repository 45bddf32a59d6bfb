"""Exclusive and parallel gateways (BPMN 2.0.2, 10.6.2 and 10.6.4; tokens: 13.4.1 and 13.4.2)."""

from collections.abc import Iterator

from workflows.bpmn.elements import Element, title, warning
from workflows.bpmn.model import Finding, Kind, Node, Process
from workflows.bpmn.tokens import Arrived, Joined, Passed, Table, Undecided, holds, otherwise

# --- exclusive: the first flow whose condition is true ---


def _decide(table: Table, node: Node, flow: str | None = None) -> None:
    if not node.outgoing:
        table.end(node, flow)
        return
    try:
        taken = _first(table, node)
    except Undecided as reason:
        table.stick(node, str(reason))
        return
    table.effects.append(Passed(node, (taken,), flow))
    table.send((taken,))


def _first(table: Table, node: Node) -> str:
    for flow in node.outgoing:
        if flow != node.default_flow and holds(table, table.process.flows[flow]):
            return flow
    return otherwise(node)[0]


def _check_exclusive(node: Node, process: Process) -> Iterator[Finding]:
    if len(node.outgoing) < 2 or node.default_flow:
        return
    if all(process.flows[flow].condition is not None for flow in node.outgoing):
        yield warning(
            node,
            f"{title(node)} has no default flow. When no condition is true, the process "
            "stops there until somebody helps. Mark one flow as default.",
        )


# --- parallel: one token from each incoming flow, one to each outgoing flow ---


def _gather(table: Table, node: Node, flow: str) -> None:
    if len(node.incoming) < 2:
        table.leave(node, passed=True, flow=flow)
        return
    waiting = table.joins.setdefault(node.id, {})
    waiting[flow] = waiting.get(flow, 0) + 1
    table.effects.append(Arrived(node, flow))
    if all(waiting.get(incoming) for incoming in node.incoming):
        _join(table, node)


def _join(table: Table, node: Node) -> None:
    """Consume one token of each incoming flow; those too many keep waiting."""
    waiting = table.joins.pop(node.id)
    left = {flow: count - 1 for flow, count in waiting.items() if count > 1}
    if left:
        table.joins[node.id] = left
    table.live -= len(node.incoming) - 1
    table.effects.append(Joined(node, node.incoming))
    table.leave(node, passed=True)


def _check_parallel(node: Node, process: Process) -> Iterator[Finding]:
    if any(process.flows[flow].condition is not None for flow in node.outgoing):
        yield warning(
            node,
            f"Conditions on flows that leave the parallel gateway {title(node)} are taken into "
            "account only here: other tools ignore them. Use an exclusive gateway instead.",
        )


def _retry(table: Table, node: Node) -> None:
    """A token that was stuck here tries again."""
    table.leave(node, passed=True)


ELEMENTS = (
    Element(
        Kind.EXCLUSIVE_GATEWAY, "exclusiveGateway", _decide, check=_check_exclusive, leave=_decide
    ),
    Element(Kind.PARALLEL_GATEWAY, "parallelGateway", _gather, check=_check_parallel, leave=_retry),
)
