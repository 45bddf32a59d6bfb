"""Calendars and policies: typed, previewed and published in pages."""

from datetime import timedelta

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from queues import calendars, policies
from queues.forms.fields import duration, exact
from queues.models import Calendar, SLAPolicy
from tests.queues import builders

HOURS = {
    "key": "office", "name": "Office", "zone": "Europe/Berlin", "country": "DE",
    "subdivision": "BY", "closed": "2026-12-28\n2026-12-29", "closures": "2026-12-23 13:00-24:00",
    "overrides": "", "mon": "09:00-12:00, 13:00-17:00", "tue": "9:00-17:00",
    "wed": "09:00–17:00", "thu": "", "fri": "", "sat": "", "sun": "",
}  # fmt: skip


@pytest.fixture
def admin(db):
    client = Client()
    client.force_login(builders.person("dana", is_admin=True))
    return client


def promise(calendar: Calendar, **said: str) -> dict[str, object]:
    sent: dict[str, object] = {"key": "standard", "name": "Standard", "calendar": calendar.pk}
    for kind in ("claim", "decide", "resolve"):
        sent |= {
            f"{kind}-budget": "", f"{kind}-warnings": "50, 75, 90",
            f"{kind}-pauses_when_suspended": "on", f"{kind}-ladder-TOTAL_FORMS": "2",
            f"{kind}-ladder-INITIAL_FORMS": "0",
        }  # fmt: skip
    return sent | {name.replace("__", "-"): text for name, text in said.items()}


def publish(admin, name: str, sent: dict[str, object]):
    return admin.post(reverse(f"queues:{name}"), sent | {"do": "publish"})


@pytest.fixture
def office(db) -> Calendar:
    return calendars.publish(
        key="office", name="Office", spec=builders.OFFICE, by="user:ada", now=builders.NOW
    )


def test_hours_are_typed_as_people_write_them(admin):
    publish(admin, "calendar-add", HOURS)

    spec = Calendar.objects.get().spec
    assert spec["weekly"]["mon"] == [["09:00", "12:00"], ["13:00", "17:00"]]
    assert spec["weekly"]["tue"] == spec["weekly"]["wed"] == [["09:00", "17:00"]]
    assert spec["closed"] == ["2026-12-28", "2026-12-29"]
    assert spec["public_holidays"] == {"country": "DE", "subdivision": "BY"}


def test_a_preview_publishes_nothing_and_says_what_it_would_mean(admin):
    answer = admin.post(reverse("queues:calendar-add"), HOURS | {"do": "preview"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "1 business day" in page
    assert "Hours of a week" in page
    assert not Calendar.objects.exists()


def test_publishing_again_makes_a_version_and_leaves_the_one_before(admin):
    publish(admin, "calendar-add", HOURS)
    address = reverse("queues:calendar-edit", args=["office"])
    page = admin.get(address)

    admin.post(address, HOURS | {"thu": "10:00-12:00", "do": "publish"})

    assert "09:00-12:00, 13:00-17:00" in page.content.decode()
    first, second = Calendar.objects.order_by("version")
    assert "thu" not in first.spec["weekly"]
    assert second.spec["weekly"]["thu"] == [["10:00", "12:00"]]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"mon": "nine to five"}, "write hours like 09:00-17:00"),
        ({"mon": "17:00-09:00"}, "ends before it starts"),
        ({"mon": "09:00-12:00, 11:00-13:00"}, "overlap"),
        ({"mon": "09:00-25:00"}, "is not a time of day"),
        ({"mon": "", "tue": "", "wed": ""}, "no working time"),
        ({"closed": "24.12.2026"}, "is not a date"),
        ({"closed": "2026-12-24 09:00-12:00"}, "only the date"),
        ({"closed": "2026-02-30"}, "is not a date"),
        ({"subdivision": "XX"}, "is no part of DE"),
        ({"zone": "Mars/Olympus"}, "not one of the available choices"),
        ({"name": "  "}, "required"),
    ],
)
def test_hours_that_cannot_be_used_are_refused_with_a_sentence(typed, sentence, admin):
    answer = publish(admin, "calendar-add", HOURS | typed)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Calendar.objects.exists()


def test_a_new_calendar_does_not_become_a_version_of_another(admin, office):
    answer = publish(admin, "calendar-add", HOURS)

    assert answer.status_code == 422
    assert Calendar.objects.count() == 1


def test_a_policy_is_published_with_its_ladder(admin, office):
    sent = promise(
        office, claim__budget="30 min", decide__budget="2 h 30 min",
        decide__ladder__0__offset="-15 min", decide__ladder__0__action="notify_managers",
        decide__ladder__1__offset="0", decide__ladder__1__action="raise_priority",
    )  # fmt: skip

    publish(admin, "policy-add", sent)

    policy = policies.latest("standard")
    goals = {goal.kind: goal for goal in policy.goals.all()}
    assert goals.keys() == {"claim", "decide"}
    assert goals["decide"].budget == timedelta(hours=2, minutes=30)
    assert goals["decide"].warnings == [0.5, 0.75, 0.9]
    assert [(rung.offset, rung.action) for rung in goals["decide"].rungs.all()] == [
        (timedelta(minutes=-15), "notify_managers"), (timedelta(0), "raise_priority")
    ]  # fmt: skip


def test_the_form_of_a_policy_shows_what_is_in_force(admin, office):
    sent = promise(office, claim__budget="1 h 5 min", claim__warnings="80")
    sent |= {"claim-ladder-0-offset": "0", "claim-ladder-0-action": "notify_managers"}
    publish(admin, "policy-add", sent)
    address = reverse("queues:policy-edit", args=["standard"])

    page = admin.get(address).content.decode()
    admin.post(address, sent | {"do": "publish"})

    assert 'value="1 h 5 min"' in page
    assert 'name="claim-ladder-0-offset" value="0"' in page
    first, second = SLAPolicy.objects.order_by("version")
    told = [
        [(goal.kind, goal.budget, goal.warnings, goal.rungs.count()) for goal in each.goals.all()]
        for each in (first, second)
    ]
    assert told[0] == told[1]


def test_a_preview_of_a_policy_says_when_things_would_be_due(admin, office):
    sent = promise(office, claim__budget="30 min") | {"do": "preview"}

    answer = admin.post(reverse("queues:policy-add"), sent)

    assert "what begins now is due" in answer.content.decode()
    assert not SLAPolicy.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"claim__budget": "soon"}, "is no duration"),
        ({"claim__budget": "0 min"}, "above zero"),
        ({"claim__budget": "-5 min"}, "is no duration"),
        ({"claim__budget": "99999 d"}, "more than ten years"),
        ({"claim__budget": ""}, "promises nothing"),
        ({"claim__warnings": "75, 50"}, "rising order"),
        ({"claim__warnings": "nan"}, "between 0 and 1"),
        ({"claim__warnings": "half"}, "Write percentages"),
        ({"claim__ladder__0__offset": "5 min"}, "Fill both, or none"),
        (
            {"claim__ladder__0__offset": "-2 h", "claim__ladder__0__action": "notify_managers"},
            "within the budget",
        ),
        (
            {"claim__ladder__0__offset": "0", "claim__ladder__0__action": "move_to_queue"},
            "names the queue",
        ),
        ({"claim__ladder__TOTAL_FORMS": "9999"}, "at most"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused(typed, sentence, admin, office):
    answer = publish(admin, "policy-add", promise(office, **({"claim__budget": "30 min"} | typed)))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not SLAPolicy.objects.exists()


@given(st.integers(min_value=1, max_value=3660 * 86_400))
def test_a_duration_is_read_back_as_it_was_written(seconds):
    length = timedelta(seconds=seconds)

    assert duration(exact(length)) == length
    assert duration(exact(-length), signed=True) == -length


@pytest.mark.parametrize("text", ["h", "5", "5 weeks", "5 min later", "1e3 s", "٣ h", "-1 h"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(forms.ValidationError):
        duration(text)
