"""By when the demo's lender claims and decides: short promises, so that a visitor sees them run."""

from datetime import datetime, timedelta
from typing import Any

from queues import calendars, policies
from queues.models import Calendar, Queue, SLAPolicy
from queues.policies import Goal, Step

SETTLED_BY = "system"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: dict[str, Any] = {
    "zone": "Europe/Berlin",
    "weekly": {day: [["00:00", "24:00"]] for day in DAYS},
}
OFFICE: dict[str, Any] = {
    "zone": "Europe/Berlin",
    "weekly": {
        **{day: [["09:00", "12:30"], ["13:15", "17:30"]] for day in DAYS[:4]},
        "fri": [["09:00", "15:00"]],
    },
    "public_holidays": {"country": "DE", "subdivision": "BE"},
}


def settle(now: datetime, *, second_look: Queue) -> dict[str, SLAPolicy]:
    """One policy for each kind of queue. Published once; what is there stays as it is."""
    always = _calendar("around-the-clock", "Around the clock", ALWAYS, now)
    office = _calendar("office-hours", "Office hours", OFFICE, now)
    return {
        "quick": _policy("quick", "Personal loans", always, quick(), now),
        "careful": _policy("careful", "Large loans", always, careful(), now),
        "second-look": _policy("second-look", "Second look", always, second(), now),
        "patient": _policy("patient", "Payment help", always, patient(), now),
        "office": _policy("office", "Document checks", office, in_office(second_look), now),
    }


def quick() -> list[Goal]:
    return [
        Goal("claim", minutes(3), ladder=[raised(at=0), managers(at=1.5)]),
        Goal("decide", minutes(7), ladder=[holder(at=-1.5), managers(at=0), returned(at=3)]),
    ]


def careful() -> list[Goal]:
    return [
        Goal("claim", minutes(5), ladder=[raised(at=0), managers(at=2)]),
        Goal("decide", minutes(12), ladder=[holder(at=-2), managers(at=0)]),
    ]


def second() -> list[Goal]:
    return [
        Goal("claim", minutes(4), ladder=[raised(at=-1), managers(at=0)]),
        Goal("decide", minutes(9), ladder=[holder(at=-2), managers(at=0)]),
    ]


def patient() -> list[Goal]:
    return [
        Goal("claim", timedelta(hours=8), ladder=[raised(at=0)]),
        Goal("decide", timedelta(days=2), ladder=[managers(at=0)]),
    ]


def in_office(second_look: Queue) -> list[Goal]:
    """These run in office hours only; at night and on holidays they wait for the morning."""
    return [
        Goal("claim", minutes(20), ladder=[raised(at=0), managers(at=0)]),
        Goal("decide", minutes(45), ladder=[managers(at=0), moved(second_look, at=30)]),
    ]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def raised(*, at: float) -> Step:
    return Step(minutes(at), "raise_priority")


def managers(*, at: float) -> Step:
    return Step(minutes(at), "notify_managers")


def holder(*, at: float) -> Step:
    return Step(minutes(at), "notify_holder")


def returned(*, at: float) -> Step:
    return Step(minutes(at), "return_to_queue")


def moved(queue: Queue, *, at: float) -> Step:
    return Step(minutes(at), "move_to_queue", queue)


def _calendar(key: str, name: str, spec: dict[str, Any], now: datetime) -> Calendar:
    return calendars.latest(key) or calendars.publish(
        key=key, name=name, spec=spec, by=SETTLED_BY, now=now
    )


def _policy(key: str, name: str, calendar: Calendar, goals: list[Goal], now: datetime) -> SLAPolicy:
    return policies.latest(key) or policies.publish(
        key=key, name=name, calendar=calendar, goals=goals, by=SETTLED_BY, now=now
    )
