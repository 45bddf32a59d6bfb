"""Ad-hoc sub-processes by hand: people begin what they choose in them, and say when it is done.

What may be chosen is asked again under the lock: two who choose at once do not begin too much.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from workflows import definitions, runtime
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Node, Process
from workflows.bpmn.subprocesses import begins_by_itself
from workflows.bpmn.tokens import Activated, SaidDone
from workflows.journal import Fact
from workflows.models import Activity, ProcessInstance, Scope
from workflows.refusals import NotValid


@dataclass(frozen=True, slots=True)
class Choice:
    """An open ad-hoc sub-process, and what somebody may do about it now."""

    activity: Activity
    steps: tuple[Node, ...]  # that may be begun
    may_end: bool
    until: str = ""  # its completion condition


def open_in(instance: ProcessInstance) -> list[Choice]:
    """What may be chosen in an instance."""
    process = definitions.process_of(instance)
    named = [node.id for node in process.nodes.values() if node.kind is Kind.AD_HOC]
    if not named or instance.status != ProcessInstance.Status.RUNNING:
        return []
    inside = Scope.objects.filter(instance=instance, status=Scope.Status.OPEN, role="body")
    found = inside.filter(node_id__in=named).select_related("activity").order_by("number")
    return [_choice(scope.activity, scope, process) for scope in found if scope.activity]


@transaction.atomic
def begin(*, activity_id: UUID, node_id: str, by: str, now: datetime) -> ProcessInstance:
    """Begin an activity of an open ad-hoc sub-process, whose own activity this is.

    Raises `NotValid` when it cannot be begun, `AlreadyDone` or `Over` when it is too late.
    """
    instance, scope = _hold(activity_id)
    process = definitions.process_of(instance)
    if node_id not in process.nodes:
        raise NotValid(f"{scope.activity} has no activity {node_id!r}. Choose one that it has.")
    fact = Fact("adhoc.begun", by, f"activity:{activity_id}", {"node": node_id})
    happening = Activated(node_id, scope.number)
    runtime.choose(happening, instance=instance, actor=by, now=now, fact=fact)
    return instance


@transaction.atomic
def finish(*, activity_id: UUID, by: str, now: datetime) -> ProcessInstance:
    """Say that an ad-hoc sub-process is done; one with a condition has to meet it.

    Raises `NotValid` when it is not, `AlreadyDone` or `Over` when it is too late.
    """
    instance, scope = _hold(activity_id)
    fact = Fact("adhoc.done", by, f"activity:{activity_id}", {"node": scope.node_id})
    happening = SaidDone(scope.node_id, scope.number)
    runtime.choose(happening, instance=instance, actor=by, now=now, fact=fact)
    return instance


def _hold(activity_id: UUID) -> tuple[ProcessInstance, Scope]:
    """The instance, locked, and the inside of this activity as it is now."""
    activity = Activity.objects.get(pk=activity_id)
    instance = runtime.hold(activity.instance_id)
    runtime.refuse_when_over(instance)
    inside = Scope.objects.filter(activity=activity_id, status=Scope.Status.OPEN, role="body")
    scope = inside.select_related("activity").first()
    if scope is None or activity.kind != Kind.AD_HOC:
        raise runtime.AlreadyDone(f"{activity} is not open any more. Nothing was changed.")
    return instance, scope


def _choice(activity: Activity, scope: Scope, process: Process) -> Choice:
    said = process.nodes[scope.node_id].adhoc
    busy = scope.live > 0
    steps = () if said and said.sequential and busy else tuple(_steps(process, scope.node_id))
    return Choice(activity, steps, not busy, said.until if said else "")


def _steps(process: Process, container: str) -> Iterator[Node]:
    return (node for node in process.inside(container) if begins_by_itself(node))
