"""The warehouse, the bank, the carrier and the postman of an order, simulated.

What they do is entered in a ledger once for each key. What undoes something is entered with the
amount below zero: after an order was undone, goods and money each add up to nothing.
"""

from collections.abc import Mapping
from typing import Any

from examples import ledger
from workflows import job_handlers
from workflows.job_handlers import BusinessError, Work

GOODS = ("reservation", "release")
MONEY = ("payment", "refund")


class NoSuchAccount(Exception):
    """The bank cannot give the money back to this card; a person has to find another way."""


@job_handlers.handler("order.reserve")
def reserve(work: Work) -> dict[str, Any]:
    """Reserve one line, if so much of it is there."""
    line = _group(work, "line")
    quantity, in_stock = _number(line, "quantity"), _number(line, "in_stock")
    is_there = bool(work.input.get("restocked")) or in_stock >= quantity
    found = {"item": line.get("item"), "line": line, "reserved": is_there}
    if is_there:
        entry = ledger.enter("reservation", work, amount=quantity, item=line.get("item"))
        found["key"] = entry["key"]
    return found


@job_handlers.handler("order.release")
def release(work: Work) -> dict[str, Any]:
    """Give back what was reserved; nothing, where nothing was there to be reserved."""
    reservation = _group(work, "reservation")
    if not reservation.get("reserved"):
        return {"released": 0}
    line = reservation["line"]
    quantity = _number(line, "quantity")
    ledger.enter(
        "release", work, amount=-quantity, item=line.get("item"), of=reservation.get("key")
    )
    return {"released": quantity}


@job_handlers.handler("order.pay")
def pay(work: Work) -> dict[str, Any]:
    """Take the money. A card that is declined is an answer that the model knows."""
    if work.input.get("card") == "declined":
        raise BusinessError(
            "payment.rejected", "The card was declined.", {"reason": "the payment was rejected"}
        )
    return ledger.enter("payment", work, amount=_number(work.input, "amount"))


@job_handlers.handler("order.refund")
def refund(work: Work) -> dict[str, Any]:
    """Give the money back, all of it. A card that was closed meanwhile needs a person."""
    payment = _group(work, "payment")
    if work.input.get("card") == "closed":
        raise NoSuchAccount("The card was closed. Give another one, and have it tried again.")
    return ledger.enter("refund", work, amount=-_number(payment, "amount"), of=payment.get("key"))


@job_handlers.handler("order.ship")
def ship(work: Work) -> dict[str, Any]:
    """Hand the parcel over to a carrier who knows the address."""
    address = work.input.get("address")
    if address in (None, "", "unknown"):
        raise BusinessError(
            "parcel.undeliverable", "Nobody lives there.", {"reason": "the address is unknown"}
        )
    entry = ledger.enter("parcel", work, amount=1, address=address)
    return {"parcel": f"P-{entry['key'][-6:]}"}


@job_handlers.handler("order.tell")
def tell(work: Work) -> dict[str, Any]:
    """Write to the customer."""
    return ledger.enter("letter", work, amount=0, text=str(work.input.get("text")))


def _group(work: Work, name: str) -> Mapping[str, Any]:
    found = work.input.get(name)
    if not isinstance(found, Mapping):
        raise TypeError(f"There is no {name}. Correct the variables of the order.")
    return found


def _number(given: Mapping[str, Any], name: str) -> float:
    found = given.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise TypeError(f"{name} is no number. Correct the variables of the order.")
    return found
