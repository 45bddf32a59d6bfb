"""What the token game speaks of (BPMN 2.0.2, chapter 13): what happened, what has to be done.

`workflows.engine` runs the game; each element family says what a token does at its elements.
Every happening and effect names the scope that it is about; 0 is the instance itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.bpmn.happenings import (
    Activated,
    BoundaryFired,
    Compensated,
    Completed,
    ErrorThrown,
    Escalated,
    Happening,
    Retried,
    SaidDone,
    Started,
    Triggered,
)
from workflows.bpmn.model import Node
from workflows.bpmn.scopes import ROOT, Done, Marking, Role

__all__ = [
    "Activated",
    "Arrived",
    "Assigned",
    "BoundaryFired",
    "Closed",
    "Compensated",
    "Completed",
    "Effect",
    "Emptied",
    "Ended",
    "Entered",
    "ErrorThrown",
    "Escalated",
    "Escaped",
    "Finished",
    "Happening",
    "Interrupted",
    "Joined",
    "Marking",
    "Opened",
    "Passed",
    "Recorded",
    "Retried",
    "SaidDone",
    "Skipped",
    "Started",
    "Stuck",
    "Threw",
    "Triggered",
    "Undoing",
]

Values = Mapping[str, Any]

# --- what has to be done, in this order ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passed:
    """A token went through this node without waiting: start event, gateway, fired event.

    `flows` are those it left over, `flow` the one it came by. A join passes after `Joined`.
    """

    node: Node
    flows: tuple[str, ...] = ()
    flow: str | None = None
    scope: int = ROOT


@dataclass(frozen=True, slots=True)
class Skipped:
    """The model says that this activity is left out; it is passed next."""

    node: Node
    scope: int = ROOT


@dataclass(frozen=True, slots=True)
class Entered:
    """A token rests at this activity or catching event until somebody completes it.

    `work`: its own work is to be begun, with `inputs` where it has some. `boundary`: what sits on
    it is to be listened for. A loop has its boundary outside and its work in each round. `undoes`:
    the work of a call activity is to undo this instance, which it has called before.
    """

    node: Node
    flow: str | None
    scope: int = ROOT
    work: bool = True
    boundary: bool = True
    inputs: Values | None = None
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A token waits at a join for its siblings."""

    node: Node
    flow: str
    scope: int = ROOT


@dataclass(frozen=True, slots=True)
class Joined:
    """A join has what it needs: one waiting token of each of these flows is consumed."""

    node: Node
    flows: tuple[str, ...]
    scope: int = ROOT


@dataclass(frozen=True, slots=True)
class Interrupted:
    """`node` is the boundary event: the activity it sits on, `node.attached_to`, is cancelled.

    With `inner`, the scope that the activity opened is cancelled together with all inside.
    """

    node: Node
    scope: int = ROOT
    inner: int | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """The token cannot go on without a person: no branch true, a condition failed.

    It rests at this node; `Retried` tries again, to enter it or to leave it.
    """

    node: Node
    reason: str
    scope: int = ROOT
    entering: bool = False
    flow: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A token reached an end event. `terminate` takes every other token of its scope with it."""

    node: Node
    terminate: bool = False
    flow: str | None = None
    scope: int = ROOT


@dataclass(frozen=True, slots=True)
class Finished:
    """No token is left: the instance is complete."""

    node: Node
    scope: int = ROOT


@dataclass(frozen=True, slots=True)
class Opened:
    """A scope began: the inside of `node`, whose token lies in `parent`."""

    node: Node
    scope: int
    parent: int
    role: Role
    variables: Values = field(default_factory=dict)
    index: int = 0


@dataclass(frozen=True, slots=True)
class Closed:
    """A scope is complete; the token in `parent` that it belonged to rests no longer."""

    node: Node
    scope: int
    parent: int


@dataclass(frozen=True, slots=True)
class Emptied:
    """Whatever lies in this scope is cancelled; the scope stays."""

    node: Node
    scope: int


@dataclass(frozen=True, slots=True)
class Assigned:
    """Variables of this scope have these values now."""

    node: Node
    values: Values
    scope: int = ROOT


@dataclass(frozen=True, slots=True)
class Threw:
    """A message is to be sent, or a signal to be published."""

    node: Node
    what: str
    name: str
    scope: int = ROOT


@dataclass(frozen=True, slots=True)
class Escaped:
    """Nobody in the instance catches this error or escalation: it goes to whoever called it.

    The token of an error rests at `node`; an escalation holds up nobody. `result` is what came
    along.
    """

    node: Node
    what: str
    code: str
    message: str = ""
    scope: int = ROOT
    result: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An activity was completed that can be compensated.

    Records of a round or loop that is closed belong to the scope around it, in their order.
    """

    node: Node
    done: Done
    scope: int = ROOT


@dataclass(frozen=True, slots=True)
class Undoing:
    """These records are being compensated; none of them is compensated again."""

    node: Node
    done: tuple[Done, ...]
    scope: int = ROOT


Effect = (
    Passed
    | Skipped
    | Entered
    | Arrived
    | Joined
    | Interrupted
    | Stuck
    | Ended
    | Finished
    | Opened
    | Closed
    | Emptied
    | Assigned
    | Threw
    | Escaped
    | Recorded
    | Undoing
)
