"""What a person has to look at before a process can go on, and trying it again afterwards."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from workflows import (
    calls,
    definitions,
    handover,
    journal,
    listening,
    publishing,
    reopening,
    ruling,
    runtime,
    senders,
    standing,
    wakeups,
)
from workflows.bpmn import extensions
from workflows.bpmn.model import Kind, Node
from workflows.feel import FeelError
from workflows.inserting import insert_all
from workflows.journal import Fact
from workflows.models import Activity, Incident, Job, ProcessInstance
from workflows.openings import CannotOpen
from workflows.refusals import NotValid, OutOfDate


class AlreadyResolved(OutOfDate):
    """Somebody has dealt with the incident."""


@transaction.atomic
def retry(*, incident_id: UUID, by: str, now: datetime) -> Incident:
    """Have what failed tried again, after a person has removed the cause.

    When it fails at once again, a new incident is opened, or `NotValid` says why and this stays.
    """
    instance, incident = _hold(incident_id)
    if incident.kind not in TOLD:
        runtime.refuse_when_over(instance)
    incident.resolve(by=by, how="Tried again.", now=now)
    incident.save(update_fields=["status", "resolved_at", "resolved_by", "resolution"])
    journal.record(
        "incident.resolved",
        instance=instance,
        actor=by,
        now=now,
        subject=f"incident:{incident.pk}",
        how="retry",
    )
    AGAIN[Incident.Kind(incident.kind)](instance, incident, by, now)
    return incident


def _hold(incident_id: UUID) -> tuple[ProcessInstance, Incident]:
    instance = runtime.hold(
        Incident.objects.values_list("instance_id", flat=True).get(pk=incident_id)
    )
    held = Incident.objects.select_for_update(no_key=True, of=("self",))
    incident = held.select_related("activity").get(pk=incident_id)
    if incident.status != Incident.Status.OPEN:
        who = incident.resolved_by.removeprefix("user:") or "somebody"
        raise AlreadyResolved(f"{who} has resolved this incident meanwhile. Nothing was changed.")
    return instance, incident


def _run_job_again(instance: ProcessInstance, incident: Incident, by: str, now: datetime) -> None:
    job = Job.objects.select_for_update(no_key=True).get(activity=incident.activity)
    job.revive(now=now)
    job.save(
        update_fields=["status", "attempts", "dispatches", "ended_at", "ready_at", "dispatch_at"]
    )
    journal.record(
        "job.retried",
        instance=instance,
        actor=by,
        now=now,
        subject=f"job:{job.pk}",
        handler=job.handler,
    )
    wakeups.after_commit(wakeups.RUN_JOB, [job.pk])


def _move_on_again(instance: ProcessInstance, incident: Incident, by: str, now: datetime) -> None:
    activity = incident.activity
    fact = Fact(
        kind="activity.retried",
        actor=by,
        subject=f"activity:{activity.pk}",
        detail={"node": activity.node_id},
    )
    runtime.retry(activity=activity, instance=instance, actor=by, now=now, fact=fact)


def _open_again(instance: ProcessInstance, incident: Incident, _by: str, now: datetime) -> None:
    """What the step has not got yet: its job, its timers, its answer, its place in a queue."""
    activity = incident.activity
    process = definitions.process_of(instance)
    node = process.nodes[activity.node_id]
    try:
        openings = reopening.missing(activity, instance=instance, process=process, now=now)
        if openings.decisions:
            _ask_again(activity, node, instance, now)
        if activity.kind == Kind.CALL_ACTIVITY:
            calls.try_again(activity, instance=instance, now=now)
    except CannotOpen as trouble:
        raise NotValid(str(trouble)) from trouble
    if double := listening.taken(openings.listeners):
        raise NotValid(listening.sentence(double[0], node.name or node.id))
    for _, rows in openings.rows():
        insert_all(rows)
    if openings.jobs:
        wakeups.after_commit(wakeups.RUN_JOB, [job.pk for job in openings.jobs])
    listening.look_after_commit(openings.listeners)
    if openings.people and incident.kind == Incident.Kind.HANDLER:
        handover.open_step(instance=instance, activity=activity, node=node, now=now)


def _ask_again(activity: Activity, node: Node, instance: ProcessInstance, now: datetime) -> None:
    """The decision of a business rule task."""
    answer = ruling.of(node, reopening.place_of(activity, instance, now))
    Activity.objects.filter(pk=activity.pk).update(trace=dict(answer.trace))
    fact = Fact(
        kind="decision.evaluated",
        actor="system",
        subject=f"activity:{activity.pk}",
        detail=dict(answer.detail),
    )
    runtime.complete(
        activity=activity,
        instance=instance,
        variables=answer.result,
        actor="system",
        now=now,
        fact=fact,
    )


def _publish_again(instance: ProcessInstance, incident: Incident, _by: str, now: datetime) -> None:
    process = definitions.process_of(instance)
    node = process.nodes[incident.activity.node_id]
    try:
        known = standing.seen_in(incident.activity.scope, instance)
        kind, data = extensions.event(process, node, known)
    except FeelError as error:
        raise NotValid(f"The event still cannot be evaluated: {error}") from error
    publishing.publish(type=kind, instance=instance, data=data, now=now)


def _send_again(_instance: ProcessInstance, incident: Incident, by: str, now: datetime) -> None:
    senders.send_again(senders.of_activity(incident.activity), by=by, now=now)


# What was told to others may be told after the end of the process.
TOLD = (Incident.Kind.EVENT, Incident.Kind.MESSAGE)
AGAIN = {
    Incident.Kind.DEAD_JOB: _run_job_again,
    Incident.Kind.STUCK: _move_on_again,
    Incident.Kind.TIMER: _open_again,
    Incident.Kind.HANDLER: _open_again,
    Incident.Kind.EVENT: _publish_again,
    Incident.Kind.MESSAGE: _send_again,
}
