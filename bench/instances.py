"""Process instances per second from the message to the published end, with a real worker.

    python -m bench.instances [--many 400] [--alone 20]

The lender's process: message, score (a job), a decision that the grid leaves to the machine,
payment (a job, synced to disk), end. A sender, one worker of two processes and the sweep run as
they do in production, on a private server with fsync unless DATABASE_URL names one.

The baseline, in the same run: as many wake-ups as the instances have jobs, taken by the same
worker, with nothing to do. What lies between the two is what the promises cost: leases, the
journal's chain, two commits for each job, and the effect.
"""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench import private
from bench.table import percentiles
from tests.config.story import within

if TYPE_CHECKING:
    from tests.chaos.house import House

JOBS = 2  # of each instance
PATIENCE = 300.0  # seconds


def measure(home: Path, *, many: int, alone: int) -> None:
    from config.celery import app
    from tests.chaos.house import House
    from tests.journeys.house import loan_approval
    from tests.reviews import builders

    builders.grid("loan_approval")
    loan_approval()
    house = House(home)
    app.conf.broker_url = house.broker.url
    house.open()
    try:
        taken = send_one_by_one(house, alone)
        print(f"{private.cores()}, {many} instances of {JOBS} jobs, worker with 2 processes")
        print(f"{'':<34}{'a second':>10}{'p50 ms':>9}{'p95 ms':>9}")
        p50, p95 = percentiles(taken)
        print(f"{'one at a time':<34}{1000 * len(taken) / sum(taken):>10.1f}{p50:>9.0f}{p95:>9.0f}")
        rate, taken = send_all(house, many)
        p50, p95 = percentiles(taken)
        print(f"{'as fast as they come':<34}{rate:>10.1f}{p50:>9.0f}{p95:>9.0f}")
        empty = empty_wake_ups(house, many * JOBS) / JOBS
        print(f"{f'baseline: {JOBS} empty wake-ups each':<34}{empty:>10.1f}")
        print(f"Of the baseline: {rate / empty:.0%}.")
    finally:
        house.close()


def send_one_by_one(house: "House", many: int) -> list[float]:
    """Milliseconds of each when nothing else is going on; the first few warm up the worker."""
    from django.utils import timezone

    from tests.chaos.website import SOUND
    from workflows import intake
    from workflows.models import ProcessInstance

    taken = []
    for number in range(-5, many):
        begun = time.perf_counter()
        instance, _ = intake.receive(
            message="loan.application",
            variables={"application": SOUND},
            business_key=f"W-{number}",
            idempotency_key=f"one-by-one-{number}",
            sender="api:bench",
            now=timezone.now(),
        )
        ended = ProcessInstance.objects.filter(pk=instance.pk, status="completed")
        assert within(30, ended.exists), house.log("worker")
        taken.append((time.perf_counter() - begun) * 1000)
    return taken[5:]


def send_all(house: "House", many: int) -> tuple[float, list[float]]:
    """Instances a second from the first that starts to the last that ends, and each one's time."""
    from django.db.models import F, Max, Min

    from workflows.models import ProcessInstance

    ours = ProcessInstance.objects.filter(started_by="api:website")
    house.send(many)
    house.wait_for_website()
    ended = ours.filter(status="completed")
    assert within(PATIENCE, lambda: ended.count() == many), house.log("worker")
    span = ours.aggregate(first=Min("started_at"), last=Max("ended_at"))
    lasted = ours.annotate(took=F("ended_at") - F("started_at")).values_list("took", flat=True)
    rate = many / (span["last"] - span["first"]).total_seconds()
    return rate, [took.total_seconds() * 1000 for took in lasted]


def empty_wake_ups(house: "House", many: int) -> float:
    """Messages a second that the same worker takes when they ask for nothing."""
    import redis

    from config import broker
    from workflows import wakeups

    key = broker.broker_transport_options["global_keyprefix"] + broker.task_default_queue
    with redis.Redis.from_url(house.broker.url) as client:
        begun = time.perf_counter()
        for _ in range(many):
            assert wakeups.send(wakeups.BEAT)
        assert within(PATIENCE, lambda: client.llen(key) == 0)
        return many / (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--many", type=int, default=400)
    parser.add_argument("--alone", type=int, default=20)
    wanted = parser.parse_args()
    with private.home() as home:
        measure(home, many=wanted.many, alone=wanted.alone)


if __name__ == "__main__":
    main()
