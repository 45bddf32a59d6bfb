"""A broker with anything in it, or with nothing any more: workers go on and no work is lost."""

import json
import pickle
from pathlib import Path

import pytest
import redis
from celery import Celery
from django.test import Client
from django.utils import timezone

from config import up
from tests.chaos.house import House
from tests.chaos.website import SOUND
from tests.config.story import within
from tests.journeys.house import loan_approval
from tests.reviews import builders
from workflows import intake, wakeups
from workflows.ids import uuid7
from workflows.models import Incident, Job, ProcessDefinition, ProcessInstance

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

QUEUE = "countersign:wakeups"
PATIENCE = 40  # seconds


@pytest.fixture
def house(tmp_path):
    builders.grid("loan_approval")
    builders.queue_of(builders.person("alice"))
    loan_approval()
    house = House(tmp_path)
    house.broker.start()
    yield house
    house.close()


@pytest.fixture
def broker(house):
    with redis.Redis.from_url(house.broker.url) as client:
        yield client


@pytest.fixture
def celery(house):
    """Somebody else who can write to the broker."""
    app = Celery("elsewhere", broker=house.broker.url, set_as_current=False)
    app.conf.broker_transport_options = {"global_keyprefix": "countersign:"}
    app.conf.task_default_queue = "wakeups"
    yield app
    app.close()


def received(how_many: int = 1) -> list[Job]:
    """Jobs that wait for a worker; nobody has been told of them."""
    [message] = ProcessDefinition.objects.get().messages
    for number in range(how_many):
        intake.receive(
            message=message,
            variables={"application": SOUND},
            business_key=f"L-{number}",
            idempotency_key=f"k-{number}",
            sender="api:web",
            now=timezone.now(),
        )
    return list(Job.objects.all())


def is_done(job: Job) -> bool:
    return Job.objects.get(pk=job.pk).status == Job.Status.COMPLETED


class Trap:
    """Whoever unpickles this touches a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_b62_a_worker_survives_whatever_is_put_into_the_broker(house, broker, celery, tmp_path):
    job, mark = received()[0], tmp_path / "unpickled"
    send = celery.send_task
    send(wakeups.RUN_JOB, args=[Trap(mark)], serializer="pickle")
    send("os.system", args=["touch /tmp/nothing"])
    send("workflows.tasks.run_job_of_tomorrow", args=[str(uuid7())])
    send(wakeups.RUN_JOB, args=["x" * 5_000_000])
    send(wakeups.RUN_JOB, args=[1, [2], {"three": 4}], kwargs={"surprise": True})
    send(wakeups.RUN_JOB, args=[str(uuid7())], eta=timezone.now().replace(year=2999))
    send(wakeups.DELIVER, args=[{}])
    house.start("worker", up.worker_command())
    send(wakeups.RUN_JOB, args=[str(job.pk)])

    assert within(PATIENCE, lambda: is_done(job)), house.log("worker")

    assert house.running["worker"].poll() is None
    assert not mark.exists()
    assert broker.llen(QUEUE) == 0
    assert Incident.objects.count() == 0


NO_MESSAGES = [
    b"no json at all", b"\xff\xfe\x00", b"[]", b"{}", b"null", b'{"body": 1}', b'{"properties": 1}',
    json.dumps({"body": "%%%", "headers": {}, "properties": {}}).encode(),
    json.dumps({"body": "", "headers": None, "properties": {"delivery_tag": [1]}}).encode(),
    pickle.dumps({"a": 1}), b"[" * 100_000,
]  # fmt: skip


def test_b62_bytes_that_are_no_message_stop_no_work(house, broker, celery):
    job = received()[0]
    for raw in NO_MESSAGES:
        broker.lpush(QUEUE, raw)
    house.start("worker", up.worker_command())

    celery.send_task(wakeups.RUN_JOB, args=[str(job.pk)])

    assert within(PATIENCE, lambda: is_done(job)), house.log("worker")
    assert house.running["worker"].poll() is None
    assert "no-message" in house.log("worker")


def status(house, settings) -> str:
    settings.REDIS_URL = house.broker.url
    return Client().get("/health/ready").json()["status"]


def test_b63_a_broker_that_forgets_everything_or_is_full_loses_no_work(
    house, broker, celery, settings
):
    jobs = received(3)
    for job in jobs:
        celery.send_task(wakeups.RUN_JOB, args=[str(job.pk)])
    broker.flushall()
    assert status(house, settings) == "ok"
    broker.config_set("maxmemory", "1mb")
    assert status(house, settings) == "degraded"
    house.start("worker", up.worker_command())
    house.start("sweep", up.manage("sweep"))
    assert within(PATIENCE, lambda: "broker" in house.log("sweep").lower()), house.log("sweep")
    assert not any(is_done(job) for job in jobs)

    broker.config_set("maxmemory", "0")

    assert within(PATIENCE, lambda: all(map(is_done, jobs))), house.log("worker")
    assert status(house, settings) == "ok"


def test_b63_a_queue_of_another_type_loses_no_work(house, broker, celery):
    [job] = received()
    broker.set(QUEUE, "no list")
    house.start("worker", up.worker_command())
    house.start("sweep", up.manage("sweep"))
    assert within(PATIENCE, lambda: "broker" in house.log("sweep").lower()), house.log("sweep")

    broker.delete(QUEUE)

    assert within(PATIENCE, lambda: is_done(job)), house.log("worker")
    assert ProcessInstance.objects.count() == 1
