"""Celery's ways in: any message is survived, and every message shows that a worker consumes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.workflows import builders
from tests.workflows.builders import NOW, job_at, later
from workflows import queries, tasks, wakeups, workers
from workflows.ids import uuid7
from workflows.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_written_yet(monkeypatch):
    monkeypatch.setattr(workers, "_written_at", {})


def test_a_wake_up_runs_its_job(machine):
    instance = builders.started("start -> auto", "auto -> check", "check -> end")

    tasks.run_job.apply(args=[str(job_at(instance, "auto").pk)], throw=True)
    tasks.run_job.apply(args=[str(job_at(instance, "auto").pk)], throw=True)

    assert builders.standing(instance) == ["check"]
    assert len(machine.works) == 1


@pytest.mark.parametrize(
    ("args", "named"),
    [
        ([], {}),
        (["not an id"], {}),
        ([None], {}),
        ([{"a": 1}], {}),
        (["x" * 1_000_000], {}),
        (["a", "b", "c"], {}),
        ([], {"surprise": 1}),
        ([str(uuid7())], {}),
    ],
)
def test_b62_whatever_a_message_says_the_worker_goes_on(args, named):
    tasks.run_job.apply(args=args, kwargs=named, throw=True)
    tasks.deliver_events.apply(args=args, throw=True)
    tasks.beat.apply(args=args, throw=True)


def test_a_message_taken_is_a_sign_of_life():
    tasks.beat.apply(throw=True)
    tasks.beat.apply(throw=True)

    heartbeat = WorkerHeartbeat.objects.get()
    assert timezone.now() - heartbeat.consumed_at < timedelta(seconds=10)


def test_a_worker_that_takes_nothing_is_noticed():
    for name, at in {"busy": later(minutes=9), "stuck": later(minutes=5), "old": NOW}.items():
        WorkerHeartbeat.objects.create(name=name, started_at=NOW, consumed_at=at)

    assert [each.name for each in queries.stale_workers(later(minutes=9, seconds=30))] == [
        "old",
        "stuck",
    ]
    assert queries.stale_workers(later(hours=2)) == []


def test_a_worker_that_was_stopped_is_not_missed():
    WorkerHeartbeat.objects.create(name="one@host", started_at=NOW, consumed_at=NOW)

    tasks.forget_worker(sender=type("Worker", (), {"hostname": "one@host"}))

    assert not WorkerHeartbeat.objects.exists()


def test_the_beat_is_sent_sparingly_and_forgets_the_dead(woken):
    WorkerHeartbeat.objects.create(name="dead", started_at=NOW, consumed_at=NOW)

    assert workers.send_beat(later(hours=2)) == 1
    assert workers.send_beat(later(hours=2)) == 0

    assert woken == [(wakeups.BEAT,)]
    assert not WorkerHeartbeat.objects.exists()


def test_every_wake_up_has_a_task():
    from config.celery import app

    assert {wakeups.RUN_JOB, wakeups.DELIVER, wakeups.BEAT} <= set(app.tasks)
