"""The studio's places, the till, the teacher's list and the postman, simulated.

What they do is entered in a ledger once for each key; what undoes something takes back what is
there for the booking, so that it may come first, twice, or without anything to undo.
"""

from collections.abc import Mapping
from typing import Any

from examples import ledger
from workflows import job_handlers
from workflows.job_handlers import BusinessError, Work


@job_handlers.handler("class.ask_register")
def ask_register(work: Work) -> dict[str, Any]:
    """Put the question; the answer comes as the message membership.answered."""
    return ledger.enter("question", work, amount=0, of=_booking(work)["id"])


@job_handlers.handler("class.reserve")
def reserve(work: Work) -> dict[str, Any]:
    """Take a place, if there is one."""
    if not _booking(work).get("places"):
        raise BusinessError("class.full", "There is no place left.")
    return _enter("place", work, 1)


@job_handlers.handler("class.release")
def release(work: Work) -> dict[str, Any]:
    """Give back the place that the booking has, if it has one."""
    return _take_back("place", work)


@job_handlers.handler("class.charge")
def charge(work: Work) -> dict[str, Any]:
    """Charge what the class costs."""
    return _enter("money", work, float(_booking(work).get("price", 0)))


@job_handlers.handler("class.credit")
def credit(work: Work) -> dict[str, Any]:
    """Give back what was charged for the booking."""
    return _take_back("money", work)


@job_handlers.handler("class.enlist")
def enlist(work: Work) -> dict[str, Any]:
    """Put the member on the teacher's list."""
    return _enter("list", work, 1)


@job_handlers.handler("class.strike")
def strike(work: Work) -> dict[str, Any]:
    """Strike the member off the teacher's list."""
    return _take_back("list", work)


def _told(text: str) -> job_handlers.Handler:
    def tell(work: Work) -> dict[str, Any]:
        booking = _booking(work)
        sentence = f"{booking.get('class')}: {text}"
        return ledger.enter("letter", work, amount=0, of=booking["id"], text=sentence)

    return tell


job_handlers.handler("class.tell_booked")(_told("you have a place."))
job_handlers.handler("class.tell_refused")(_told("there is no place for you."))
job_handlers.handler("class.tell_cancelled")(_told("your booking is cancelled."))


def left(kind: str, booking: str) -> float:
    """What the ledger adds up to for one booking."""
    mine = [each for each in ledger.entries() if (each["kind"], each["of"]) == (kind, booking)]
    total: float = sum(each["amount"] for each in mine)
    return total


def _enter(kind: str, work: Work, amount: float) -> dict[str, Any]:
    return ledger.enter(kind, work, amount=amount, of=_booking(work)["id"])


def _take_back(kind: str, work: Work) -> dict[str, Any]:
    return _enter(kind, work, -left(kind, _booking(work)["id"]))


def _booking(work: Work) -> Mapping[str, Any]:
    booking = work.input.get("booking")
    if not isinstance(booking, Mapping) or not isinstance(booking.get("id"), str):
        raise TypeError("There is no booking with an id. Correct the variables of the process.")
    return booking
