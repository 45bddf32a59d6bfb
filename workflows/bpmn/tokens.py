"""What the token game speaks of (BPMN 2.0.2, chapter 13), and the table on which it is played.

`workflows.engine` runs the game; each element family says here what a token does at its elements.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.bpmn.model import Flow, Node, Process
from workflows.feel_small import FeelError


@dataclass(frozen=True, slots=True)
class Marking:
    """What a step may need to know of the instance.

    `live` counts tokens that are somewhere, including those at joins. `joins` tells, by parallel
    gateway, how many tokens arrived over each incoming flow and still wait there.
    """

    live: int = 0
    joins: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


# --- what happened -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The instance begins at this start event."""

    node: str


@dataclass(frozen=True, slots=True)
class Completed:
    """The activity that held a token at this node is done; its token moves on.

    A gateway at which a token was stuck is tried again in the same way.
    """

    node: str


@dataclass(frozen=True, slots=True)
class BoundaryFired:
    """A boundary event fired; an interrupting one takes its activity's token."""

    node: str


Happening = Started | Completed | BoundaryFired


# --- what has to be done, in this order ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passed:
    """A token went through this node without waiting: start event, gateway, fired event.

    `flows` are those it left over, `flow` the one it came by. A join passes after `Joined`.
    """

    node: Node
    flows: tuple[str, ...] = ()
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """A token rests at this activity or catching event until somebody completes it."""

    node: Node
    flow: str | None


@dataclass(frozen=True, slots=True)
class Arrived:
    """A token waits at a join for its siblings."""

    node: Node
    flow: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A join has what it needs: one waiting token per incoming flow is consumed."""

    node: Node
    flows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interrupted:
    """`node` is the boundary event: the activity it sits on, `node.attached_to`, is cancelled."""

    node: Node


@dataclass(frozen=True, slots=True)
class Stuck:
    """The token cannot go on without a person: no branch true, a condition failed.

    It rests at this node; `Completed(node.id)` tries again.
    """

    node: Node
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A token reached an end event. `terminate` takes every other token with it."""

    node: Node
    terminate: bool = False
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """No token is left: the instance is complete."""

    node: Node


Effect = Passed | Entered | Arrived | Joined | Interrupted | Stuck | Ended | Finished


# --- the table ----------------------------------------------------------------------------------


class Table:
    """One step being played: where tokens are now, which still move, what was done so far."""

    def __init__(self, process: Process, marking: Marking, variables: Mapping[str, Any]) -> None:
        self.process = process
        self.variables = variables
        self.live = marking.live
        self.joins = {node: dict(counts) for node, counts in marking.joins.items()}
        self.moving: deque[tuple[Node, str]] = deque()  # tokens about to arrive, and over what
        self.effects: list[Effect] = []

    def marking(self) -> Marking:
        """Where tokens stand now."""
        return Marking(live=self.live, joins=self.joins)

    def send(self, flows: Iterable[str]) -> None:
        """Tokens set out over these flows."""
        for flow in flows:
            self.moving.append((self.process.nodes[self.process.flows[flow].target], flow))

    def rest(self, node: Node, flow: str) -> None:
        """A token stays here until somebody completes the activity."""
        self.effects.append(Entered(node, flow))

    def stick(self, node: Node, reason: str) -> None:
        """A token stays here until a person has looked at it."""
        self.effects.append(Stuck(node, reason))

    def leave(self, node: Node, *, passed: bool, flow: str | None = None) -> None:
        """The token at this node moves on over every flow that is unconditional or true.

        Without any outgoing flow the token ends here. `passed` records the going through.
        """
        if not node.outgoing:
            self.end(node, flow)
            return
        try:
            flows = chosen(self, node)
        except Undecided as reason:
            self.stick(node, str(reason))
            return
        if passed:
            self.effects.append(Passed(node, flows, flow))
        self.live += len(flows) - 1
        self.send(flows)

    def end(self, node: Node, flow: str | None) -> None:
        """The token ends here; the others go on."""
        self.live -= 1
        self.effects.append(Ended(node, flow=flow))

    def terminate(self, node: Node, flow: str | None) -> None:
        """Every token ends."""
        self.live = 0
        self.joins.clear()
        self.moving.clear()
        self.effects.append(Ended(node, terminate=True, flow=flow))


class Undecided(Exception):
    """Conditions do not tell where a token goes."""


def holds(table: Table, flow: Flow) -> bool:
    """Whether a token may take this flow; a condition that is neither true nor false refuses."""
    if flow.condition is None:
        return True
    try:
        answer = table.process.conditions[flow.id](table.variables)
    except FeelError as error:
        raise Undecided(f"The condition of {_named(flow)} failed: {error}") from error
    if not isinstance(answer, bool):
        raise Undecided(
            f"The condition of {_named(flow)}, {flow.condition!r}, is neither true nor false. "
            "Check the variables that it reads."
        )
    return answer


def chosen(table: Table, node: Node) -> tuple[str, ...]:
    """All flows whose condition is true or absent, else the default flow (BPMN 2.0.2, 13.3.1)."""
    conditional = [table.process.flows[flow] for flow in node.outgoing if flow != node.default_flow]
    flows = tuple(flow.id for flow in conditional if holds(table, flow))
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
