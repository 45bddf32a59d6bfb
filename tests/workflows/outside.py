"""Jobs for workers outside, as these tests need them."""

from datetime import datetime, timedelta
from typing import Any

from tests.workflows import builders
from tests.workflows.builders import NOW
from workflows import definitions, external, external_results
from workflows.external import Fetched, Wish
from workflows.external_results import Worker
from workflows.models import Job, ProcessDefinition, ProcessInstance

ONE_JOB = ("start -> auto", "auto -> check", "check -> end")
SHIPPING = "api:shipping"


def deployed(topic: str = "parcel.ship", *arrows: str, job: str = 'attempts="3"'):
    """A process whose service tasks workers of this topic do."""
    external.know([topic])
    model = builders.source(*(arrows or ONE_JOB), job=job)
    source = model.replace(b'handler="any"', f'handler="{topic}"'.encode())
    source = source.replace(b'id="drawn"', f'id="drawn_{topic}"'.encode())
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return definition


def started(topic: str = "parcel.ship", *arrows: str, job: str = 'attempts="3"') -> ProcessInstance:
    return builders.start(deployed(topic, *arrows, job=job), variables={"weight": 3})


def many(definition: ProcessDefinition, how_many: int) -> list[ProcessInstance]:
    return [builders.start(definition) for _ in range(how_many)]


def wish(*topics: str, worker: str = "w1", at_most: int = 1, lease: timedelta | None = None):
    return Wish(topics or ("parcel.ship",), f"{SHIPPING}/{worker}", at_most, lease)


def fetch(*topics: str, at: datetime = NOW, worker: str = "w1", at_most: int = 1) -> Fetched:
    return external.fetch(wish(*topics, worker=worker, at_most=at_most), now=at)


def taken(*topics: str, at: datetime = NOW, worker: str = "w1") -> Job:
    """The one job that somebody outside takes."""
    [job] = fetch(*topics, at=at, worker=worker).jobs
    return job


def as_worker(job: Job, *, account: str = SHIPPING, epoch: int | None = None) -> Worker:
    return Worker(account, (job.handler,), job.epoch if epoch is None else epoch)


def complete(
    job: Fetched,
    given: dict[str, Any] | None = None,
    *,
    at: datetime = NOW,
    worker: Worker | None = None,
) -> Job:
    """The worker, or this one, says that it has done the job."""
    said = worker or as_worker(job)
    return external_results.complete(job.pk, worker=said, given=given or {}, now=at)


def fail(job: Fetched, message: str = "No paper.", *, at: datetime = NOW, **said: Any) -> Job:
    """The worker says that it could not do the job."""
    return external_results.fail(job.pk, worker=as_worker(job), message=message, now=at, **said)
