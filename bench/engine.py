"""Starts a second, and milliseconds for each completed step, at 5, 50 and 1,000 live tokens.

    python -m bench.engine [--alone]

Ours with and without work items and their clocks, beside SpiffWorkflow, whose state is saved to the
same PostgreSQL as JSON, bare and inside Django with a row for each work item and an audit row, and
beside django-viewflow. Each of them runs in an interpreter of its own, one after the other.

`cpu` is what the measured process spent by itself: on a busy machine it says more than the clock.
"""

import argparse
import os
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench import engine_cases as cases
from bench import engine_ours, peers, private

PEERS = {"bench.engine_spiff": "peer_spiff", "bench.engine_viewflow": "peer_viewflow"}
OURS = "ours: journal, work item, clocks"
Found = dict[str, dict[int, Any]]


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    words.add_argument("--alone", action="store_true", help="without the other engines")
    alone = words.parse_args().alone
    with private.home():
        found = engine_ours.measured()
        for module, database in {} if alone else PEERS.items():
            found |= _peer(module, database)
    show(found)


def _peer(module: str, database: str) -> Found:
    """The figures of one other engine, in a database of its own on the same server."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {database}")
        cursor.execute(f"CREATE DATABASE {database}")
    theirs = conninfo_to_dict(os.environ["DATABASE_URL"]) | {"dbname": database}
    in_django = {"ENGINE": "django.db.backends.postgresql"} | {
        name.upper(): str(theirs.get(name, "")) for name in ("user", "password", "host", "port")
    }
    in_django["NAME"] = database
    said = peers.run(module, {"url": make_conninfo(**theirs), "django": in_django})
    return {
        name: {int(tokens): figures for tokens, figures in sizes.items()}
        for name, sizes in said.items()
    }


def show(found: Found) -> None:
    """A line for each engine and size; the last column compares the clock with ours."""
    print(f"{private.cores()}; medians in ms; beside ours: {OURS}")
    print(
        f"{'':<50}{'tokens':>7}{'starts/s':>10}{'statements':>11}"
        f"{'complete':>10}{'cpu':>7}{'of 5':>6}{'statements':>11}{'beside ours':>13}"
    )
    for name, sizes in found.items():
        for tokens in cases.TOKENS:
            print(_line(name, tokens, sizes, found[OURS][tokens]["complete"]))


def _line(name: str, tokens: int, sizes: dict[int, Any], ours: cases.Figures) -> str:
    start, complete = sizes[tokens]["start"], sizes[tokens]["complete"]
    growth = complete["ms"] / sizes[cases.TOKENS[0]]["complete"]["ms"]
    beside = "" if name == OURS else f"{complete['ms'] / ours['ms']:.1f} ×"
    return (
        f"{name:<50}{tokens:>7,}{1000 / start['ms']:>10.1f}{start['statements']:>11,}"
        f"{complete['ms']:>10.2f}{complete['cpu']:>7.2f}{growth:>6.1f}"
        f"{complete['statements']:>11,}{beside:>13}"
    )


if __name__ == "__main__":
    main()
