"""The engineers' calendar and the postman of a ticket, simulated.

The calendar knows visits by ticket, not by what the process was told: a worker may be lost after
it booked one. So calling off takes back whatever is booked, and what was called off for good is
remembered, so that an attempt that comes late books nothing.
"""

from typing import Any

from examples import ledger
from workflows import job_handlers
from workflows.job_handlers import Work

VISITS = ("visit", "visit called off")
FOR_GOOD = "called off for good"


class CalledOff(Exception):
    """Somebody wants a visit for a ticket that was cancelled."""


@job_handlers.handler("ticket.dispatch")
def dispatch(work: Work) -> dict[str, Any]:
    """Book a visit of the team."""
    number, team = str(work.input["number"]), str(work.input["team"])
    if any(entry["kind"] == FOR_GOOD for entry in _of(number)):
        raise CalledOff(f"Ticket {number} was cancelled. Nobody goes there any more.")
    return ledger.enter("visit", work, amount=1, ticket=number, team=team)


@job_handlers.handler("ticket.call_off")
def call_off(work: Work) -> dict[str, Any]:
    """Take back every visit that is booked for the ticket."""
    number = str(work.input["number"])
    known = _of(number)
    taken_back = {entry.get("of") for entry in known if entry["kind"] == VISITS[1]}
    booked = [e for e in known if e["kind"] == VISITS[0] and e["key"] not in taken_back]
    for entry in booked:
        ledger.enter(VISITS[1], work, amount=-1, ticket=number, of=entry["key"], part=entry["key"])
    if work.input.get("for_good"):
        ledger.enter(FOR_GOOD, work, amount=0, ticket=number)
    return {"visits": len(booked)}


@job_handlers.handler("ticket.tell")
def tell(work: Work) -> dict[str, Any]:
    """Write to the customer or to a team."""
    to, text = str(work.input.get("to")), str(work.input.get("text"))
    return ledger.enter("letter", work, amount=0, to=to, text=text)


def _of(number: str) -> list[ledger.Entry]:
    return [entry for entry in ledger.entries() if entry.get("ticket") == number]
