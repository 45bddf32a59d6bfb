"""The token game, pure: where tokens stand plus what happened gives what has to be done.

Semantics follow BPMN 2.0.2, chapter 13. Nothing here reads a clock or a database; `runtime` turns
the effects into rows. The cost of a step does not depend on the size of the instance: a marking
holds only what a step can meet, the tokens waiting at joins and the number of live tokens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.bpmn.model import Node


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
    """The activity that held a token at this node is done; its token moves on."""

    node: str


@dataclass(frozen=True, slots=True)
class BoundaryFired:
    """A boundary event fired; an interrupting one takes its activity's token."""

    node: str


Happening = Started | Completed | BoundaryFired


# --- what has to be done, in this order ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passed:
    """A token went through this node without waiting: start event, gateway, fired event."""

    node: Node
    flows: tuple[str, ...] = ()


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
    """The activity this boundary event sits on is cancelled."""

    node: Node


@dataclass(frozen=True, slots=True)
class Stuck:
    """The token cannot go on without a person: no branch true, a condition failed."""

    node: Node
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A token reached an end event. `terminate` takes every other token with it."""

    node: Node
    terminate: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """No token is left: the instance is complete."""

    node: Node


Effect = Passed | Entered | Arrived | Joined | Interrupted | Stuck | Ended | Finished
