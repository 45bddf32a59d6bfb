"""The engineers' calendar and the postman of a ticket, simulated.

The calendar knows visits by ticket, not by what the process was told: a worker may be lost after
it booked one, or sleep before it does. The lease keeps a late worker from telling the process;
to keep it from the calendar, the calendar counts how often it was told to call off. Whoever books
says how often that was when the visit was asked for, and whoever is behind books nothing.
"""

from collections.abc import Sequence
from typing import Any

from examples import ledger
from examples.ledger import Entry
from workflows import job_handlers
from workflows.job_handlers import Work

VISIT, TAKEN_BACK, CALLED_OFF = "visit", "visit called off", "called off"
VISITS = (VISIT, TAKEN_BACK)


class CalledOff(Exception):
    """Somebody wants a visit that was called off before it was booked."""


@job_handlers.handler("ticket.dispatch")
def dispatch(work: Work) -> dict[str, Any]:
    """Book a visit of the team, once, unless it was called off since it was asked for."""
    number, team = str(work.input["number"]), str(work.input["team"])
    known = int(work.input.get("called_off") or 0)

    def refuse(entries: Sequence[Entry]) -> None:
        callings = [each for each in _of(number, entries) if each["kind"] == CALLED_OFF]
        if any(each["for_good"] for each in callings):
            raise CalledOff(f"Ticket {number} was cancelled. Nobody goes there any more.")
        if len(callings) > known:
            raise CalledOff(f"The visit of {team} for ticket {number} was called off meanwhile.")

    facts: dict[str, Any] = {"ticket": number, "team": team, "after": known}
    return ledger.enter(VISIT, work, amount=1, refuse=refuse, **facts)


@job_handlers.handler("ticket.call_off")
def call_off(work: Work) -> dict[str, Any]:
    """Take back every visit that was asked for before now; `times` is how often that was done.

    First nothing older may be booked any more, then what is booked is taken back.
    """
    number = str(work.input["number"])
    for_good = bool(work.input.get("for_good"))
    own = ledger.enter(CALLED_OFF, work, amount=0, ticket=number, for_good=for_good)
    known = _of(number, ledger.entries())
    callings = [each["key"] for each in known if each["kind"] == CALLED_OFF]
    times = callings.index(own["key"]) + 1
    older = [each for each in known if each["kind"] == VISIT and each["after"] < times]
    gone = {each["of"] for each in known if each["kind"] == TAKEN_BACK}
    for visit in [each["key"] for each in older if each["key"] not in gone]:
        ledger.enter(TAKEN_BACK, work, amount=-1, part=visit, ticket=number, of=visit)
    return {"times": times, "visits": len(older)}


@job_handlers.handler("ticket.tell")
def tell(work: Work) -> dict[str, Any]:
    """Write to the customer or to a team."""
    to, text = str(work.input.get("to")), str(work.input.get("text"))
    return ledger.enter("letter", work, amount=0, to=to, text=text)


def _of(number: str, entries: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.get("ticket") == number]
