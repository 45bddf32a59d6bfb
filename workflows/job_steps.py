"""What a model says of the step that a job belongs to, beyond who does it.

Whoever works gets its headers; whoever fails waits as long as it says, or has met an error that it
foresees; and it says how a result is kept.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from workflows import definitions, standing
from workflows.bpmn import expressions, retries
from workflows.bpmn.details import Work
from workflows.bpmn.expressions import Unclear
from workflows.models import Job, ProcessInstance

NOTHING = Work("", "")


def headers(job: Job) -> dict[str, str]:
    """What the model tells every worker of this step: task headers, or extension properties."""
    return dict(_work(job, job.instance).headers)


def pause(job: Job, instance: ProcessInstance) -> timedelta | None:
    """How long the model makes this job wait after its last attempt; None when it says nothing."""
    return retries.read(_work(job, instance).retries).pause(job.attempts)


def kept(job: Job, instance: ProcessInstance, result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The variables that a result becomes.

    A handler of the model's own words is kept in the variable that it names, or not at all. Work of
    another tool's model sets variables by name; where it names one for the result, a worker may
    give that one by its name, too.
    """
    foreign = _work(job, instance) is not NOTHING
    if not job.result_variable:
        return result if foreign else {}
    if foreign and job.result_variable in result:
        return result
    return {job.result_variable: result}


def foreseen(job: Job, instance: ProcessInstance, message: str) -> str | None:
    """The code of the error that the model sees in this failure; None when it sees none."""
    errors = _work(job, instance).errors
    if not errors:
        return None
    left = max(0, job.max_attempts - job.attempts)
    told = {"errorMessage": message, "errorDetails": message, "retries": left}
    known = {
        **standing.seen_in(job.activity.scope, instance),
        "externalTask": {**told, "topicName": job.handler, "workerId": job.leased_by},
    }
    return next((each.code for each in errors if _holds(each.condition, known)), None)


def _holds(condition: str, known: Mapping[str, Any]) -> bool:
    try:
        return expressions.truth(condition, known)
    except Unclear:
        return False


def _work(job: Job, instance: ProcessInstance) -> Work:
    """What another tool's model says of the work; `NOTHING` in the model's own words."""
    node = definitions.process_of(instance).nodes[job.activity.node_id]
    return NOTHING if node.work is None or node.extension("job") else node.work
