"""What may become of a booking, told and played."""

from datetime import datetime
from typing import Any

from examples import desks
from examples.class_booking.handlers import left
from examples.playing import House, NotAsTold, refused
from examples.stories import Example, Scenario
from examples.watching import observed

KIND, DESK, FRIDA = "class_booking", "front-desk", "frida"
CHECKED = "membership.checked"
REACTIONS = ("class.listed", "class.charged", "class.told")
BOOKED = ("class.booked", *REACTIONS)
UNDONE = ("class.cancelled", "class.struck_off", "class.credited", "class.told")


def settle(_now: datetime) -> None:
    """Somebody at the front desk, for whom the register does not answer."""
    desks.settle(
        kind=KIND, slug=DESK, name="Front desk", description="Members whom the register does not "
        "know in time",
    )  # fmt: skip


def request(house: House, key: str, **said: Any) -> dict[str, Any]:
    """A member wants to join a class."""
    booking = {"id": key, "member": "Rosa", "class": "yoga", "price": 18, "places": 9, **said}
    house.receive("class.requested", {"booking": booking}, key=key, sender="api:studio-app")
    return {"booking": booking}


def answer(house: House, key: str, *, entitled: bool) -> None:
    """The members' register answers."""
    house.receive(
        "membership.answered", {"entitled": entitled}, key=key, sender="api:members-register"
    )


def booked(house: House) -> None:
    request(house, "B-1")
    answer(house, "B-1", entitled=True)


def not_entitled(house: House) -> None:
    request(house, "B-2")
    answer(house, "B-2", entitled=False)
    expect_nothing_left("B-2")


def full(house: House) -> None:
    request(house, "B-3", places=0)
    answer(house, "B-3", entitled=True)


def no_answer(house: House) -> None:
    request(house, "B-4")
    house.pass_time(minutes=6)
    observed(house, key="B-4", kind="no_answer")
    house.pass_time(minutes=5)
    observed(house, key="B-4", kind="no_answer", outcome="given_up")
    house.employ(FRIDA, "Frida Holm", [DESK])
    house.decide(by=FRIDA, key="B-4", outcome="admit")
    refused(lambda: answer(house, "B-4", entitled=False))
    house.tell("The register hears that nobody waits for its answer any more")


def cancelled(house: House) -> None:
    known = request(house, "B-5")
    answer(house, "B-5", entitled=True)
    house.pass_time(days=1)
    for _ in range(2):  # the second one changes nothing
        house.receive("class.cancel", known, key="B-5", sender="api:studio-app")
    expect_nothing_left("B-5")


def changed_mind(house: House) -> None:
    known = request(house, "B-6")
    house.pass_time(minutes=1)
    house.receive("class.cancel", known, key="B-6", sender="api:studio-app")
    expect_nothing_left("B-6")


def expect_nothing_left(booking: str) -> None:
    """No place, no money, no line on the list."""
    found = {kind: left(kind, booking) for kind in ("place", "money", "list")}
    if any(found.values()):
        raise NotAsTold(f"There is left of {booking}: {found}.")


EXAMPLE = Example(
    name="class_booking",
    title="Class booking",
    settle=settle,
    scenarios=(
        Scenario("booked", "A member is entitled, and gets a place", booked, (CHECKED, *BOOKED)),
        Scenario(
            "not_entitled", "The register says no", not_entitled,
            (CHECKED, "class.refused", "class.told"),
        ),
        Scenario(
            "full", "There is no place left", full, (CHECKED, "class.refused", "class.told")
        ),
        Scenario(
            "no_answer", "The register does not answer in time, and the front desk decides",
            no_answer, BOOKED,
        ),
        Scenario(
            "cancelled", "A class that was booked is cancelled: everybody undoes their part",
            cancelled, (CHECKED, *BOOKED, *UNDONE),
        ),
        Scenario(
            "changed_mind", "The member cancels while the register is asked", changed_mind, UNDONE
        ),
    ),
)  # fmt: skip
