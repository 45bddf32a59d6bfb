"""What may become of a trade, told and played."""

from typing import Any

from examples.playing import House, NotAsTold
from examples.settlement.handlers import paid
from examples.stories import Example, Scenario
from examples.watching import observed
from workflows import correlation, intake, signals
from workflows.models import Message

SETTLED = ("trade.captured", "trade.confirmed", "trade.cleared", "trade.settled")
OPERATOR = "user:olga"


def report(house: House, key: str, **said: Any) -> dict[str, Any]:
    """The front office reports a trade."""
    trade = {"id": key, "side": "buy", "quantity": 100, "price": 12.5,
             "counterparty": "Harbour Bank", **said}  # fmt: skip
    house.receive("trade.reported", {"trade": trade}, key=key, sender="api:front-office")
    return {"trade": trade}


def answer(house: House, key: str, *, agrees: bool) -> None:
    """The counterparty answers."""
    house.receive("counterparty.answered", {"agrees": agrees}, key=key, sender="api:harbour-bank")


def agree_without_work(house: House, key: str) -> None:
    """The counterparty agrees, and nobody has brought the news to anybody yet."""
    house.tell("harbour-bank agrees")
    intake.take(
        message="counterparty.answered", variables={"agrees": True}, business_key=key,
        idempotency_key=f"agrees {key}", sender="api:harbour-bank", now=house.now,
    )  # fmt: skip


def tell_again(house: House, event: str, variables: dict[str, Any]) -> None:
    """An operator gives the signal of an event once more."""
    house.tell(f"Olga has {event} told once more")
    signals.broadcast(name=event, variables=variables, sender=OPERATOR, now=house.now)
    house.work()


def lose(house: House, event: str, process: str) -> None:
    """The signal of an event reaches everybody but this process: its share is thrown away."""
    house.tell(f"{event} is lost on its way to {process}")
    for signal in Message.objects.filter(name=event, status="waiting", origin=None):
        correlation.deliver(signal.pk, now=house.now)
    shares = Message.objects.filter(name=event, status="waiting", definition__key=process)
    if not shares.update(status=Message.Status.DROPPED, ended_at=house.now):
        raise NotAsTold(f"{process} does not begin with {event}.")


def settled(house: House) -> None:
    report(house, "T-1")
    house.pass_time(hours=1)
    answer(house, "T-1", agrees=True)


def told_twice(house: House) -> None:
    known = report(house, "T-2")
    report(house, "T-2")
    answer(house, "T-2", agrees=True)
    for event in SETTLED[:3]:
        tell_again(house, event, {**known, "clearing": {"number": "C-0"}})
    if paid("T-2") != [1_250.0]:
        raise NotAsTold(f"Paid was {paid('T-2')}, not once.")


def not_confirmed(house: House) -> None:
    report(house, "T-3")
    answer(house, "T-3", agrees=False)
    house.pass_time(hours=5)
    observed(house, key="T-3", kind="otherwise", outcome="otherwise")


def no_answer(house: House) -> None:
    report(house, "T-4")
    house.pass_time(hours=5)
    observed(house, key="T-4", kind="unfinished")
    house.pass_time(days=1)


def over_the_limit(house: House) -> None:
    report(house, "T-5", quantity=100_000)
    answer(house, "T-5", agrees=True)


def lost(house: House) -> None:
    known = report(house, "T-6")
    agree_without_work(house, "T-6")
    lose(house, "trade.confirmed", "trade_clearing")
    house.work()
    house.pass_time(hours=3)
    observed(house, key="T-6", kind="never_began")
    tell_again(house, "trade.confirmed", known)
    house.pass_time(minutes=1)
    observed(house, key="T-6", kind="never_began", outcome="came_late")


EXAMPLE = Example(
    name="settlement",
    title="Settlement of a trade",
    scenarios=(
        Scenario("settled", "Captured, confirmed, cleared and paid", settled, SETTLED),
        Scenario("told_twice", "Every event is told twice, and paid once", told_twice, SETTLED),
        Scenario(
            "not_confirmed", "The counterparty does not agree", not_confirmed,
            ("trade.captured", "trade.unconfirmed"),
        ),
        Scenario(
            "no_answer", "The counterparty never answers; the observer says so first", no_answer,
            ("trade.captured", "trade.unconfirmed"),
        ),
        Scenario(
            "over_the_limit", "The clearing house does not stand for so much", over_the_limit,
            ("trade.captured", "trade.confirmed", "trade.not_cleared"),
        ),
        Scenario(
            "lost", "An event is lost: the observer says who never began, and an operator acts",
            lost, SETTLED,
        ),
    ),
)  # fmt: skip
