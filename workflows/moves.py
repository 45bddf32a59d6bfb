"""What becomes of one instance in another version of its process: read from rows, then written.

`of` reads and computes, and changes nothing: a preview asks it without the lock, the operation with
it. Raises `DoesNotFit` with a sentence for each thing that has no place there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from workflows import cancelling, moved_waits, moved_work, standing
from workflows.bpmn import moving
from workflows.bpmn.migrating import Plan
from workflows.bpmn.model import Kind
from workflows.bpmn.moving import DoesNotFit
from workflows.bpmn.scopes import Marking
from workflows.handlers import Step
from workflows.models import Activity, Call, Incident, Job, ProcessInstance, Scope
from workflows.moved_waits import Waits
from workflows.openings import CannotOpen
from workflows.surroundings import Around

AT_ONCE = 500  # rows of one statement
OF_THE_INSTANCE = ("definition_id", "resting", "joins", "done")


@dataclass(slots=True)
class Moves:
    """Everything that is different for one instance, ready to be written."""

    instance: ProcessInstance
    marking: Marking
    activities: list[Activity]
    scopes: list[Scope]
    waits: Waits
    jobs: list[Job]
    calls: list[Call]
    asked: list[Step]  # work for people that is described otherwise from now on

    def write(self, *, now: datetime) -> None:
        """Write all but the instance's own row. Raises `DoesNotFit` for a message taken twice."""
        _update(Activity, self.activities, ["node_id", "name", "flow_id"])
        _update(Scope, self.scopes, ["node_id", "resting", "joins", "done", "queue"])
        self.waits.write(now=now)
        moved_work.write(self.jobs, self.calls)

    def set_instance(self) -> None:
        """What the instance's own row says from now on."""
        self.instance.resting = dict(self.marking.resting)
        self.instance.joins = {node: dict(flows) for node, flows in self.marking.joins.items()}
        self.instance.done = [asdict(each) for each in self.marking.done]


def of(instance: ProcessInstance, plan: Plan, *, timers_anew: bool, now: datetime) -> Moves:
    """What is different for this instance. Raises `DoesNotFit`."""
    around = Around(instance, now)
    marking = moving.moved(standing.marking_of(instance), plan)
    activities = _activities(instance)
    _check_places(activities, plan)
    tokens = [each for each in activities if each.status in cancelling.LIVE]
    try:
        waits = moved_waits.of(tokens, around, plan, anew=timers_anew)
        jobs = moved_work.jobs(tokens, around, plan)
        calls = moved_work.calls(tokens, around, plan)
    except CannotOpen as trouble:
        raise DoesNotFit([str(trouble)]) from trouble
    asked = list(_asked(tokens, plan))
    return Moves(
        instance=instance,
        marking=marking,
        activities=[each for each in activities if _rename(each, plan)],
        scopes=_scopes(around.rows.values(), marking),
        waits=waits,
        jobs=jobs,
        calls=calls,
        asked=asked,
    )


def _activities(instance: ProcessInstance) -> list[Activity]:
    """Every token, and what an open incident is about."""
    troubled = Incident.objects.filter(instance=instance, status=Incident.Status.OPEN)
    wanted = Q(status__in=cancelling.LIVE) | Q(pk__in=troubled.values("activity_id"))
    return list(Activity.objects.filter(wanted, instance=instance).order_by("id"))


def _check_places(activities: Iterable[Activity], plan: Plan) -> None:
    lost = [plan.unplaced(a.node_id) for a in activities if plan.place(a.node_id) is None]
    if lost:
        raise DoesNotFit(lost)


def _asked(tokens: Iterable[Activity], plan: Plan) -> Iterator[Step]:
    for each in tokens:
        was, node = plan.old.nodes[each.node_id], plan.place(each.node_id)
        if node is not None and each.kind == Kind.USER_TASK and was != node:
            yield Step(each, was, node)


def _rename(activity: Activity, plan: Plan) -> bool:
    """The activity at its counterpart; whether anything is different."""
    node = plan.place(activity.node_id)
    if node is None:
        return False
    flow = activity.flow_id
    if activity.status == Activity.Status.WAITING:
        flow = plan.flows.get(flow, flow)
    before = (activity.node_id, activity.name, activity.flow_id)
    activity.node_id, activity.name, activity.flow_id = node.id, node.name[:200], flow
    return before != (activity.node_id, activity.name, flow)


def _scopes(rows: Iterable[Scope], marking: Marking) -> list[Scope]:
    """Scopes whose counts are told otherwise from now on."""
    changed = []
    for row in rows:
        scope = marking.inner[row.number]
        news = {
            "node_id": scope.node,
            "resting": dict(scope.resting),
            "joins": {node: dict(flows) for node, flows in scope.joins.items()},
            "done": [asdict(each) for each in scope.done],
            "queue": [asdict(each) for each in scope.queue],
        }
        if any(getattr(row, name) != value for name, value in news.items()):
            for name, value in news.items():
                setattr(row, name, value)
            changed.append(row)
    return changed


def _update(model: Any, rows: Sequence[Any], names: list[str]) -> None:
    if rows:
        model.objects.bulk_update(rows, names, batch_size=AT_ONCE)
