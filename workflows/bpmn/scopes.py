"""Where an instance stands (BPMN 2.0.2, chapter 13): scopes, and the tokens in each of them.

A scope is what begins, is counted and ends together: the instance itself, the inside of a
sub-process, the rounds of a loop. Tokens at one node of one scope are interchangeable here; rows
tell them apart. So a marking is as small as the model, however many tokens an instance has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

ROOT = 0  # the number of the scope that is the instance itself


class Role(StrEnum):
    """What a scope is the inside of."""

    PROCESS = "process"
    BODY = "body"  # a sub-process, transaction or ad-hoc sub-process
    EVENT = "event"  # an event sub-process
    LOOP = "loop"  # all rounds of one activity; `live` counts those that run
    ROUND = "round"  # one of them: the only token performs the activity
    UNDO = "undo"  # a compensation: one handler after the other


@dataclass(frozen=True, slots=True)
class Done:
    """An activity that was completed and can be compensated, with what it saw."""

    node: str
    handler: str = ""  # the activity or event sub-process that compensates it
    variables: Mapping[str, Any] = field(default_factory=dict)
    inner: tuple["Done", ...] = ()  # of a sub-process: what was completed in it
    called: str = ""  # of a call whose process undoes itself: which instance was called


@dataclass(frozen=True, slots=True)
class Rounds:
    """How far a loop is. `total` is unknown in a standard loop."""

    total: int | None = None
    started: int = 0
    completed: int = 0
    results: tuple[tuple[int, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """The tokens of one scope.

    `live` counts tokens that are somewhere in it, those at joins included. `resting` tells how
    many rest at each node, `joins` how many wait at each gateway over which incoming flow.
    """

    live: int = 0
    joins: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    resting: Mapping[str, int] = field(default_factory=dict)
    role: Role = Role.PROCESS
    node: str = ""  # the node that it is the inside of
    parent: int = ROOT
    variables: Mapping[str, Any] = field(default_factory=dict)  # its own; the instance has none
    rounds: Rounds | None = None
    index: int = 0  # which round
    done: Sequence[Done] = ()  # what can be compensated, oldest first
    queue: tuple[Done, ...] = ()  # what is still to be compensated, next first
    interrupted: bool = False  # an event sub-process took over


@dataclass(frozen=True, slots=True)
class Marking(Scope):
    """What a step may need to know of the instance: its own scope, and those inside by number.

    Whoever knows that a step cannot meet something may leave it out: `resting` is read by
    inclusive gateways alone, `inner` only as far as the happening's scope and its parents, `done`
    when compensation is thrown or its scope is complete. A transaction that is cancelled asks for
    the scopes inside of it by itself.
    """

    inner: Mapping[int, Scope] = field(default_factory=dict)
    last: int = ROOT  # the highest number given to a scope so far


def as_json(marking: Marking) -> dict[str, Any]:
    """The marking as JSON; `from_json` gives it back."""
    return asdict(marking)


def from_json(said: Mapping[str, Any]) -> Marking:
    """The marking that `as_json` wrote, also after it went through a JSON text."""
    inner = {int(number): Scope(**_scope(each)) for number, each in said["inner"].items()}
    return Marking(**_scope(said), inner=inner, last=said["last"])


def _scope(said: Mapping[str, Any]) -> dict[str, Any]:
    rounds = said["rounds"]
    return {
        **{name: each for name, each in said.items() if name not in ("inner", "last")},
        "role": Role(said["role"]),
        "rounds": None if rounds is None else _rounds(rounds),
        "done": _done(said["done"]),
        "queue": _done(said["queue"]),
    }


def _rounds(said: Mapping[str, Any]) -> Rounds:
    results = tuple((int(index), each) for index, each in said["results"])
    return Rounds(said["total"], said["started"], said["completed"], results)


def _done(said: Sequence[Mapping[str, Any]]) -> tuple[Done, ...]:
    return tuple(
        Done(
            each["node"],
            each["handler"],
            each["variables"],
            _done(each["inner"]),
            each.get("called", ""),
        )
        for each in said
    )
