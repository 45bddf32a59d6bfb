"""Clocks and the promises behind them, as these tests need them."""

from queues.models import Clock
from tests.queues import builders
from tests.queues.builders import (
    HOUR,
    goal,
    policy,
    queue_of,
)


def clock(item, kind="decide") -> Clock:
    return Clock.objects.get(item=item, kind=kind)


def promising(alice, manager, *rungs, **said):
    promise = policy(goal("decide", 4 * HOUR, *rungs, **said), key=f"p{next(builders.NUMBERS)}")
    return queue_of(alice, manager=manager, policy=promise)
