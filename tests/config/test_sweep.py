import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from config.management.commands import sweep as command
from config.sweeping import SWEEPS, sweep_once
from tests.workflows import builders
from workflows import timers
from workflows.models import Timer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HERE = "tests.config.test_sweep"


def moves_two(*, now):
    return 2 if now == NOW else 0


def raises(*, now):
    raise ValueError("A broken row.")


def database_is_away(*, now):
    raise OperationalError("connection refused")


def test_each_sweep_says_how_much_it_moved():
    assert sweep_once([f"{HERE}.moves_two"], now=NOW) == {f"{HERE}.moves_two": 2}


def test_one_sweep_that_fails_stops_no_other(caplog):
    moved = sweep_once([f"{HERE}.raises", f"{HERE}.moves_two"], now=NOW)

    assert moved == {f"{HERE}.moves_two": 2}
    assert "raises failed; the next sweep tries again." in caplog.text


def test_a_lost_database_is_left_to_the_loop():
    with pytest.raises(OperationalError):
        sweep_once([f"{HERE}.database_is_away"], now=NOW)


@pytest.mark.django_db(transaction=True)
def test_the_loop_waits_for_a_lost_database_and_goes_on(monkeypatch, caplog):
    stop, tries = threading.Event(), []

    def database_comes_back(*, now):
        tries.append(now)
        if len(tries) == 1:
            raise OperationalError("connection refused")
        stop.set()
        return {}

    monkeypatch.setattr(command, "fire_many", lambda _stop: None)
    monkeypatch.setattr(command, "sweep_once", database_comes_back)
    monkeypatch.setattr(command, "SHORTEST", 0.01)
    command.keep_sweeping(stop)

    assert len(tries) == 2
    assert "The database does not answer (connection refused)" in caplog.text


def test_the_pause_between_two_sweeps_keeps_the_promise_of_five_seconds():
    assert command.LONGEST <= 2


@pytest.mark.django_db
def test_the_next_sweep_comes_with_the_next_timer():
    assert command.until_next(timezone.now()) >= command.SHORTEST
    builders.started("start -> wait", "wait -> end")
    Timer.objects.update(due_at=timezone.now() + timedelta(hours=1))
    assert command.until_next(timezone.now()) >= command.SHORTEST

    soon = timezone.now() + timedelta(seconds=0.6)
    Timer.objects.update(due_at=soon)

    assert command.until_next(timezone.now()) <= 0.6
    assert command.until_next(soon - timedelta(seconds=1)) >= command.LEAST


@pytest.mark.django_db
def test_as_long_as_many_timers_are_due_they_come_first(monkeypatch):
    monkeypatch.setattr(timers, "TOGETHER", 2)
    monkeypatch.setattr(timers.fire_due, "__kwdefaults__", {"at_most": 3})
    for _ in range(8):
        builders.started("start -> wait", "wait -> end")  # due an hour after a day that is over

    command.fire_many(threading.Event())

    assert Timer.objects.filter(status="fired").count() == 8


def test_a_sweep_that_is_to_stop_fires_no_more(monkeypatch):
    stop, rounds = threading.Event(), []

    def always_many(_sweeps, *, now):
        rounds.append(now)
        stop.set()
        return {"timers": 1_000}

    monkeypatch.setattr(command, "sweep_once", always_many)

    command.fire_many(stop)

    assert len(rounds) == 1


@pytest.mark.django_db
def test_everything_that_is_listed_can_be_swept(capsys):
    call_command("sweep", "--once")

    assert len(capsys.readouterr().out.splitlines()) == len(SWEEPS)
