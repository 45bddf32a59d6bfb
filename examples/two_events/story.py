"""What may become of a shipment and its invoice, told and played."""

from datetime import datetime

from examples import desks
from examples.playing import House, NotAsTold
from examples.stories import Example, Scenario
from workflows.models import Message

KIND, DESK = "missing_announcement", "goods-in"
GAIL = "gail"
MATCHED, MATCHED_LATE = ("goods.matched",), ("goods.matched_late",)
NO_INVOICE, NO_SHIPMENT = ("goods.invoice_missing",), ("goods.shipment_missing",)


def settle(_now: datetime) -> None:
    """Somebody who looks for what never came."""
    desks.settle(
        kind=KIND, slug=DESK, name="Goods in", description="Shipments and invoices that miss each "
        "other",
    )  # fmt: skip


def shipment(house: House, key: str) -> None:
    """The warehouse announces what is on its way."""
    house.receive(
        "shipment.announced", {"shipment": {"order": key, "parcels": 3}}, key=key,
        sender="api:warehouse",
    )  # fmt: skip


def invoice(house: House, key: str) -> None:
    """The supplier announces what it costs."""
    house.receive(
        "invoice.announced", {"invoice": {"order": key, "amount": 480}}, key=key,
        sender="api:supplier",
    )  # fmt: skip


def look(house: House, key: str, outcome: str) -> None:
    """Gail has looked for it."""
    house.employ(GAIL, "Gail Moreau", [DESK])
    house.decide(by=GAIL, key=key, outcome=outcome)


def in_order(house: House) -> None:
    shipment(house, "P-1")
    house.pass_time(days=2)
    invoice(house, "P-1")


def the_other_way_round(house: House) -> None:
    invoice(house, "P-2")
    house.pass_time(hours=5)
    invoice(house, "P-2")
    shipment(house, "P-2")
    shipment(house, "P-2")


def no_invoice(house: House) -> None:
    shipment(house, "P-3")
    house.pass_time(days=3)
    house.tell("Gail calls the supplier: there will be none")
    look(house, "P-3", "settle")


def no_shipment(house: House) -> None:
    invoice(house, "P-4")
    house.pass_time(days=3)
    look(house, "P-4", "claim")


def came_after_all(house: House) -> None:
    shipment(house, "P-5")
    house.pass_time(days=4)
    invoice(house, "P-5")


def too_late(house: House) -> None:
    no_invoice_for(house, "P-6")
    house.pass_time(days=20)
    invoice(house, "P-6")
    kept = Message.objects.filter(name="invoice.announced", key="P-6", status="refused").first()
    if kept is None:
        raise NotAsTold("An invoice that came too late was lost.")
    house.tell(f"Kept for people to see: {kept.problem[:-1]}")


def no_invoice_for(house: House, key: str) -> None:
    shipment(house, key)
    house.pass_time(days=3)
    look(house, key, "settle")


EXAMPLE = Example(
    name="two_events",
    title="Match shipment and invoice",
    settle=settle,
    scenarios=(
        Scenario("in_order", "The shipment is announced, then the invoice", in_order, MATCHED),
        Scenario(
            "the_other_way_round", "The invoice comes first, and each of them twice",
            the_other_way_round, MATCHED,
        ),
        Scenario("no_invoice", "The invoice never comes, and Gail looks", no_invoice, NO_INVOICE),
        Scenario(
            "no_shipment", "The shipment never comes: Gail claims the money", no_shipment,
            NO_SHIPMENT,
        ),
        Scenario(
            "came_after_all", "The invoice comes while somebody looks for it", came_after_all,
            MATCHED_LATE,
        ),
        Scenario(
            "too_late", "The invoice comes when all is over, and is not lost", too_late, NO_INVOICE
        ),
    ),
)  # fmt: skip
