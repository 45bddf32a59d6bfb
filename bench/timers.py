"""How late timers fire when many are due at once, and after nobody has looked for an hour.

    python -m bench.timers [--many 10000] [--instances 500]

One sweeper (`manage.py sweep`), as in production, on a private server with fsync unless
DATABASE_URL names one. Each timer is that of an instance of its own: it waits, and ends. Its end
publishes an event.

Late is the time from the moment a timer is due until another connection sees that it has fired,
looking ten times a second: up to a tenth of a second is the measurement's own. The baseline, in
the same run: as many rows updated by one statement each, committed one by one, on one connection.

After an hour: every instance has several timers, all of which should have fired meanwhile. Each
fires once, in the order in which those of its instance were due; the table says how many a second,
the start of the sweeper included.
"""

import argparse
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bench import private

if TYPE_CHECKING:
    from workflows.models import ProcessDefinition

ROOT = Path(__file__).resolve().parents[1]
WAIT = ("start -> wait", "wait -> end")
PATIENCE = 120.0  # seconds
SPREAD = """
UPDATE workflows_timer AS timer SET due_at = said.due_at
  FROM unnest(%s::uuid[], %s::timestamptz[]) AS said (id, due_at) WHERE timer.id = said.id
"""
# Only what was not there for the look before: who looks shares the machine with the sweep.
FIRED = """
SELECT id::text FROM workflows_timer
 WHERE status = 'fired' AND ended_at >= %s AND xmin::text::bigint >= %s
"""
OLDEST = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"  # transaction going on


def measure(*, many: int, instances: int) -> None:
    print(f"{private.cores()}, one sweeper")
    print(f"{'':<44}{'a second':>10}{'p50 s':>8}{'p99 s':>8}{'worst':>8}")
    waiting = begun(waits_and_ends(), many)
    with sweeper():
        time.sleep(5)  # it takes a moment to start
        late, took = fired(spread(waiting, over=timedelta(seconds=1)))
    told(f"{many:,} due within one second", many / took, late)
    rate = updates(many)
    print(f"{'baseline: as many updates, one by one':<44}{rate:>10.0f}")
    backlog = overdue(instances)
    begun_at = time.perf_counter()
    with sweeper():
        until_none_is_pending()
    took = time.perf_counter() - begun_at
    in_their_order(backlog)
    told(f"{len(backlog):,} of {instances:,} instances, after an hour", len(backlog) / took, [])


def told(what: str, rate: float, late: list[float]) -> None:
    line = f"{what:<44}{rate:>10.0f}"
    if late:
        late = sorted(late)
        p50, p99 = (late[math.ceil(len(late) * share) - 1] for share in (0.5, 0.99))
        line += f"{p50:>8.2f}{p99:>8.2f}{late[-1]:>8.2f}"
    print(line, flush=True)


# --- many at once -------------------------------------------------------------------------------


def waits_and_ends() -> "ProcessDefinition":
    from tests.workflows import builders

    return builders.deployed(*WAIT)


def begun(definition: "ProcessDefinition", many: int) -> list[UUID]:
    """The timers of so many new instances, due in an hour."""
    from django.utils import timezone

    from workflows import runtime
    from workflows.models import Timer

    said: dict[str, Any] = {"variables": {}, "business_key": "", "by": "api:bench"}
    for _ in range(many):
        runtime.start(definition=definition, now=timezone.now(), **said)
    found = Timer.objects.filter(instance__definition=definition, status="pending")
    return list(found.order_by("id").values_list("pk", flat=True))


def spread(timers: list[UUID], *, over: timedelta) -> dict[UUID, datetime]:
    """When each is due: all within this time, which begins in three seconds."""
    from django.db import connection
    from django.utils import timezone

    first = timezone.now() + timedelta(seconds=3)
    due = {timer: first + over * index / len(timers) for index, timer in enumerate(timers)}
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, [list(due), list(due.values())])
    assert timezone.now() < first, "Some were due before all had been told when."
    return due


def fired(due: dict[UUID, datetime]) -> tuple[list[float], float]:
    """How late each was seen to have fired, and the time from the first due to the last seen."""
    from django.db import connection
    from django.utils import timezone

    moments = {str(timer): moment for timer, moment in due.items()}
    seen: dict[str, datetime] = {}
    first = min(due.values())
    oldest = 0
    while len(seen) < len(due):
        time.sleep(0.1)
        with connection.cursor() as cursor:
            cursor.execute(OLDEST)
            before, (oldest,) = oldest, cursor.fetchone()
            cursor.execute(FIRED, [first, before])
            found = {timer for (timer,) in cursor.fetchall()}
        now = timezone.now()
        seen |= dict.fromkeys((found & moments.keys()) - seen.keys(), now)
        assert now - first < timedelta(seconds=PATIENCE), f"{len(seen)} of {len(due)} have fired."
    once_each(list(due))
    late = [(seen[timer] - moment).total_seconds() for timer, moment in moments.items()]
    return late, (max(seen.values()) - first).total_seconds()


def once_each(timers: list[UUID]) -> None:
    """What the journal says: every timer has fired once."""
    from workflows.models import JournalEntry

    said = JournalEntry.objects.filter(kind="timer.fired").values_list("subject", flat=True)
    wanted = {f"timer:{timer}" for timer in timers}
    found = sorted(subject for subject in said if subject in wanted)
    assert found == sorted(wanted), "Every timer fires once."


def updates(many: int) -> float:
    """Rows a second that one connection updates, each in a transaction of its own."""
    from workflows.models import Timer

    timers = list(Timer.objects.values_list("pk", flat=True)[:many])
    begun_at = time.perf_counter()
    for timer in timers:
        Timer.objects.filter(pk=timer).update(node_id="waited")
    return len(timers) / (time.perf_counter() - begun_at)


# --- after an hour ------------------------------------------------------------------------------

REMINDERS = (50, 10, 40, 20, 30)  # minutes ago, in the order of the file


def overdue(instances: int) -> list[UUID]:
    """Timers that were due in the last hour, several of each instance."""
    from django.utils import timezone

    from tests.workflows.bpmn import sketch
    from workflows import definitions
    from workflows.models import Timer

    named = {f"r{minutes}": sketch.on("work", "timer", stays=True) for minutes in REMINDERS}
    arrows = ["start -> work -> end", *(f"{name} -> end_{name}" for name in named)]
    work = sketch.task(tag="receiveTask", extra=' messageRef="message_never"')
    source = sketch.xml(*arrows, work=work, **named)
    now = timezone.now()
    [definition] = definitions.deploy(source=source, by="user:bench", now=now)
    timers = begun(definition, instances)
    rows = list(Timer.objects.filter(pk__in=timers))
    for row in rows:
        row.due_at = now - timedelta(minutes=int(row.node_id[1:]))
    Timer.objects.bulk_update(rows, ["due_at"], batch_size=1_000)
    return timers


def until_none_is_pending() -> None:
    from django.utils import timezone

    from workflows.models import Timer

    begun_at = time.perf_counter()
    while Timer.objects.filter(status="pending", due_at__lte=timezone.now()).exists():
        assert time.perf_counter() - begun_at < PATIENCE, "Timers are still pending."
        time.sleep(0.05)


def in_their_order(timers: list[UUID]) -> None:
    """What the journals say: each once, the longest overdue of an instance first."""
    from workflows.models import JournalEntry, Timer

    once_each(timers)
    of = dict(Timer.objects.filter(pk__in=timers).values_list("pk", "instance_id"))
    said = JournalEntry.objects.filter(kind="timer.fired", chain__in=set(of.values()))
    due: dict[UUID, list[str]] = {}
    for chain, detail in said.order_by("chain", "sequence").values_list("chain", "detail"):
        due.setdefault(chain, []).append(detail["due_at"])
    assert all(each == sorted(each) for each in due.values()), "In the order in which they were due"


@contextmanager
def sweeper() -> Iterator[None]:
    """`manage.py sweep`, as production runs it."""
    command = [sys.executable, str(ROOT / "manage.py"), "sweep"]
    process = subprocess.Popen(command, env=os.environ, cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--instances", type=int, default=500)
    wanted = parser.parse_args()
    with private.home():
        measure(many=wanted.many, instances=wanted.instances)


if __name__ == "__main__":
    main()
