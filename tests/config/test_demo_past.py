"""The example's past is written behind the first page, which says so until it is there."""

import gc
import sys
import time
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import class_prepared
from django.urls import reverse
from django.utils import timezone

from config import demo_past, migrating
from config.console import Console
from config.demo import history, house
from config.supervisor import Supervisor
from examples.lender import outages
from queues.models import WorkItem
from tests.reviews.builders import person
from tests.workflows.builders import elsewhere
from workflows import wakeups
from workflows.models import ProcessInstance

NOW = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
SAYS, HERE = "past is still being written", "past is here"
LIVE = {"headers": {"HX-Request": "true"}}


@pytest.fixture(autouse=True)
def demo(settings, tmp_path):
    settings.DEMO, settings.VAR_DIR = True, tmp_path


@pytest.fixture
def page(client, db):
    client.force_login(person("ada", is_admin=True))
    return client


def announced(**left):
    demo_past.announce(until=NOW + timedelta(**left))


# --- the sentence ---


@pytest.mark.parametrize(
    ("left", "when"), [(21, "in about 25 seconds"), (5, "in about 5 seconds"), (0, "in a moment"),
                       (-30, "in a moment")],
)  # fmt: skip
def test_it_says_when_the_past_will_be_here(left, when):
    announced(seconds=left)

    assert demo_past.sentence(NOW).endswith(f"it will be here {when}.")


def test_nothing_is_said_of_a_past_that_is_here_or_that_nobody_writes():
    assert demo_past.sentence(NOW) == ""

    announced(minutes=-3)
    assert demo_past.sentence(NOW) == ""

    announced(seconds=9)
    demo_past.forget()
    assert demo_past.sentence(NOW) == ""


def test_the_pace_so_far_tells_when_it_is_done():
    with demo_past.being_written() as pace:
        pace.began = timezone.now() - timedelta(seconds=30)
        pace.reached(0.5)

        assert "in about 30 seconds" in demo_past.sentence(timezone.now())
    assert demo_past.sentence(timezone.now()) == ""


def test_the_share_that_is_done_grows_from_nothing_to_all():
    whole = history.CALM + history.BUSY
    shares = [history.share_done(whole * (10 - step) / 10) for step in range(11)]

    assert (round(shares[0], 9), shares[-1]) == (0, 1)
    assert shares == sorted(shares)


# --- pages ---


@pytest.mark.parametrize("name", ["sign-in", "preferences"])
def test_pages_say_it_in_one_sentence_without_any_script(page, client, name):
    demo_past.announce(until=timezone.now() + timedelta(seconds=12))
    visitor = type(client)() if name == "sign-in" else page

    assert visitor.get(reverse(name)).content.decode().count(SAYS) == 1
    demo_past.forget()
    assert SAYS not in visitor.get(reverse(name)).content.decode()


def test_a_page_that_is_open_asks_now_and_then_and_stops_when_it_is_here(page):
    demo_past.announce(until=timezone.now() + timedelta(seconds=12))
    waiting = page.get(reverse("demo-past"), **LIVE).content.decode()
    demo_past.forget()
    done = page.get(reverse("demo-past"), **LIVE).content.decode()

    assert (SAYS in waiting, "data-live" in waiting) == (True, True)
    assert (HERE in done, "data-live" in done) == (True, False)
    assert page.get(reverse("demo-past")).status_code == 302


def test_production_says_nothing_of_a_past(page, settings):
    demo_past.announce(until=timezone.now() + timedelta(seconds=12))
    settings.DEMO = False

    assert SAYS not in page.get(reverse("preferences")).content.decode()
    assert page.get(reverse("demo-past"), **LIVE).status_code == 302


# --- written behind them ---


@pytest.fixture
def short_past(monkeypatch, tmp_path):
    monkeypatch.setattr(wakeups, "send", lambda *_: True)
    monkeypatch.setenv(outages.SWITCH, "0")
    monkeypatch.setenv("COUNTERSIGN_LEDGER", str(tmp_path / "ledger.jsonl"))
    monkeypatch.setattr(history, "CALM", timedelta(minutes=4))
    monkeypatch.setattr(history, "BUSY", timedelta(minutes=1))


@pytest.mark.django_db(transaction=True)
def test_nobody_sees_half_a_past(short_past):
    house.settle(NOW)
    before = ProcessInstance.objects.count()
    seen, shares = [], []

    def look(share):
        shares.append(share)
        seen.extend(elsewhere(ProcessInstance.objects.count))

    many = history.write(NOW, tell=look)

    assert set(seen) == {before}
    assert 0 <= shares[0] < shares[-1] <= 1
    assert ProcessInstance.objects.count() == before + many


@pytest.mark.django_db
def test_preparing_leaves_the_past_to_be_written_once(short_past):
    call_command("prepare", "--demo")
    assert demo_past.sentence(timezone.now())
    assert not history.is_there()

    call_command("seed_demo")
    assert history.is_there()
    assert demo_past.sentence(timezone.now()) == ""

    call_command("prepare", "--demo")
    assert demo_past.sentence(timezone.now()) == ""


def listening():
    """How many are told of new models, without those that are gone."""
    gc.collect()
    class_prepared.connect(listening)  # which also forgets the dead
    class_prepared.disconnect(listening)
    return len(class_prepared.receivers)


@pytest.mark.django_db
def test_models_of_past_steps_are_made_without_listening_and_real_ones_keep_their_transitions():
    loader, kept = MigrationExecutor(connection).loader, []
    before = listening()
    with migrating.without_transitions():
        kept.append(loader.project_state().apps)
    quiet = listening()
    assert quiet <= before, "fewer, where some were forgotten meanwhile"

    kept.append(loader.project_state().apps)
    assert listening() > quiet
    assert WorkItem.status.field.get_all_transitions(WorkItem)


@pytest.mark.parametrize(("code", "is_told"), [(0, False), (3, True)])
def test_what_has_something_to_do_once_is_not_started_again(code, is_told, capsys):
    supervisor = Supervisor(Console())
    command = [sys.executable, "-c", f"print('written'); raise SystemExit({code})"]
    child = supervisor.add("past", *command, is_once=True)
    deadline = time.monotonic() + 20
    while child.process is not None and time.monotonic() < deadline:
        supervisor.tend(0.05)
    supervisor.tend(0.05)

    said = capsys.readouterr().out
    assert child.process is None
    assert said.count("written") == 1
    assert ("ended with code 3; the rest goes on without it" in said) == is_told
