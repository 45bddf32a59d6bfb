"""What becomes of one instance in another version of its process: read from rows, then written.

`of` reads and computes, and changes nothing: a preview asks it without the lock, the operation with
it. Raises `DoesNotFit` with a sentence for each thing that has no place there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Q

from workflows import cancelling, markings, moved_scopes, moved_waits, moved_work, variables
from workflows.bpmn import moving
from workflows.bpmn.migrating import Plan
from workflows.bpmn.model import Kind
from workflows.bpmn.moving import DoesNotFit, Moved
from workflows.handlers import Step
from workflows.models import Activity, Call, Incident, Job, ProcessInstance
from workflows.moved_scopes import Scopes
from workflows.moved_waits import Waits
from workflows.openings import CannotOpen
from workflows.surroundings import Around

AT_ONCE = 500  # rows of one statement
OF_A_TOKEN = ("node_id", "name", "flow_id", "scope")
OF_THE_INSTANCE = (
    "definition_id", "live_tokens", "resting", "joins", "done", "last_scope", "variables",
)  # fmt: skip


@dataclass(slots=True)
class Moves:
    """Everything that is different for one instance, ready to be written."""

    instance: ProcessInstance
    moved: Moved
    activities: list[Activity]
    scopes: Scopes
    waits: Waits
    jobs: list[Job]
    calls: list[Call]
    asked: list[Step]  # work for people that is described otherwise from now on

    def write(self, *, now: datetime) -> None:
        """Write all but the instance's own row. Raises `DoesNotFit` for a message taken twice."""
        self.scopes.write(now=now)
        if self.activities:
            Activity.objects.bulk_update(self.activities, OF_A_TOKEN, batch_size=AT_ONCE)
        self.waits.write(now=now)
        moved_work.write(self.jobs, self.calls)

    def set_instance(self) -> None:
        """What the instance's own row says from now on."""
        marking, instance = self.moved.marking, self.instance
        instance.live_tokens, instance.last_scope = marking.live, marking.last
        instance.resting = dict(marking.resting)
        instance.joins = {node: dict(flows) for node, flows in marking.joins.items()}
        instance.done = [asdict(each) for each in marking.done]
        instance.variables = variables.merged(instance.variables, self.moved.let_out)


def of(instance: ProcessInstance, plan: Plan, *, timers_anew: bool, now: datetime) -> Moves:
    """What is different for this instance. Raises `DoesNotFit`.

    `NotValid` when variables of sub-processes that are gone make others too large.
    """
    around = Around(instance, now)
    moved = moving.moved(markings.of(instance), plan, instance.variables)
    activities = _activities(instance)
    scopes = moved_scopes.of(around, moved, activities)
    ending = {each.pk for each in scopes.owners}
    staying = [each for each in activities if each.pk not in ending]
    _check_places(staying, plan)
    elsewhere = {each.pk for each in staying if _settle(each, moved)}
    tokens = [each for each in staying if each.status in cancelling.LIVE]
    try:
        waits = moved_waits.of(tokens, around, plan, scopes, anew=timers_anew)
        jobs = moved_work.jobs(tokens, around, plan)
        calls = moved_work.calls(tokens, around, plan)
    except CannotOpen as trouble:
        raise DoesNotFit([str(trouble)]) from trouble
    asked = list(_asked(tokens, plan))
    scopes.tell(around, moved)
    return Moves(
        instance=instance,
        moved=moved,
        activities=[each for each in staying if _rename(each, plan) or each.pk in elsewhere],
        scopes=scopes,
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


def _settle(activity: Activity, moved: Moved) -> bool:
    """The activity in the scope where it goes on; whether that is another one."""
    before = activity.scope
    if moved.knows(before):
        activity.scope = moved.home(before, activity.node_id)
    return activity.scope != before


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
