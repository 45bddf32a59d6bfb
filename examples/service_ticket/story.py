"""What may happen to a ticket, told and played."""

from datetime import timedelta
from typing import Any

from examples import ledger
from examples.playing import House, NotAsTold
from examples.service_ticket import desk, handlers
from examples.stories import Example, Scenario

CLOSED, CANCELLED = ("ticket.closed",), ("ticket.cancelled",)
A_DAY = timedelta(days=1)
TICKET = {"customer": "Rosa", "problem": "The heating stays cold", "region": "north"}
PEOPLE = (
    ("dana", "Dana Fox", ["service-desk"]),
    ("nils", "Nils North", ["service-north"]),
    ("sara", "Sara South", ["service-south"]),
    ("mona", "Mona Lead", ["service-escalations"]),
)


def create(house: House, number: str, **said: Any) -> None:
    """The people come in, and a customer has a problem."""
    for username, name, queues in PEOPLE:
        house.employ(username, name, queues)
    house.receive("ticket.created", {**TICKET, "number": number, **said}, key=number)


def fixed(house: House) -> None:
    create(house, "T-1")
    house.complete(by="dana", key="T-1", team="north")
    house.pass_time(hours=4)
    house.ask("Rosa", "T-1")
    house.complete(by="nils", key="T-1", fixed=True)
    house.pass_time(hours=1)
    house.receive("ticket.survey_answered", {"stars": 5}, key="T-1")


def reassigned(house: House) -> None:
    create(house, "T-2")
    house.complete(by="dana", key="T-2", team="north")
    house.pass_time(hours=2)
    house.receive("ticket.reassign", {"team": "south"}, key="T-2", sender="api:planning")
    house.ask("Rosa", "T-2")
    house.complete(by="sara", key="T-2", fixed=True)
    house.pass_time(days=3)
    expect_visits(1)


def cancelled(house: House) -> None:
    create(house, "T-3")
    house.complete(by="dana", key="T-3", team="north")
    house.pass_time(hours=2)
    house.receive("ticket.cancel", {"reason": "it works again"}, key="T-3")
    expect_visits(0)


def crashed(house: House) -> None:
    create(house, "T-4")
    house.lose_worker("ticket.dispatch")
    house.complete(by="dana", key="T-4", team="north")
    expect_visits(1)
    house.receive("ticket.cancel", {"reason": "it works again"}, key="T-4")
    expect_visits(0)


def overslept(house: House) -> None:
    create(house, "T-7")
    house.stall_worker("ticket.dispatch")
    house.complete(by="dana", key="T-7", team="north")
    house.receive("ticket.reassign", {"team": "south"}, key="T-7", sender="api:planning")
    house.wake_workers()
    expect_visits(1)
    house.complete(by="sara", key="T-7", fixed=True)
    house.pass_time(days=3)


def second_try(house: House) -> None:
    create(house, "T-5")
    house.complete(by="dana", key="T-5", team="north")
    house.complete(by="nils", key="T-5", fixed=False)
    house.complete(by="dana", key="T-5", team="south")
    house.complete(by="sara", key="T-5", fixed=True)
    house.receive("ticket.survey_answered", {"stars": 3}, key="T-5")
    expect_visits(2)


def forgotten(house: House) -> None:
    create(house, "T-6")
    for _ in range(3):
        house.pass_time(days=1)
    house.ask("Rosa", "T-6")
    house.complete(by="mona", key="T-6", give_up=True)
    house.work()


def visits() -> int:
    """How many visits are booked or were made, after all that was called off."""
    entered = ledger.entries()
    return sum(entry["amount"] for entry in entered if entry["kind"] in handlers.VISITS)


def expect_visits(number: int) -> None:
    if visits() != number:
        raise NotAsTold(f"{visits()} visits are in the calendar, not {number}.")


REMINDED = ("ticket.reminded",)
EXAMPLE = Example(
    name="service_ticket",
    title="Service ticket",
    settle=desk.settle,
    scenarios=(
        Scenario("fixed", "Assigned, fixed, and Rosa gives five stars", fixed, CLOSED),
        Scenario("reassigned", "Given to another team on the way", reassigned, CLOSED),
        Scenario("cancelled", "Cancelled while an engineer is on the way", cancelled, CANCELLED),
        Scenario(
            "crashed", "Cancelled after a worker was lost that had booked the visit",
            crashed, CANCELLED,
        ),
        Scenario(
            "overslept", "Reassigned while a worker slept that was to book the first visit",
            overslept, CLOSED,
        ),
        Scenario("second_try", "One team cannot fix it, the other can", second_try, CLOSED),
        Scenario(
            "forgotten", "Nobody takes it: reminded each day, looked after, given up",
            forgotten, (*REMINDED * 3, "ticket.given_up", *CANCELLED),
        ),
    ),
)  # fmt: skip
