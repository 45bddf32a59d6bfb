"""What a token waits for where it rests: rows to be written, computed before anything is."""

from datetime import datetime, timedelta

from workflows.bpmn import extensions, timing
from workflows.bpmn.model import Kind, Node, Process
from workflows.feel import FeelError
from workflows.models import Activity, Incident, Job, ProcessInstance, Timer

# The first wake-up goes out at the commit; the sweep looks after the job from here on.
FIRST_LOOK = timedelta(seconds=1)


class CannotOpen(Exception):
    """A step cannot be opened as modelled and with these variables: a person has to look."""

    def __init__(self, kind: Incident.Kind, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


def job_for(activity: Activity, node: Node, instance: ProcessInstance, now: datetime) -> Job:
    """The job of a service task."""
    said = extensions.job(node)
    try:
        given = extensions.inputs(node, instance.variables)
    except FeelError as error:
        sentence = f"The input of {node.name or node.id} cannot be evaluated: {error}"
        raise CannotOpen(Incident.Kind.HANDLER, sentence) from error
    return Job(
        instance=instance,
        activity=activity,
        handler=said.handler,
        input=given,
        result_variable=said.result,
        max_attempts=said.attempts,
        lease_for=said.lease,
        backoff=said.backoff,
        created_at=now,
        ready_at=now,
        dispatch_at=now + FIRST_LOOK,
        dispatches=1,
    )


def timers_for(
    activity: Activity, node: Node, process: Process, instance: ProcessInstance, now: datetime
) -> list[Timer]:
    """The timer that a catching event is, or those that sit on an activity's boundary."""
    nodes = (
        [node] if node.kind is Kind.TIMER_CATCH else [process.nodes[each] for each in node.boundary]
    )
    return [timer_for(activity, each, instance, now) for each in nodes if each.timer]


def timer_for(activity: Activity, node: Node, instance: ProcessInstance, now: datetime) -> Timer:
    """One timer, due as its event says."""
    if node.timer is None:
        raise ValueError(f"{node.id} has no timer.")
    try:
        plan = timing.plan(node.timer, instance.variables, now)
    except timing.TimingError as error:
        sentence = f"The timer {node.name or node.id} cannot be set: {error}"
        raise CannotOpen(Incident.Kind.TIMER, sentence) from error
    return Timer(
        instance=instance,
        activity=activity,
        node_id=node.id,
        due_at=plan.due_at,
        repeats_left=None if plan.repetitions is None else plan.repetitions - 1,
        period=plan.period,
    )
