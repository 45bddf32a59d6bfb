"""When applications come in: a seeded Poisson process with busy hours and bursts.

The rate follows the time of day, and every arrival raises it for a while (a Hawkes process): a
message in the news brings several people. Arrivals are drawn by thinning (Lewis and Shedler 1979;
Ogata 1981).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

# Share of the busiest hour's rate at each hour of the day, midnight first. A demo is watched at
# any hour, so the nights are calm, not empty.
BY_HOUR = (
    0.55, 0.50, 0.50, 0.50, 0.50, 0.55, 0.60, 0.70, 0.85, 0.95, 1.00, 1.00,
    0.90, 0.85, 0.90, 0.95, 0.95, 0.90, 0.80, 0.85, 0.90, 0.80, 0.70, 0.60,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A process of arrivals. At the busiest hour one comes every `every` on average."""

    every: timedelta
    offspring: float = 0.25  # arrivals that each one brings after it, on average; below 1
    memory: timedelta = timedelta(seconds=20)  # how long a burst lasts, on average

    def rate(self, at: datetime, excitement: float = 0.0) -> float:
        """Arrivals a second, when earlier ones have left so much excitement."""
        return self._base(at) + excitement * self.offspring / self.memory.total_seconds()

    def after(self, start: datetime, chance: Random) -> Iterator[datetime]:
        """The moments of arrival from `start` on, for ever."""
        now, excitement = start, 0.0
        highest = (1 - self.offspring) / self.every.total_seconds()
        memory = self.memory.total_seconds()
        while True:
            bound = highest + excitement * self.offspring / memory
            pause = chance.expovariate(bound)
            now += timedelta(seconds=pause)
            excitement *= math.exp(-pause / memory)
            if chance.random() * bound < self.rate(now, excitement):
                excitement += 1
                yield now

    def _base(self, at: datetime) -> float:
        """Of the arrivals that nobody else brought along."""
        share = (1 - self.offspring) / self.every.total_seconds()
        return share * time_of_day(at)


def time_of_day(at: datetime) -> float:
    """The share of the busiest hour's rate at this moment, without steps from hour to hour."""
    hour = at.hour + at.minute / 60 + at.second / 3600
    before = int(hour)
    weight = hour - before
    return BY_HOUR[before] * (1 - weight) + BY_HOUR[(before + 1) % 24] * weight
