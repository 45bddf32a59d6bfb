"""What happened at the demo's lender before the visitor came, at the pace of the machine.

The same shift as in real time, by the same operations; workers and sweeps are played in between,
with the moment as argument.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from config.demo import people
from config.demo.shift import Shift, next_number
from config.demo.supervision import Supervision
from examples.lender import outages
from examples.lender.arrivals import Arrivals
from examples.lender.colleagues import TEAM
from queues import claims, clocks
from queues.models import User
from reviews import decisions
from workflows import jobs, publishing, timers
from workflows.models import Job, ProcessInstance

CALM = timedelta(minutes=150)  # how long the house was open before the day picked up
BUSY = timedelta(minutes=9)
CALM_EVERY, BUSY_EVERY = timedelta(seconds=140), timedelta(seconds=3.6)
SWEEP_EVERY, SWEEP_EVERY_CALM = timedelta(seconds=15), timedelta(seconds=60)
A_WORKER_TAKES = timedelta(seconds=0.6)
NIGHT_SHIFT = 3  # colleagues who are there from the beginning
TAIL = timedelta(minutes=3)  # before now: the moment of the one incident
BUREAU_IS_DOWN = "ServiceDown: The credit bureau does not answer. Nothing was lost; try again."


def is_there() -> bool:
    return next_number() > 1


class History(Shift):
    """A shift in which workers and sweeps are steps like any other."""

    sweep_every = SWEEP_EVERY_CALM
    tell: Callable[[datetime], None] = staticmethod(lambda _now: None)  # how far it has come

    def let_pass(self, *, until: datetime) -> None:
        while self.next_at < until:
            self.advance(self.next_at)

    def work_on(self, _instance: ProcessInstance, now: datetime) -> None:
        """A worker is woken, as it would be by a message."""
        self.plan(now + A_WORKER_TAKES, self.work)

    def work(self, now: datetime) -> None:
        """Workers run what is ready until nothing is."""
        while self._run_ready(now):
            pass

    def sweep(self, now: datetime) -> datetime:
        """What looks for due work, once each."""
        for look in (claims.expire_due, clocks.tick, decisions.execute_due, timers.fire_due):
            look(now=now)
        self.work(now)
        publishing.fan_out_due(now=now)
        self.tell(now)
        return now + self.sweep_every

    @staticmethod
    def _run_ready(now: datetime) -> int:
        ready = Job.objects.filter(status=Job.Status.READY, ready_at__lte=now)
        ids = list(ready.values_list("pk", flat=True))
        return sum(jobs.run(job_id, worker="history", clock=lambda: now) for job_id in ids)


@transaction.atomic
def write(now: datetime, *, seed: int = 0, tell: Callable[[float], None] | None = None) -> int:
    """Hours of work up to now; returns how many applications came in.

    All of it is seen at once, when it is done: workers and sweeps that run meanwhile would take
    what is open in it for long overdue. `tell` hears which share of the work is done.
    """
    os.environ[outages.SWITCH] = "0"  # an outage is at the wall's time; the past had none
    history = History(seed=seed)
    history.came_in = history.work_on
    if tell is not None:
        history.tell = lambda at: tell(share_done(now - at))
    calm_from, busy_from = now - CALM - BUSY, now - BUSY
    history.plan(calm_from, history.sweep)
    early = history.bring_in(TEAM[-NIGHT_SHIFT:], at=calm_from)
    for desk in early:
        desk.calm = 8
    history.open_door(Arrivals(every=CALM_EVERY), at=calm_from)
    history.let_pass(until=busy_from)
    for desk in early:
        desk.calm = 1
    history.sweep_every = SWEEP_EVERY
    manager = Supervision(User.objects.get(username=people.SIMULATED_MANAGER))
    history.plan(busy_from, manager.go_round)
    history.bring_in(TEAM[:-NIGHT_SHIFT], at=busy_from)
    history.open_door(Arrivals(every=BUSY_EVERY), at=busy_from)
    history.let_pass(until=now - TAIL)
    fail_one(history, now - TAIL)
    history.let_pass(until=now)
    return next_number() - 1


def share_done(left: timedelta) -> float:
    """Which share of the applications has come in when so much of the past is left."""
    calm, busy = CALM / CALM_EVERY, BUSY / BUSY_EVERY
    to_come = min(left, BUSY) / BUSY_EVERY + max(left - BUSY, timedelta(0)) / CALM_EVERY
    return 1 - to_come / (calm + busy)


def fail_one(history: History, now: datetime) -> None:
    """One score that the credit bureau did not answer for, until nobody tried any more."""
    history.came_in = lambda _instance, _now: None
    history.receive_one(now)
    history.came_in = history.work_on
    job = Job.objects.filter(status=Job.Status.READY, handler="loan.score").latest("created_at")
    at = now
    while job.status == Job.Status.READY:
        at = max(at, job.ready_at)
        leased = jobs.lease(job.pk, by="history", now=at)
        if leased is None:
            return
        job = jobs.fail(leased=leased, error=BUREAU_IS_DOWN, now=at + A_WORKER_TAKES)
