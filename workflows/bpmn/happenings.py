"""What may happen to an instance; each happening names the scope that it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.bpmn.scopes import ROOT, Done

Values = Mapping[str, Any]


class CannotBe(ValueError):
    """What somebody wants to happen is not possible now; a sentence says why."""


@dataclass(frozen=True, slots=True)
class Started:
    """The instance begins at this start event."""

    node: str
    scope: int = ROOT


@dataclass(frozen=True, slots=True)
class Compensated:
    """A process that is over is to be undone by a new instance of it.

    It begins at this start event, of its compensation event sub-process, and may undo what is
    `done`.
    """

    node: str
    scope: int = ROOT
    done: tuple[Done, ...] = ()


@dataclass(frozen=True, slots=True)
class Completed:
    """The activity that held a token at this node is done, or the event there has occurred.

    `result` is what it brings. `inputs` are variables of the activity alone: its output mappings
    see them, and what is brought under the same name stays with it. An event behind an event-based
    gateway takes the gateway's token; a gateway at which a token was stuck is tried again.
    `called` is the instance that a call activity has called, when that can be undone.
    """

    node: str
    scope: int = ROOT
    result: Values = field(default_factory=dict)
    inputs: Values = field(default_factory=dict)
    called: str = ""


@dataclass(frozen=True, slots=True)
class BoundaryFired:
    """A boundary event fired; an interrupting one takes its activity's token.

    `inner` is the scope that the activity's token opened, when it opened one.
    """

    node: str
    scope: int = ROOT
    inner: int | None = None
    result: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Triggered:
    """The start event of an event sub-process occurred in this scope."""

    node: str
    scope: int = ROOT
    result: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ErrorThrown:
    """The work of an activity ended with a BPMN error."""

    node: str
    scope: int = ROOT
    code: str = ""
    message: str = ""
    inner: int | None = None
    result: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Escalated:
    """The work of an activity escalated; it goes on unless who catches it interrupts."""

    node: str
    scope: int = ROOT
    code: str = ""
    inner: int | None = None
    result: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Activated:
    """Somebody begins this activity of an ad-hoc sub-process; `scope` is its inside."""

    node: str
    scope: int


@dataclass(frozen=True, slots=True)
class SaidDone:
    """Somebody says that this ad-hoc sub-process is done; `scope` is its inside."""

    node: str
    scope: int


@dataclass(frozen=True, slots=True)
class Retried:
    """A token that was stuck here tries again, as `Stuck` told: to enter or to leave."""

    node: str
    scope: int = ROOT
    entering: bool = False
    flow: str | None = None


Happening = (
    Started
    | Compensated
    | Completed
    | BoundaryFired
    | Triggered
    | ErrorThrown
    | Escalated
    | Activated
    | SaidDone
    | Retried
)
