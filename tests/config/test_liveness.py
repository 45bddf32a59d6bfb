"""C5: a worker that is alive but takes nothing off the broker is replaced."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.liveness import GRACE, WorkerWatch
from workflows import workers

pytestmark = pytest.mark.django_db


def watch_over_a_worker_last_seen(ago):
    workers.consumed(f"worker@{ago}", now=timezone.now() - ago)
    watch = WorkerWatch(f"worker@{ago}")
    watch.look()
    return watch


def test_a_worker_that_takes_nothing_is_replaced_once():
    watch = watch_over_a_worker_last_seen(timedelta(minutes=2))

    assert watch.says_stale(running_for=GRACE + 1)
    assert not watch.says_stale(running_for=GRACE + 1)


def test_a_worker_that_takes_messages_is_left_alone():
    watch = watch_over_a_worker_last_seen(timedelta(seconds=5))

    assert not watch.says_stale(running_for=GRACE + 1)


def test_a_worker_has_time_to_start():
    watch = watch_over_a_worker_last_seen(timedelta(minutes=3))

    assert not watch.says_stale(running_for=GRACE - 1)
