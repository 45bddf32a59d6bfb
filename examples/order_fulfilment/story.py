"""What may become of an order, told and played."""

from datetime import timedelta
from typing import Any

from examples import ledger
from examples.order_fulfilment import handlers
from examples.playing import House, NotAsTold
from examples.stories import Example, Scenario
from workflows import dead_letters
from workflows.models import Incident

COMPLETED, CANCELLED = ("order.completed",), ("order.cancelled",)
LAMPS = {"item": "lamp", "quantity": 2, "price": 30, "in_stock": 9}
CHAIR = {"item": "chair", "quantity": 1, "price": 80, "in_stock": 4}
NO_CHAIR = {**CHAIR, "in_stock": 0}
ORDER = {"customer": "Rosa", "card": "good", "address": "Harbour Lane 3", "lines": [LAMPS, CHAIR]}
CLERK = "user:grace"
A_DAY = timedelta(days=1)


def order(house: House, key: str, **said: Any) -> None:
    """The webshop sends an order like any other, but for what is said."""
    house.receive("order.received", {**ORDER, **said}, key=key)


def straight_on(house: House) -> None:
    order(house, "O-1")


def payment_rejected(house: House) -> None:
    order(house, "O-2", card="declined")
    expect_nothing_left()


def refunded(house: House) -> None:
    order(house, "O-3", lines=[LAMPS, NO_CHAIR])
    house.pass_time(hours=3)
    house.lose_worker("order.refund")
    house.receive("order.refund", key="O-3")
    for _ in range(2):  # until the lease of the lost worker is over, and the pause after it
        house.pass_time(minutes=1)
    expect_nothing_left()


def waited(house: House) -> None:
    order(house, "O-4", lines=[LAMPS, NO_CHAIR])
    house.pass_time(hours=3)
    house.receive("order.wait", key="O-4")
    house.pass_time(days=4)
    house.receive("order.restocked", key="O-4", sender="api:warehouse")


def refund_in_trouble(house: House) -> None:
    order(house, "O-5", card="closed", address="unknown")
    for _ in range(3):
        house.pass_time(minutes=5)
    incident = Incident.objects.filter(instance__business_key="O-5", status="open").first()
    if incident is None:
        raise NotAsTold("The refund that failed is not shown to anybody.")
    house.tell("Grace finds Rosa's new card and has the refund tried again")
    dead_letters.correct(
        incident_id=incident.pk, news={"card": "new"}, by=CLERK, now=house.now,
    )  # fmt: skip
    house.work()
    expect_nothing_left()


def left() -> dict[str, float]:
    """What the ledger adds up to: goods that are reserved, money that is taken."""
    entered = ledger.entries()
    return {
        what: sum(entry["amount"] for entry in entered if entry["kind"] in kinds)
        for what, kinds in (("goods", handlers.GOODS), ("money", handlers.MONEY))
    }


def expect_nothing_left() -> None:
    if any(left().values()):
        raise NotAsTold(f"After everything was undone there is left: {left()}.")


EXAMPLE = Example(
    name="order_fulfilment",
    title="Order fulfilment",
    scenarios=(
        Scenario("shipped", "Everything is there and paid for", straight_on, COMPLETED),
        Scenario(
            "payment_rejected", "The card is declined: what was reserved is released",
            payment_rejected, CANCELLED,
        ),
        Scenario(
            "refunded", "A chair is missing, the customer wants the money back, a worker crashes",
            refunded, CANCELLED,
        ),
        Scenario("waited", "A chair is missing, and the customer waits for it", waited, COMPLETED),
        Scenario(
            "refund_in_trouble", "The refund fails until somebody finds another card",
            refund_in_trouble, CANCELLED,
        ),
    ),
)  # fmt: skip
