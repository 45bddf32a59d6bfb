"""Jobs that gave up: several tried again, corrected and tried again, or settled by a person.

`workflows.incidents` tries one again; here is what else a person can do about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from workflows import (
    canonical,
    definitions,
    incidents,
    journal,
    markings,
    openings,
    reopening,
    runtime,
    senders,
    variables,
)
from workflows.incidents import AlreadyResolved
from workflows.journal import Fact
from workflows.models import Activity, Incident, Job, ProcessInstance
from workflows.openings import CannotOpen
from workflows.refusals import NotValid, Refusal

MOST_AT_ONCE = 100
LONGEST_REASON = 500
Kind = Incident.Kind


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying several again: how many were, and why the others were not."""

    again: int
    refused: Sequence[tuple[UUID, str]]


def retry_many(*, incident_ids: Iterable[UUID], by: str, now: datetime) -> Tried:
    """Have several tried again, each in a transaction of its own: one that fails stops no other."""
    wanted = list(dict.fromkeys(incident_ids))
    if len(wanted) > MOST_AT_ONCE:
        raise NotValid(f"Choose at most {MOST_AT_ONCE} incidents at a time.")
    again, refused = 0, []
    for each in wanted:
        try:
            incidents.retry(incident_id=each, by=by, now=now)
        except Refusal as refusal:
            refused.append((each, refusal.sentence))
        else:
            again += 1
    return Tried(again, refused)


@transaction.atomic
def correct(*, incident_id: UUID, news: Mapping[str, Any], by: str, now: datetime) -> Incident:
    """Give variables of the process their right values, and have the step tried again with them.

    A variable changes where it lies, in a sub-process or the process itself; a new one lies in the
    process. `NotValid` when they cannot be kept, or the step still cannot be opened with them.
    """
    instance, incident = _hold(incident_id)
    runtime.refuse_when_over(instance)
    if not news:
        raise NotValid("Name at least one variable with its new value.")
    said = variables.checked(news)
    _assign(said, activity=incident.activity, instance=instance)
    fact = Fact(
        kind="variables.corrected",
        actor=by,
        subject=f"incident:{incident.pk}",
        detail={"node": incident.activity.node_id, "names": sorted(said),
                "news_sha256": canonical.digest(said)},
    )  # fmt: skip
    journal.record_all([fact], instance=instance, now=now, also_save=["variables"])
    if incident.kind == Kind.DEAD_JOB:
        _give_anew(incident.activity, instance=instance, now=now)
    if incident.kind == Kind.MESSAGE:
        message = senders.hold(senders.of_activity(incident.activity))
        senders.make_anew(message, now=now)
        message.save(update_fields=["key", "variables"])
    return incidents.retry(incident_id=incident_id, by=by, now=now)


@transaction.atomic
def settle(
    *, incident_id: UUID, reason: str, result: Mapping[str, Any], by: str, now: datetime
) -> Incident:
    """Nobody has to try again, and `reason` says why.

    For a job: its work was done in another way, `result` is what it would have given, and the
    process goes on. For an event: it is not published. For a message: it is withdrawn. Other
    trouble cannot be settled like this.
    """
    reason = reason.replace("\0", "").strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise NotValid(f"Say why nothing is tried again, in at most {LONGEST_REASON} characters.")
    instance, incident = _hold(incident_id)
    if incident.kind not in (Kind.DEAD_JOB, *incidents.TOLD):
        raise NotValid(
            "The step cannot be passed over. Try it again once the cause is gone, or give up on "
            "the process."
        )
    if incident.kind == Kind.DEAD_JOB:
        runtime.refuse_when_over(instance)
    incident.resolve(by=by, how=reason, now=now)
    incident.save(update_fields=["status", "resolved_at", "resolved_by", "resolution"])
    journal.record(
        "incident.resolved", instance=instance, actor=by, now=now,
        subject=f"incident:{incident.pk}", how="settled", reason=reason,
    )  # fmt: skip
    if incident.kind == Kind.DEAD_JOB:
        _done_in_another_way(incident.activity, instance, variables.checked(result), by, now)
    if incident.kind == Kind.MESSAGE:
        senders.withdraw(senders.of_activity(incident.activity), reason=reason, by=by, now=now)
    return incident


def _done_in_another_way(
    activity: Activity, instance: ProcessInstance, result: Mapping[str, Any], by: str, now: datetime
) -> None:
    job = Job.objects.select_for_update(no_key=True).get(activity=activity)
    job.cancel(now=now)
    job.save(update_fields=["status", "lease_expires_at", "dispatch_at", "ended_at"])
    fact = Fact(
        kind="job.settled",
        actor=by,
        subject=f"job:{job.pk}",
        detail={
            "node": activity.node_id,
            "handler": job.handler,
            "result_sha256": canonical.digest(result),
        },
    )
    kept = {job.result_variable: result} if job.result_variable else result
    runtime.complete(
        activity=activity, instance=instance, variables=kept, actor=by, now=now, fact=fact
    )


def _hold(incident_id: UUID) -> tuple[ProcessInstance, Incident]:
    found = Incident.objects.values_list("instance_id", flat=True).get(pk=incident_id)
    instance = runtime.hold(found)
    held = Incident.objects.select_for_update(no_key=True, of=("self",))
    incident = held.select_related("activity").get(pk=incident_id)
    if incident.status != Incident.Status.OPEN:
        who = incident.resolved_by.removeprefix("user:") or "somebody"
        raise AlreadyResolved(f"{who} has resolved this incident meanwhile. Nothing was changed.")
    return instance, incident


def _assign(news: Mapping[str, Any], *, activity: Activity, instance: ProcessInstance) -> None:
    """Each in the innermost place that has it; the instance's are saved by the caller."""
    around = sorted(markings.around(instance, activity.scope), key=lambda row: -row.number)
    of_the_step = activity.inputs or {}
    for name, value in news.items():
        scope = next((row for row in around if name in row.variables), None)
        if name in of_the_step:
            of_the_step = variables.merged(of_the_step, {name: value})
        elif scope is not None:
            scope.variables = variables.merged(scope.variables, {name: value})
            scope.save(update_fields=["variables"])
        else:
            instance.variables = variables.merged(instance.variables, {name: value})
    if of_the_step != (activity.inputs or {}):
        activity.inputs = of_the_step
        activity.save(update_fields=["inputs"])


def _give_anew(activity: Activity, *, instance: ProcessInstance, now: datetime) -> None:
    """The input of the job, from what is known now."""
    node = definitions.process_of(instance).nodes[activity.node_id]
    try:
        fresh = openings.job_for(node, reopening.place_of(activity, instance, now))
    except CannotOpen as trouble:
        raise NotValid(str(trouble)) from trouble
    Job.objects.filter(activity=activity).update(input=fresh.input)
