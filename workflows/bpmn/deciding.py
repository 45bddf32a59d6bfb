"""Which flows a token takes, by their conditions (BPMN 2.0.2, 13.3.1)."""

from collections.abc import Mapping
from typing import Any

from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Flow, Node, Process
from workflows.feel import FeelError

Values = Mapping[str, Any]


class Undecided(Exception):
    """Conditions do not tell where a token goes."""


def holds(process: Process, flow: Flow, variables: Values) -> bool:
    """Whether a token may take this flow; a condition that is neither true nor false refuses."""
    if flow.condition is None:
        return True
    try:
        answer = process.conditions[flow.id](variables)
    except FeelError as error:
        raise Undecided(f"The condition of {_named(flow)} failed: {error}") from error
    if not isinstance(answer, bool):
        raise Undecided(
            f"The condition of {_named(flow)}, {flow.condition!r}, is neither true nor false. "
            "Check the variables that it reads."
        )
    return answer


def chosen(process: Process, node: Node, variables: Values) -> tuple[str, ...]:
    """All flows whose condition is true or absent, else the default flow (BPMN 2.0.2, 13.3.1).

    A parallel gateway takes all of them, whatever they say (13.4.1).
    """
    if node.kind is Kind.PARALLEL_GATEWAY:
        return node.outgoing
    conditional = [process.flows[flow] for flow in node.outgoing if flow != node.default_flow]
    flows = tuple(flow.id for flow in conditional if holds(process, flow, variables))
    return flows or otherwise(node)


def otherwise(node: Node) -> tuple[str, ...]:
    """The default flow, when no condition was true."""
    if node.default_flow is None:
        raise Undecided(
            f"No condition of the flows that leave {node.name or node.id} is true, and there is no "
            "default flow. Correct the variables or add a default flow, then try again."
        )
    return (node.default_flow,)


def _named(flow: Flow) -> str:
    return f"flow {flow.name} ({flow.id})" if flow.name else f"flow {flow.id}"
