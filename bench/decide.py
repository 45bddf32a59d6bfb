"""From a reviewer's answer to the page of the next item, with a thousand and a million waiting.

    python -m bench.decide [--rows 1000 1000000] [--decisions 100]

A real web server (gunicorn, two processes) on a private database with fsync unless DATABASE_URL
names one. A reviewer sends an answer as the page does and gets the next item in the same response:
the decision is recorded, its process goes on, the next item is claimed, its page is drawn. Without
an undo window, so that all of it happens before the answer.

Baselines in the same run, through the same server: the item's page read again (nothing is written),
and a view that only says that it is alive.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import private
from bench.table import percentiles

if TYPE_CHECKING:
    from queues.models import Queue, User
    from tests.chaos.reviewer import Reviewer

PASSWORD = "measured-by-the-clock"  # noqa: S105  of an account that lives for a minute
WARMING_UP = 10


def measure(home: Path, rows: list[int], *, decisions: int) -> None:
    from tests.chaos.house import House
    from tests.reviews import builders

    builders.grid()
    house = House(home)
    house.open()
    try:
        print(f"{private.cores()}, {decisions} decisions, one reviewer at a time")
        print(f"{'ready items':>12}  {'':<30}{'p50 ms':>8}{'p95 ms':>8}")
        for many in rows:
            reviewer, page = seated(house.address, many, decisions + WARMING_UP + 1)
            report(many, reviewer, page, decisions)
            reviewer.close()
    finally:
        house.close()


def report(many: int, reviewer: "Reviewer", page: str, decisions: int) -> None:
    answered = decide(reviewer, page, decisions)
    where = answered.pop()
    ways: dict[str, list[float]] = {
        "decide → next page": answered,
        "baseline: read the item's page": timed(lambda: reviewer.browser.get(where), decisions),
        "baseline: a bare view": timed(lambda: reviewer.browser.get("/health/live"), decisions),
    }
    for name, taken in ways.items():
        p50, p95 = percentiles(taken)
        print(f"{many:>12,}  {name:<30}{p50:>8.1f}{p95:>8.1f}")


def decide(reviewer: "Reviewer", page: str, decisions: int) -> list[Any]:
    """Milliseconds of each answer, then the address of the item on the desk at the end."""
    from tests.chaos.reviewer import DECISION

    taken: list[Any] = []
    reviewer.browser.headers["HX-Request"] = "true"
    for _ in range(decisions + WARMING_UP):
        begun = time.perf_counter()
        page = reviewer.approve(page)
        taken.append((time.perf_counter() - begun) * 1000)
        assert DECISION.search(page), page
    del reviewer.browser.headers["HX-Request"]
    form = DECISION.search(page)
    assert form
    return [*taken[WARMING_UP:], form[1].removesuffix("decide/")]


def timed(act: Callable[[], Any], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        answer = act()
        taken.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200
    return taken


# --- what waits ---


def seated(address: str, many: int, real: int) -> tuple["Reviewer", str]:
    """A reviewer of their own queue with the first item open: real loans first, then a backlog."""
    from tests.chaos.reviewer import Reviewer

    user, queue = reviewer_with(many)
    ask_for(queue, real)
    fill(queue, many - real)
    reviewer = Reviewer(address)
    reviewer.sign_in(user.username, PASSWORD)
    page = reviewer.take()
    assert page, "Nothing is waiting."
    return reviewer, page


def reviewer_with(many: int) -> tuple["User", "Queue"]:
    from django.utils import timezone

    from queues.models import RoutingRule
    from tests.reviews import builders

    user = builders.person(f"reviewer-{many}", welcomed_at=timezone.now())
    user.set_password(PASSWORD)
    user.save()
    queue = builders.queue_of(user)
    RoutingRule.objects.filter(queue=queue).update(priority=1)
    return user, queue


def ask_for(queue: "Queue", many: int) -> None:
    """Loans that wait for one signature; the newest queue gets everything that is asked."""
    from tests.browser import seats

    for number in range(many):
        item = seats.ask(f"Rosa {number}")
        assert item.queue_id == queue.pk


def fill(queue: "Queue", items: int) -> None:
    from django.db import connection

    from tests.queues import builders

    if items > 0:
        builders.backlog(queue, items=items, needs=20)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE queues_workitem")
        cursor.execute("CHECKPOINT")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--decisions", type=int, default=100)
    wanted = parser.parse_args()
    if wanted.decisions + WARMING_UP >= min(wanted.rows):
        parser.error("There are more decisions than rows. Give more --rows or fewer --decisions.")
    with private.home() as home:
        measure(home, wanted.rows, decisions=wanted.decisions)


if __name__ == "__main__":
    main()
