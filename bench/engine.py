"""Starts a second, and milliseconds for each completed step, at 5, 50 and 1,000 live tokens.

    python -m bench.engine [--alone] [--tokens 5 50] [--rounds 3]

Ours with and without work items and their clocks, beside SpiffWorkflow, whose state is saved to the
same PostgreSQL as JSON, bare and inside Django with a row for each work item, its clock and an
audit row, and beside django-viewflow. All of them open the next step for a person in the same
transaction. Each of them runs in an interpreter of its own, one after the other.

A machine that others use is fast in one minute and slow in the next. So all of them are measured in
rounds, one after the other, and each figure is the best of its rounds.

`cpu` is what the measured process spent by itself: on a busy machine it says more than the clock.
"""

import argparse
import os
from collections.abc import Iterator

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench import engine_cases as cases
from bench import engine_ours, peers, private

PEERS = {"bench.engine_spiff": "peer_spiff", "bench.engine_viewflow": "peer_viewflow"}
OF = ("ms", "cpu")  # compared with ours
Sizes = dict[int, dict[str, cases.Figures]]  # by number of tokens: of a start, of a completion


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    words.add_argument("--alone", action="store_true", help="without the other engines")
    words.add_argument("--tokens", type=int, nargs="+", choices=cases.TOKENS, default=cases.TOKENS)
    words.add_argument("--rounds", type=int, default=2, help="all of it so many times")
    wanted = words.parse_args()
    with private.home():
        found: dict[str, Sizes] = {}
        for _ in range(wanted.rounds):
            for name, sizes in _measured(wanted.tokens, alone=wanted.alone):
                found[name] = _better(found.get(name, sizes), sizes)
        show(wanted.tokens, found)


def _measured(tokens: list[int], *, alone: bool) -> Iterator[tuple[str, Sizes]]:
    yield from engine_ours.measured(tokens)
    for module, database in {} if alone else PEERS.items():
        yield from _peer(module, database, tokens).items()


def _peer(module: str, database: str, tokens: list[int]) -> dict[str, Sizes]:
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
    asked = {"url": make_conninfo(**theirs), "django": in_django, "tokens": tokens}
    return {
        name: {int(size): figures for size, figures in sizes.items()}
        for name, sizes in peers.run(module, asked).items()
    }


def _better(before: Sizes, now: Sizes) -> Sizes:
    """Of two rounds the lower figures, each by itself."""
    return {
        size: {
            what: {name: min(value, now[size][what][name]) for name, value in figures.items()}
            for what, figures in sizes.items()
        }
        for size, sizes in before.items()
    }


def show(tokens: list[int], found: dict[str, Sizes]) -> None:
    """A line for each engine and size; the last columns compare with the first."""
    print(f"{private.cores()}; medians in ms, the best of all rounds")
    print(
        f"{'':<49}{'tokens':>6}{'starts/s':>9}{'statements':>11}{'complete':>9}{'cpu':>7}"
        f"{'of first':>9}{'statements':>11}{'beside ours: clock':>19}{'cpu':>6}"
    )
    ours = next(iter(found.values()))
    for name, sizes in found.items():
        for size in tokens:
            grown = sizes[size]["complete"]["ms"] / sizes[tokens[0]]["complete"]["ms"]
            beside = [sizes[size]["complete"][of] / ours[size]["complete"][of] for of in OF]
            print(f"{name:<49}{size:>6,}{_line(sizes[size], grown, beside)}", flush=True)


def _line(figures: dict[str, cases.Figures], grown: float, beside: list[float]) -> str:
    start, complete = figures["start"], figures["complete"]
    return (
        f"{1000 / start['ms']:>9.1f}{start['statements']:>11,}{complete['ms']:>9.2f}"
        f"{complete['cpu']:>7.2f}{grown:>9.1f}{complete['statements']:>11,}"
        f"{beside[0]:>17.1f} ×{beside[1]:>4.1f} ×"
    )


if __name__ == "__main__":
    main()
