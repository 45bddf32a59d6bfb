"""Claims per second with 16 claimers, against pgbench running the same statement.

    python -m bench.claims [--rows 10000 1000000] [--claims 4000] [--rounds 3]

Three ways to take the next item of one queue, in turns, each in its own 16 connections:
pgbench with prepared statements; the same statement through Django, committed one by one; the
whole operation `claims.claim_next`, which also holds the person and checks membership and limits.
Starts a private server that keeps its promises (fsync on) unless
DATABASE_URL names one. Items have no promises here: a clock that stops adds two statements.
"""

import argparse
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CLAIMERS = 16
BATCH = 25  # claims after which a claimer's items are put away, as if they had been decided


def measure(rows: list[int], *, claims: int, rounds: int) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    cores = len(os.sched_getaffinity(0))
    print(f"{cores} cores, {CLAIMERS} claimers, {claims} claims a run, median of {rounds} runs")
    print(f"{'ready items':>12} {'way':<28} {'claims/s':>9} {'of pgbench':>11}  p50 ms  p95 ms")
    for many in rows:
        given = prepare(many)
        results: dict[str, list[tuple[float, float, float]]] = {}
        for _ in range(rounds):
            for name, run in WAYS.items():
                put_back()
                results.setdefault(name, []).append(run(given, claims // CLAIMERS))
        report(many, results)


def report(many: int, results: dict[str, list[tuple[float, float, float]]]) -> None:
    medians = {
        name: [statistics.median(part) for part in zip(*runs, strict=True)]
        for name, runs in results.items()
    }
    fastest = medians["pgbench, prepared"][0]
    for name, (rate, p50, p95) in medians.items():
        share = rate / fastest
        print(f"{many:>12,} {name:<28} {rate:>9,.0f} {share:>10.0%}  {p50:>6.1f}  {p95:>6.1f}")


# --- the backlog ---


def prepare(many: int) -> dict[str, Any]:
    """One queue, sixteen people and so many ready items with twenty different needs."""
    from queues.models import Membership
    from tests.queues import builders

    number = next(builders.NUMBERS)
    people = [
        builders.person(f"bench-{many}-{number}-{n}", wip_limit=30_000) for n in range(CLAIMERS)
    ]
    queue = builders.queue_of(slug=f"bench-{many}-{number}")
    Membership.objects.bulk_create(Membership(queue=queue, user=person) for person in people)
    builders.backlog(queue, items=many - 1, needs=20)
    for person in people:
        builders.skilled(person, *(f"skill-{n}" for n in range(1, 20)))
    return {"queue": queue.pk, "people": [person.pk for person in people]}


def put_back() -> None:
    """Everything is ready again, and the tables are as a quiet night leaves them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM queues_lease")
        cursor.execute(
            "UPDATE queues_workitem SET status = 'ready', holder_id = NULL, reserved_at = NULL,"
            " ended_at = NULL WHERE status <> 'ready'"
        )
        cursor.execute("VACUUM ANALYZE queues_workitem, queues_lease")
        cursor.execute("CHECKPOINT")
    connection.close()


# --- three ways ---


def by_pgbench(given: dict[str, Any], each: int) -> tuple[float, float, float]:
    from django.conf import settings

    from config.servers import postgres
    from queues import claim_statement, requirements
    from queues.models import User

    person = User.objects.get(pk=given["people"][0]).person
    assert person is not None
    needs = ",".join(str(each.pk) for each in requirements.eligible_for(person))
    first = min(given["people"])
    literal = {
        "queues": f"'{{{given['queue']}}}'",
        "rooms": "'{100}'",
        "eligible": f"'{{{needs}}}'",
        "activities": "'{}'",
        "person": "(SELECT person_id FROM queues_user WHERE id = :me)",
        "user": ":me::bigint",
        "now": "now()",
    }
    statement = claim_statement.TAKE_FIRST_LOOK % {k: str(v) for k, v in literal.items()}
    script = f"\\set me {first} + :client_id\n{' '.join(statement.split())};\n"
    database = settings.DATABASES["default"]
    environment = {
        **os.environ,
        "PGHOST": str(database["HOST"]),
        "PGPORT": str(database["PORT"] or 5432),
        "PGUSER": str(database["USER"]),
        "PGPASSWORD": str(database["PASSWORD"]),
        "PGDATABASE": str(database["NAME"]),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claim.sql"
        path.write_text(script)
        asked = subprocess.run(
            [
                next(place for place in postgres.installations() if (place / "pgbench").exists())
                / "pgbench",
                *("-n", "-M", "prepared", "-c", str(CLAIMERS), "-j", "2", "-t", str(each)),
                *("-l", "--log-prefix", f"{folder}/log", "-f", str(path)),
            ],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if asked.returncode:
            sys.exit(asked.stderr)
        taken = [
            int(line.split()[2]) / 1000
            for log in Path(folder).glob("log*")
            for line in log.read_text().splitlines()
        ]
    found = re.search(r"tps = ([\d.]+)", asked.stdout)
    assert found, asked.stdout
    return (float(found[1]), *percentiles(taken))


def by_statement(given: dict[str, Any], each: int) -> tuple[float, float, float]:
    return side_by_side(statement_alone, given, each)


def by_operation(given: dict[str, Any], each: int) -> tuple[float, float, float]:
    return side_by_side(whole_operation, given, each)


WAYS: dict[str, Callable[[dict[str, Any], int], tuple[float, float, float]]] = {
    "pgbench, prepared": by_pgbench,
    "same statement, Django": by_statement,
    "claims.claim_next": by_operation,
}


def statement_alone(user_id: int, given: dict[str, Any]) -> Callable[[], object]:
    from django.utils import timezone

    from queues import claim_statement, claims, requirements
    from queues.models import User

    user = User.objects.select_related("person").get(pk=user_id)
    assert user.person is not None
    known = {
        "queues": [given["queue"]],
        "rooms": [100],
        "eligible": [each.pk for each in requirements.eligible_for(user.person)],
        "activities": [],
        "person": user.person_id,
        "user": user.pk,
    }

    def until_taken() -> int:
        """What one look saw may all be taken meanwhile; the operation looks deeper then."""
        while True:
            given_now = {**known, "now": timezone.now()}
            look = claims._run(claim_statement.TAKE_FIRST_LOOK, given_now)
            if look.lease:
                return look.lease.pk

    return until_taken


def whole_operation(user_id: int, _: dict[str, Any]) -> Callable[[], object]:
    from django.utils import timezone

    from queues import claims
    from queues.models import User

    user = User.objects.get(pk=user_id)
    return lambda: claims.claim_next(by=user, now=timezone.now())


def side_by_side(way: Any, given: dict[str, Any], each: int) -> tuple[float, float, float]:
    """Each claimer a process of its own; all start together."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    together, answers = context.Barrier(CLAIMERS), context.Queue()
    claimers = [
        context.Process(target=claimer, args=(way, user_id, given, each, together, answers))
        for user_id in given["people"]
    ]
    for process in claimers:
        process.start()
    found = [answers.get(timeout=300) for _ in claimers]
    for process in claimers:
        process.join()
    began, ended = min(one[0] for one in found), max(one[1] for one in found)
    taken = [millis for one in found for millis in one[2]]
    return (len(taken) / (ended - began), *percentiles(taken))


def claimer(way: Any, user_id: int, given: Any, each: int, together: Any, answers: Any) -> None:
    act = way(user_id, given)
    taken = []
    together.wait(timeout=60)
    began = time.monotonic()
    for number in range(each):
        before = time.perf_counter()
        if act() is None:
            raise AssertionError("Nothing was left to claim.")
        taken.append((time.perf_counter() - before) * 1000)
        if number % BATCH == BATCH - 1:
            put_away(user_id)
    answers.put((began, time.monotonic(), taken))


def put_away(user_id: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE queues_workitem SET status = 'completed', holder_id = NULL, ended_at = now()"
            " WHERE holder_id = %s AND status = 'reserved'",
            [user_id],
        )


def percentiles(taken: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(taken, n=20)
    return cuts[9], cuts[18]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--claims", type=int, default=4_000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    if max(wanted.claims, CLAIMERS) > min(wanted.rows):
        parser.error("There are more claims than rows. Give more --rows or fewer --claims.")

    from config import servers

    os.environ.setdefault("SECRET_KEY", "only-for-measuring" * 3)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings", COUNTERSIGN_PLAIN_HTTP="1", DATABASE_POOL="0"
    )
    with servers.running(purpose="bench", durable=True) as urls:
        os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = urls.database, urls.redis
        measure(wanted.rows, claims=wanted.claims, rounds=wanted.rounds)


if __name__ == "__main__":
    main()
