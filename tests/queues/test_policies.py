from datetime import timedelta

import pytest
from django.db import InternalError, transaction
from django.db.utils import DatabaseError

from queues import calendars, policies
from queues.models import Calendar, Rung, SLAGoal, SLAPolicy
from tests.queues import builders
from tests.queues.builders import ALWAYS, HOUR, NOW, OFFICE, goal, rung
from workflows.models import JournalEntry
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db


def publish_hours(spec, key="office"):
    return calendars.publish(key=key, name="Office", spec=spec, by="user:ada", now=NOW)


def test_each_change_of_hours_is_a_new_version():
    first, second = publish_hours(OFFICE), publish_hours(ALWAYS)

    assert (first.version, second.version) == (1, 2)
    assert calendars.latest("office") == second
    assert JournalEntry.objects.filter(kind="calendar.published").count() == 2


def test_publishing_what_is_in_force_changes_nothing():
    assert publish_hours(OFFICE) == publish_hours(OFFICE)
    assert Calendar.objects.count() == 1


@pytest.mark.parametrize(
    "spec",
    [
        {"zone": "Europe/Berlin", "weekly": {}},
        {"zone": "../../etc/passwd", "weekly": ALWAYS["weekly"]},
        {"zone": "Etc/GMT+25", "weekly": ALWAYS["weekly"]},
        {"zone": "UTC", "weekly": {"mon": [["09:00", "25:00"]]}},
        {"zone": "UTC", "weekly": ALWAYS["weekly"], "surprise": 1},
    ],
)
def test_b60_hours_that_cannot_be_used_are_refused(spec):
    with pytest.raises(NotValid):
        publish_hours(spec)
    assert not Calendar.objects.exists()


@pytest.mark.parametrize("key", ["", "Office hours", "a" * 61, "a\n", "../x"])
def test_a_key_is_plain(key):
    with pytest.raises(NotValid, match="small letters"):
        publish_hours(OFFICE, key=key)


def test_a_policy_is_published_whole_and_as_a_new_version():
    escalation = rung(-HOUR, "notify_managers")
    builders.policy(goal("decide", 4 * HOUR, escalation))
    second = builders.policy(goal("claim", HOUR))

    assert second.version == 2
    first = SLAPolicy.objects.get(version=1)
    assert first.goals.get().rungs.get().action == "notify_managers"
    assert policies.latest("standard") == second


@pytest.mark.parametrize("hours", [0, -1, 10**7])
def test_b61_a_promise_of_nothing_or_of_for_ever_is_refused(hours):
    with pytest.raises(NotValid):
        builders.policy(goal("decide", timedelta(hours=hours)))
    assert not SLAPolicy.objects.exists()


@pytest.mark.parametrize(
    ("goals", "sentence"),
    [
        ([goal("decide", HOUR), goal("decide", 2 * HOUR)], "each goal once"),
        ([goal("dance", HOUR)], "is no goal"),
        ([goal("decide", HOUR, warnings=[0.9, 0.5])], "rising order"),
        ([goal("decide", HOUR, warnings=[1.5])], "between 0 and 1"),
        ([goal("decide", HOUR, rung(HOUR, "dance"))], "nothing that an escalation can do"),
        ([goal("decide", HOUR, rung(HOUR, "move_to_queue"))], "names the queue"),
        ([goal("decide", HOUR, rung(-HOUR, "notify_managers"))], "after the clock starts"),
        ([goal("resolve", HOUR, rung(HOUR, "return_to_queue"))], "no item to act upon"),
    ],
)
def test_a_policy_that_cannot_work_is_refused_with_a_sentence(goals, sentence):
    with pytest.raises(NotValid, match=sentence):
        builders.policy(*goals)
    assert not SLAGoal.objects.exists()
    assert not Rung.objects.exists()


def test_what_was_published_stays_as_it_was():
    policy = builders.policy()

    for change in (
        lambda: SLAGoal.objects.filter(policy=policy).update(budget=HOUR * 9),
        lambda: SLAPolicy.objects.filter(pk=policy.pk).update(name="Other"),
        lambda: Calendar.objects.update(spec={}),
    ):
        with pytest.raises((InternalError, DatabaseError)), transaction.atomic():
            change()
