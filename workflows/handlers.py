"""Who is told when a step is reached that a person has to do: one handler per kind of step.

And who is told when an instance is over.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from workflows.bpmn.model import Kind, Node
from workflows.models import Activity, ProcessInstance
from workflows.refusals import Refusal


class AlreadyRegistered(Exception):
    """Two parts of the house want the same kind of step."""


class Nobody(Refusal):
    """No part of the house looks after this kind of step."""

    slug = "nobody-there"


# Both are called inside the transaction that holds the instance, and may raise Refusal.
Opened = Callable[[ProcessInstance, Activity, Node, datetime], None]
Cancelled = Callable[[ProcessInstance, Activity, datetime], None]


@dataclass(frozen=True, slots=True)
class Step:
    """An open step of an instance that goes on in another version: as it was, and as it is now."""

    activity: Activity
    was: Node
    node: Node


# All of a kind at once, and who lets them go on; called like the two above.
Moved = Callable[[ProcessInstance, Sequence[Step], str, datetime], None]
Over = Callable[[Sequence[ProcessInstance], datetime], None]

_opened: dict[Kind, Opened] = {}
_cancelled: dict[Kind, Cancelled] = {}
_moved: dict[Kind, Moved] = {}
_over: list[Over] = []


def register(
    kind: Kind, *, opened: Opened, cancelled: Cancelled, moved: Moved | None = None
) -> None:
    """Name who looks after steps of this kind; once, as the house starts."""
    if kind in _opened:
        raise AlreadyRegistered(f"A handler for {kind.value} is already registered.")
    _opened[kind], _cancelled[kind] = opened, cancelled
    if moved is not None:
        _moved[kind] = moved


@contextmanager
def looked_after(kind: Kind, *, opened: Opened, cancelled: Cancelled) -> Iterator[None]:
    """Somebody else looks after steps of this kind for a while: for tests and measurements."""
    was = _opened.get(kind), _cancelled.get(kind)
    _opened[kind], _cancelled[kind] = opened, cancelled
    try:
        yield
    finally:
        del _opened[kind], _cancelled[kind]
        if was[0] and was[1]:
            register(kind, opened=was[0], cancelled=was[1])


def opened(
    kind: Kind, instance: ProcessInstance, activity: Activity, node: Node, now: datetime
) -> None:
    """A token rests at a step of this kind."""
    if kind not in _opened:
        raise Nobody(f"Nobody in this installation looks after a {kind.value}.")
    _opened[kind](instance, activity, node, now)


def cancelled(kind: Kind, instance: ProcessInstance, activity: Activity, now: datetime) -> None:
    """The step is not to be done any more. It may never have been opened."""
    if kind in _cancelled:
        _cancelled[kind](instance, activity, now)


def moved(instance: ProcessInstance, steps: Sequence[Step], by: str, now: datetime) -> None:
    """The instance goes on in another version, in which these steps are described otherwise."""
    for kind, told in _moved.items():
        if found := [each for each in steps if each.was.kind == kind]:
            told(instance, found, by, now)


def register_over(told: Over) -> None:
    """Name somebody who is told of instances that they have ended or were cancelled."""
    _over.append(told)


def over(*instances: ProcessInstance, now: datetime) -> None:
    """Nothing of these instances is to be done any more. They are held."""
    for told in _over if instances else ():
        told(instances, now)
