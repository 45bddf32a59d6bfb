"""What Celery with Redis is known to get wrong (C1 to C11), and that none of it matters here.

The broker of these tests is real. C9, C4's other half and C5 are in tests/config/test_broker.py and
test_liveness.py, C1's other half in tests/test_house_rules.py; tests/chaos kills the real thing.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from config import broker
from config.broker_link import link
from config.celery import app
from config.management.commands import sweep as command
from config.servers import Valkey
from config.sweeping import sweep_once
from tests.workflows import builders
from tests.workflows.builders import NOW, job_at
from workflows import jobs, timers, wakeups
from workflows.models import Job, ProcessInstance, Timer

ROOT = Path(__file__).resolve().parent.parent
OURS = ("config", "workflows", "queues", "reviews", "examples")
STEPS = ("start -> auto", "auto -> end")


@pytest.fixture
def done():
    """What the handler of every job was asked to do, by idempotency key."""
    keys = []

    def handler(work):
        keys.append(work.idempotency_key)
        return {"done": True}

    with builders.handling("any", handler):
        yield keys


@pytest.fixture
def queue(monkeypatch):
    """The wake-ups that wait in the real broker."""
    monkeypatch.setattr(wakeups, "_quiet_until", 0.0)
    with link(settings.REDIS_URL) as client:
        yield Waiting(client)


class Waiting:
    key = broker.broker_transport_options["global_keyprefix"] + broker.task_default_queue

    def __init__(self, client):
        self.client = client

    def about(self, job):
        """Messages about this job; other tests may use the same broker."""
        return [each for each in self.client.lrange(self.key, 0, -1) if str(job.pk) in each]

    def lose(self, job):
        for message in self.about(job):
            self.client.lrem(self.key, 0, message)
        assert self.about(job) == []


def sources():
    return [path for folder in OURS for path in sorted((ROOT / folder).rglob("*.py"))]


def mentions(pattern):
    return [path.name for path in sources() if re.search(pattern, path.read_text())]


@pytest.mark.django_db
def test_c1_a_timer_is_a_row_and_not_a_message_with_an_eta():
    instance = builders.started("start -> wait", "wait -> end", timer="P30D")
    due_at = NOW + timedelta(days=30)

    assert Timer.objects.get(instance=instance).due_at == due_at
    assert timers.fire_due(due_at - timedelta(seconds=1)) == 0
    assert timers.fire_due(due_at) == 1
    assert builders.now_of(instance).status == "completed"


@pytest.mark.django_db(transaction=True)
def test_c2_a_wake_up_that_was_lost_with_its_worker_is_sent_again(done, queue):
    job = job_at(builders.started(*STEPS), "auto")
    assert len(queue.about(job)) == 1
    queue.lose(job)

    jobs.dispatch_due(NOW + timedelta(seconds=5))

    assert len(queue.about(job)) == 1
    queue.lose(job)


@pytest.mark.django_db(transaction=True)
def test_c2_a_job_that_died_with_its_worker_is_done_after_its_lease(done):
    instance = builders.started(*STEPS)
    job = jobs.lease(job_at(instance, "auto").pk, by="killed", now=NOW)
    over = job.lease_expires_at

    assert jobs.expire_leases(over) == 1
    again = Job.objects.get(pk=job.pk)
    assert builders.run(again, at=again.ready_at)

    assert builders.now_of(instance).status == "completed"
    assert done == [str(job.pk)]


def test_c3_nobody_waits_for_the_broker_to_notice():
    assert command.LONGEST <= 5
    assert broker.task_acks_late is False  # the broker gives nothing out again by itself


def test_c4_there_is_one_place_for_the_visibility_timeout():
    assert app.conf.broker_transport_options["visibility_timeout"] > broker.task_time_limit
    assert app.conf.result_backend is None
    assert not app.conf.result_backend_transport_options
    assert mentions(r"visibility_timeout") == ["broker.py"]


@pytest.mark.django_db(transaction=True)
def test_c6_what_the_broker_never_gives_back_is_found_by_the_sweep(done, queue):
    """As when `unacked_mutex` stays for ever: the messages are there, nobody gets them."""
    instance = builders.started(*STEPS)
    job = job_at(instance, "auto")
    queue.lose(job)

    sweep_once(["workflows.jobs.dispatch_due"], now=NOW + timedelta(seconds=5))
    assert len(queue.about(job)) == 1
    queue.lose(job)
    builders.run(job)

    assert builders.now_of(instance).status == "completed"


@pytest.mark.django_db
def test_c7_a_job_that_runs_twice_in_parallel_is_recorded_once(done):
    instance = builders.started(*STEPS)
    first = jobs.lease(job_at(instance, "auto").pk, by="cut off", now=NOW)
    jobs.expire_leases(first.lease_expires_at)
    waiting = Job.objects.get(pk=first.pk)
    second = jobs.lease(waiting.pk, by="another", now=waiting.ready_at)

    with pytest.raises(jobs.LeaseOver, match="Lease 1 has ended"):
        jobs.complete(leased=first, result={"by": "cut off"}, now=waiting.ready_at)
    jobs.complete(leased=second, result={"by": "another"}, now=waiting.ready_at)

    assert builders.now_of(instance).variables["result"] == {"by": "another"}
    assert builders.story(instance).count("job.completed") == 1


def test_c8_there_is_no_celery_beat():
    assert not app.conf.beat_schedule
    assert mentions(r"beat_schedule|crontab\(|PeriodicTask|\"beat\",") == []


@pytest.mark.django_db(transaction=True)
def test_c8_two_sweepers_side_by_side_fire_a_timer_once():
    instance = builders.started("start -> wait", "wait -> check", "check -> end", timer="PT1H")
    due_at = NOW + timedelta(hours=1)

    fired = builders.elsewhere(*[lambda: timers.fire_due(due_at)] * 3)

    assert sum(fired) == 1
    assert builders.story(instance).count("timer.fired") == 1


@pytest.mark.chaos
@pytest.mark.django_db(transaction=True)
def test_c10_a_broker_that_comes_back_empty_loses_nothing(tmp_path, done, monkeypatch):
    monkeypatch.setattr(wakeups, "_quiet_until", 0.0)
    server = Valkey(tmp_path / "valkey")
    server.start()
    try:
        with link(server.url) as client:
            settings_of = client.config_get("save") | client.config_get("appendonly")
            assert settings_of == {"save": "", "appendonly": "no"}
            client.lpush("countersign:wakeups", "something")
        server.process.kill()
        server.process.wait()
        server.start()
        with link(server.url) as client:
            assert client.dbsize() == 0
    finally:
        server.stop()

    instance = builders.started(*STEPS)
    assert jobs.dispatch_due(NOW + timedelta(seconds=5)) == 1
    assert builders.run(job_at(instance, "auto"))
    assert builders.now_of(instance).status == "completed"


@pytest.mark.django_db(transaction=True)
def test_c11_the_job_is_there_exactly_when_the_change_is(queue, done):
    definition = builders.deployed(*STEPS)
    made = []

    @transaction.atomic
    def start_and_crash():
        made.append(job_at(builders.start(definition), "auto"))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        start_and_crash()

    assert not ProcessInstance.objects.exists()
    assert not Job.objects.exists()
    assert queue.about(made[0]) == []


@pytest.mark.django_db(transaction=True)
def test_c11_a_crash_between_commit_and_wake_up_leaves_the_job_due(queue, done, monkeypatch):
    monkeypatch.setattr(wakeups, "send_all", lambda _task, _ids: 1 / 0)
    job = job_at(builders.started(*STEPS), "auto")
    monkeypatch.undo()
    assert queue.about(job) == []

    assert jobs.dispatch_due(NOW + timedelta(seconds=5)) == 1
    assert len(queue.about(job)) == 1
    queue.lose(job)


@pytest.mark.django_db(transaction=True)
def test_c11_a_callback_that_raises_stops_no_later_one(queue, done, monkeypatch):
    told = []
    with transaction.atomic():
        monkeypatch.setattr(wakeups, "send_all", lambda _task, _ids: 1 / 0)
        instance = builders.started(*STEPS)
        transaction.on_commit(lambda: told.append(instance.pk))

    assert told == [instance.pk]


def test_c11_nothing_is_sent_but_by_the_module_that_expects_it_to_be_lost():
    assert mentions(r"(?<!backoff)\.delay\(|apply_async\(|send_task\(") == ["wakeups.py"]
