"""The worker of the examples, over real HTTP."""

import time

import pytest
from django.utils import timezone

from examples.external_worker import WORK, House, Refused, Worker
from queues import tokens
from queues.models import ServiceToken
from tests.reviews import builders as people
from tests.workflows import outside
from tests.workflows.builders import elsewhere, job_at, now_of, start
from workflows.models import Incident, ProcessInstance

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    """Wake-ups are for workers inside."""
    from workflows import wakeups

    monkeypatch.setattr(wakeups, "send", lambda *_what: True)


@pytest.fixture
def worker(live_server):
    account = people.program("shipping")
    _, secret = tokens.issue(
        user=account, name="Press", by="user:ada", now=timezone.now(), topics=["parcel.ship"]
    )
    return Worker(House(live_server.url, secret), WORK, "press-1")


def parcel(**variables) -> ProcessInstance:
    definition = outside.deployed("parcel.ship", "start -> auto", "auto -> end")
    return start(definition, variables=variables)


def test_a_parcel_is_shipped(worker):
    instance = parcel(weight=3)

    assert worker.once(wait=0) == 1

    key = str(job_at(instance, "auto").pk)
    assert now_of(instance).status == "completed"
    assert now_of(instance).variables == {"weight": 3, "parcel": f"P-{key[:8]}"}
    assert worker.once(wait=0) == 0


def test_what_cannot_be_shipped_is_a_persons_at_once(worker):
    instance = parcel()

    worker.once(wait=0)

    assert job_at(instance, "auto").attempts == 1
    assert "The parcel has no weight." in Incident.objects.get().message


def test_an_error_that_the_model_does_not_catch_is_a_persons(worker):
    parcel(weight=31)

    worker.once(wait=0)

    assert "parcel.too_heavy" in Incident.objects.get().message


def test_what_goes_wrong_is_tried_again(worker, monkeypatch):
    def breaks(_job):
        raise ConnectionError("The press is off.")

    monkeypatch.setitem(WORK, "parcel.ship", breaks)
    instance = parcel(weight=3)

    worker.once(wait=0)

    job = job_at(instance, "auto")
    assert (job.status, job.last_error) == ("ready", "ConnectionError: The press is off.")


def test_a_worker_that_waits_gets_a_job_as_soon_as_there_is_one(worker):
    definition = outside.deployed("parcel.ship", "start -> auto", "auto -> end")

    def waits():
        began = time.monotonic()
        return worker.once(wait=20), time.monotonic() - began

    def starts():
        time.sleep(0.5)
        start(definition, variables={"weight": 3})

    (done, seconds), _ = elsewhere(waits, starts)

    assert done == 1
    assert seconds < 10
    assert ProcessInstance.objects.get().status == "completed"


def test_a_revoked_token_is_refused_in_words(worker):
    tokens.revoke(ServiceToken.objects.get(), by="user:ada", now=timezone.now())

    with pytest.raises(Refused, match="401: This token is not valid"):
        worker.once(wait=0)
