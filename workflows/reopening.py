"""Opening once more what could not be opened: what a step, or a scope, still has to wait for."""

from collections.abc import Iterator
from datetime import datetime

from workflows import standing
from workflows.bpmn import waits
from workflows.bpmn.kinds import CONTAINERS, Kind
from workflows.bpmn.model import Process
from workflows.bpmn.scopes import ROOT
from workflows.bpmn.tokens import Entered
from workflows.bpmn.waits import Wait
from workflows.models import Activity, Call, Job, Listener, ProcessInstance, Scope, Timer
from workflows.openings import Openings, Place


def missing(
    activity: Activity, *, instance: ProcessInstance, process: Process, now: datetime
) -> Openings:
    """What this step has not got yet, ready to be written. Raises `CannotOpen`."""
    openings = Openings()
    there, entered = _there(activity), _entered(activity, process)
    own = [wait for wait in waits.of(process, entered) if _key(wait) not in there]
    openings.add(own, place_of(activity, instance, now))
    for scope, found in _scopes(activity, instance, process):
        known = standing.seen_in(scope, instance)
        openings.add(found, Place(instance, now, scope, None, known))
    return openings


def place_of(activity: Activity, instance: ProcessInstance, now: datetime) -> Place:
    """Where an activity lies, and what is known there."""
    known = standing.seen_by(activity, instance)
    return Place(instance, now, activity.scope, activity, known)


def _key(wait: Wait) -> str:
    return wait.node.id if wait.what not in ("job", "person", "decision", "call") else wait.what


def _there(activity: Activity) -> set[str]:
    """What the step has already."""
    found = set(Timer.objects.filter(activity=activity).values_list("node_id", flat=True))
    found |= set(Listener.objects.filter(activity=activity).values_list("node_id", flat=True))
    if activity.kind == Kind.CALL_ACTIVITY:
        return found | ({"call"} if Call.objects.filter(activity=activity).exists() else set())
    return found | ({"job"} if Job.objects.filter(activity=activity).exists() else set())


def _entered(activity: Activity, process: Process) -> Entered:
    """How the token came to rest: with its work, unless it is the outside of something."""
    node = process.nodes[activity.node_id]
    around = Scope.objects.filter(instance=activity.instance_id, number=activity.scope).first()
    in_round = around is not None and around.role == "round" and around.node_id == node.id
    outside = node.kind in CONTAINERS or (node.loop is not None and not in_round)
    if around is not None and around.role == "undo" and not node.undoes:
        return Entered(node, None, activity.scope, work=False, boundary=False)  # undoes its call
    return Entered(node, None, activity.scope, work=not outside, boundary=not in_round)


def _scopes(
    activity: Activity, instance: ProcessInstance, process: Process
) -> Iterator[tuple[int, list[Wait]]]:
    """Event sub-processes that could not be waited for: of its inside, or of the instance."""
    inside = Scope.objects.filter(activity=activity, status=Scope.Status.OPEN).first()
    if inside is not None and inside.role in ("body", "event"):
        yield (
            inside.number,
            _unheard(instance, inside.number, waits.inside(process, inside.node_id)),
        )
    elif standing.owner_of(instance, ROOT) == activity:
        yield ROOT, _unheard(instance, ROOT, waits.inside(process))


def _unheard(instance: ProcessInstance, scope: int, found: Iterator[Wait]) -> list[Wait]:
    there = {"instance": instance, "scope": scope, "activity": None}
    nodes = set(Timer.objects.filter(**there).values_list("node_id", flat=True))
    nodes |= set(Listener.objects.filter(**there).values_list("node_id", flat=True))
    return [wait for wait in found if wait.node.id not in nodes]
