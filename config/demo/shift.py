"""The demo's lender as time goes on: applications come in, colleagues work, a manager clears up.

Event by event; whoever drives it says how time passes. `history` lets it pass at once, the command
`demo_traffic` in real time. Nothing here sleeps, and no transaction outlives a step.
"""

import heapq
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from config.demo.desks import Desk
from config.demo.people import WEBSITE
from examples.lender import applicants
from examples.lender.arrivals import Arrivals
from examples.lender.colleagues import Colleague
from queues.models import User
from workflows import intake
from workflows.models import ProcessInstance, Receipt
from workflows.refusals import Refusal

SENDER = f"api:{WEBSITE}"
MESSAGE = "loan.application"
TOO_LATE = timedelta(seconds=20)  # what should have come in while the machine slept did not

AFTER_TROUBLE = timedelta(seconds=5)

log = logging.getLogger("lender")

Step = Callable[[datetime], datetime | None]


@dataclass
class Shift:
    """What happens next, in order of time."""

    seed: int = 0
    speed: float = 1.0
    came_in: Callable[[ProcessInstance, datetime], None] = lambda _instance, _now: None
    agenda: list[tuple[datetime, int, Step]] = field(default_factory=list)
    places: Iterator[int] = field(default_factory=count)
    numbers: Iterator[int] | None = None  # of applications

    @property
    def next_at(self) -> datetime:
        return self.agenda[0][0]

    def plan(self, at: datetime, step: Step) -> None:
        heapq.heappush(self.agenda, (at, next(self.places), step))

    def advance(self, now: datetime) -> None:
        """Do the first thing on the agenda. A step says when it wants to be done again."""
        at, _, step = heapq.heappop(self.agenda)
        again_at: datetime | None = now + AFTER_TROUBLE
        try:
            again_at = step(now)
        finally:  # whoever drives may go on after an error
            if again_at is not None:
                self.plan(max(again_at, at), step)

    def open_door(self, arrivals: Arrivals, *, at: datetime) -> None:
        """Applications come in from now on."""
        first = next_number()
        self.numbers = self.numbers or count(first)
        chance = Random(f"{self.seed}:{first}")  # noqa: S311 - a demo, no secret
        moments = arrivals.after(at, chance)
        self.plan(next(moments), self._arrive(moments, self.numbers, chance))

    def bring_in(self, team: Iterable[Colleague], *, at: datetime) -> list[Desk]:
        """Colleagues sit down, one after the other."""
        desks = []
        for place, who in enumerate(team):
            user = User.objects.get(username=who.username)
            chance = Random(f"{self.seed}:{who.username}:{at.isoformat()}")  # noqa: S311 - no secret
            desk = Desk(who, user, chance, speed=self.speed, seed=self.seed)
            desk.pick_up(at)
            self.plan(at + timedelta(seconds=0.7 * place), desk.go_on)
            desks.append(desk)
        return desks

    def _arrive(self, moments: Iterator[datetime], numbers: Iterator[int], chance: Random) -> Step:
        expected: list[datetime] = []

        def arrive(now: datetime) -> datetime:
            if not expected or now - expected[0] < TOO_LATE:
                self._receive(next(numbers), chance, now)
            expected[:] = [next(moment for moment in moments if moment > now - TOO_LATE)]
            return expected[0]

        return arrive

    def receive_one(self, now: datetime) -> None:
        """One application more than would have come."""
        self.numbers = self.numbers or count(next_number())
        number = next(self.numbers)
        self._receive(number, Random(f"{self.seed}:{number}"), now)  # noqa: S311 - no secret

    def _receive(self, number: int, chance: Random, now: datetime) -> None:
        stated = applicants.application(number, chance)
        try:
            instance, _ = intake.receive(
                message=MESSAGE,
                variables={"application": stated},
                business_key=stated["reference"],
                idempotency_key=stated["reference"],
                sender=SENDER,
                now=now,
            )
        except Refusal as refusal:
            log.warning("The application %s was refused: %s", stated["reference"], refusal)
        else:
            self.came_in(instance, now)


def next_number() -> int:
    """Applications are numbered through, also over restarts."""
    return Receipt.objects.filter(sender=SENDER).count() + 1
