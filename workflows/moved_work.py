"""Jobs and calls of one instance in another version of its process.

A job in the hands of a worker stays as it is. Any other is done as the new version says, with what
it gives it. A process that is called already goes on; one that is to be called is called as the new
version says.
"""

from collections.abc import Callable, Sequence

from workflows import openings, wakeups
from workflows.bpmn.migrating import Plan
from workflows.bpmn.model import Node
from workflows.calls import SAID
from workflows.models import Activity, Call, Job
from workflows.surroundings import Around

NEWS_OF_A_JOB = ("handler", "input", "result_variable", "max_attempts", "lease_for", "backoff")
OF_A_JOB = (*NEWS_OF_A_JOB, "dispatch_at")
AT_ONCE = 500  # rows of one statement
NOT_IN_HAND = (Job.Status.READY, Job.Status.DEAD)
NOT_BEGUN = (Call.Status.WANTED, Call.Status.TROUBLED)

Said = Callable[[Node], object]


def jobs(tokens: Sequence[Activity], around: Around, plan: Plan) -> list[Job]:
    """Jobs that are done in another way from now on. Raises `CannotOpen`."""
    differing = {each.pk: each for each in tokens if _differs(each, plan, _said_of_a_job)}
    found = []
    if differing:
        rows = Job.objects.filter(activity__in=list(differing), status__in=NOT_IN_HAND)
        for job in rows.order_by("id"):
            _give_anew(job, differing[job.activity_id], around, plan)
            found.append(job)
    return found


def calls(tokens: Sequence[Activity], around: Around, plan: Plan) -> list[Call]:
    """Calls that have not begun and are to be other ones. Raises `CannotOpen`."""
    differing = {each.pk: each for each in tokens if _differs(each, plan, _said_of_a_call)}
    found = []
    if differing:
        rows = Call.objects.filter(activity__in=list(differing), status__in=NOT_BEGUN)
        for call in rows.filter(undoes=None):
            activity = differing[call.activity_id]
            fresh = openings.call_for(_node(activity, plan), around.place(activity.scope, activity))
            for name in SAID:
                setattr(call, name, getattr(fresh, name))
            found.append(call)
    return found


def _give_anew(job: Job, activity: Activity, around: Around, plan: Plan) -> None:
    place = around.place(activity.scope, activity)
    fresh = openings.job_for(_node(activity, plan), place)
    for name in NEWS_OF_A_JOB:
        setattr(job, name, getattr(fresh, name))
    if job.status == Job.Status.READY:
        job.dispatch_at = fresh.dispatch_at


def write(jobs: Sequence[Job], calls: Sequence[Call]) -> None:
    """Jobs that a worker took meanwhile are left to it: leasing does not ask for the instance."""
    if jobs:
        free = Job.objects.filter(pk__in=[job.pk for job in jobs], status__in=NOT_IN_HAND)
        held = set(free.select_for_update(no_key=True).values_list("pk", flat=True))
        mine = [job for job in jobs if job.pk in held]
        Job.objects.bulk_update(mine, OF_A_JOB, batch_size=AT_ONCE)
        ready = [job.pk for job in mine if job.status == Job.Status.READY]
        wakeups.after_commit(wakeups.RUN_JOB, ready)
    if calls:
        Call.objects.bulk_update(calls, SAID, batch_size=AT_ONCE)


def _differs(activity: Activity, plan: Plan, said: Said) -> bool:
    """Whether the new version says something else of the work that this token waits for."""
    node = plan.place(activity.node_id)
    if node is None or activity.stuck:
        return False
    return said(plan.old.nodes[activity.node_id]) != said(node)


def _node(activity: Activity, plan: Plan) -> Node:
    node = plan.place(activity.node_id)
    if node is None:
        raise ValueError(f"{activity.node_id} has no counterpart.")
    return node


def _said_of_a_job(node: Node) -> object:
    inputs = tuple(each for each in node.extensions if each.name == "input")
    return node.extension("job"), node.work, inputs


def _said_of_a_call(node: Node) -> object:
    return node.call, node.data.all_in
