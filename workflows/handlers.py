"""Who is told when a step is reached that a person has to do: one handler per kind of step."""

from collections.abc import Callable
from datetime import datetime

from workflows.bpmn.model import Kind, Node
from workflows.models import Activity, ProcessInstance


class AlreadyRegistered(Exception):
    """Two parts of the house want the same kind of step."""


# Both are called inside the transaction that holds the instance, and may raise Refusal.
Opened = Callable[[ProcessInstance, Activity, Node, datetime], None]
Cancelled = Callable[[ProcessInstance, Activity, datetime], None]

_opened: dict[Kind, Opened] = {}
_cancelled: dict[Kind, Cancelled] = {}


def register(
    kind: Kind,
    *,
    opened: Opened,
    cancelled: Cancelled,
) -> None:
    if kind in _opened:
        raise AlreadyRegistered(f"A handler for {kind.value} is already registered.")
    _opened[kind], _cancelled[kind] = opened, cancelled


def opened(
    kind: Kind, instance: ProcessInstance, activity: Activity, node: Node, now: datetime
) -> None:
    _opened[kind](instance, activity, node, now)


def cancelled(kind: Kind, instance: ProcessInstance, activity: Activity, now: datetime) -> None:
    if kind in _cancelled:
        _cancelled[kind](instance, activity, now)
