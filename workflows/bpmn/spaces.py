"""Scopes that a step has opened up, to be changed while it is played."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflows.bpmn.scopes import Done, Role, Rounds, Scope

# Reads the scopes inside of one that the marking leaves out.
Unread = Callable[[int], Mapping[int, Scope]]


def nothing_unread(_number: int) -> Mapping[int, Scope]:
    """The marking leaves nothing out."""
    return {}


@dataclass(slots=True)
class Space:
    """A scope that the step has opened up, to be changed.

    What only grows is kept apart from what was there before, which is read only when it is needed.
    """

    number: int
    role: Role
    node: str
    parent: int
    variables: dict[str, Any]
    live: int = 0
    joins: dict[str, dict[str, int]] = field(default_factory=dict)
    resting: dict[str, int] = field(default_factory=dict)
    rounds: Rounds | None = None
    index: int = 0
    done: list[Done] = field(default_factory=list)
    done_before: Sequence[Done] = ()
    queue: tuple[Done, ...] = ()
    interrupted: bool = False

    def all_done(self) -> list[Done]:
        """Everything that can be compensated, oldest first."""
        return [*self.done_before, *self.done]


def opened_up(number: int, scope: Scope) -> Space:
    """The scope as it is now, to be changed."""
    return Space(
        number=number,
        role=scope.role,
        node=scope.node,
        parent=scope.parent,
        variables=dict(scope.variables),
        live=scope.live,
        joins={node: dict(counts) for node, counts in scope.joins.items()},
        resting=dict(scope.resting),
        rounds=scope.rounds,
        index=scope.index,
        done_before=scope.done,
        queue=scope.queue,
        interrupted=scope.interrupted,
    )


def closed_up(space: Space) -> dict[str, Any]:
    """The fields of the scope that it has become."""
    return {
        "live": space.live,
        "joins": space.joins,
        "resting": space.resting,
        "role": space.role,
        "node": space.node,
        "parent": space.parent,
        "variables": space.variables,
        "rounds": space.rounds,
        "index": space.index,
        "done": tuple(space.all_done()),
        "queue": space.queue,
        "interrupted": space.interrupted,
    }
