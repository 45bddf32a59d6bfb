"""The trade book, the counterparty's letter box, the clearing house and the bank, simulated."""

from collections.abc import Mapping
from typing import Any

from examples import ledger
from workflows import job_handlers
from workflows.job_handlers import BusinessError, Work

LIMIT = 1_000_000  # what the clearing house stands for


@job_handlers.handler("trade.capture")
def capture(work: Work) -> dict[str, Any]:
    """Write the trade down."""
    return ledger.enter("trade", work, amount=_amount(work), of=_trade(work)["id"])


@job_handlers.handler("trade.ask_counterparty")
def ask_counterparty(work: Work) -> dict[str, Any]:
    """Put the question; the answer comes as the message counterparty.answered."""
    return ledger.enter("question", work, amount=0, of=_trade(work)["id"])


@job_handlers.handler("trade.clear")
def clear(work: Work) -> dict[str, Any]:
    """Stand between both sides, up to a limit."""
    amount = _amount(work)
    if amount > LIMIT:
        raise BusinessError("trade.over_limit", f"{amount:,.0f} is over the limit.")
    entry = ledger.enter("clearing", work, amount=0, of=_trade(work)["id"])
    return {"number": f"C-{entry['key'][-6:]}"}


@job_handlers.handler("trade.pay")
def pay(work: Work) -> dict[str, Any]:
    """Pay what the trade costs."""
    return ledger.enter("payment", work, amount=_amount(work), of=_trade(work)["id"])


def paid(trade: str) -> list[float]:
    """Every payment for one trade."""
    entered = ledger.entries()
    return [each["amount"] for each in entered if (each["kind"], each["of"]) == ("payment", trade)]


def _amount(work: Work) -> float:
    trade = _trade(work)
    quantity, price = trade.get("quantity"), trade.get("price")
    if not isinstance(quantity, int | float) or not isinstance(price, int | float):
        raise TypeError("A trade has a quantity and a price. Correct the variables.")
    return quantity * price


def _trade(work: Work) -> Mapping[str, Any]:
    trade = work.input.get("trade")
    if not isinstance(trade, Mapping) or not isinstance(trade.get("id"), str):
        raise TypeError("There is no trade with an id. Correct the variables of the process.")
    return trade
