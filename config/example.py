"""`manage.py example`: plays a story of an example in a house of its own, which is thrown away.

Django reads its settings after the house has its database, so this runs before it is loaded.
"""

import os
import secrets
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from config.servers import CannotStart, Postgres, throwaway_home

PURPOSE = "example"


def main(words: list[str]) -> int:
    parser = ArgumentParser(prog="manage.py example", description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args(words))


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="of the example; without it, all are listed")
    parser.add_argument("scenario", nargs="?", help="one of its scenarios; without it, all")


def run(options: Namespace) -> int:
    """The exit code: 0 when everything ended as it is told."""
    try:
        with tempfile.TemporaryDirectory() as place, a_database() as url:
            set_up(url, Path(place))
            from examples import stage

            return stage.show(options.name, options.scenario)
    except CannotStart as refusal:
        return refuse(str(refusal))
    except KeyError as unknown:
        return refuse(str(unknown.args[0]))


@contextmanager
def a_database() -> Iterator[str]:
    """An empty database: beside the one that DATABASE_URL names, else on a server of its own."""
    given = os.environ.get("DATABASE_URL")
    if given:
        with beside(given) as url:
            yield url
        return
    with throwaway_home(PURPOSE) as home:
        postgres = Postgres(home / "postgres", durable=False)
        try:
            postgres.start()
            yield postgres.url
        finally:
            postgres.stop()


@contextmanager
def beside(given: str) -> Iterator[str]:
    name = f"countersign_example_{os.getpid()}"
    try:
        link = psycopg.connect(given, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise CannotStart(f"The server of DATABASE_URL cannot be reached: {error}") from error
    with link:
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(given)._replace(path=f"/{name}").geturl()
        finally:
            forget = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            link.execute(forget.format(sql.Identifier(name)))


def set_up(url: str, place: Path) -> None:
    """Load Django over an empty database and make its tables."""
    os.environ.update(
        SECRET_KEY=secrets.token_urlsafe(50),
        COUNTERSIGN_DEMO="1",
        COUNTERSIGN_LEDGER=str(place / "ledger.jsonl"),
        DATABASE_URL=url,
        DATABASE_POOL="0",
        LOG_LEVEL=os.environ.get("LOG_LEVEL", "ERROR"),
    )
    import django

    django.setup()
    from celery import current_app
    from django.core.management import call_command

    # Nobody is woken: workers are played.
    current_app.conf.update(broker_url="memory://localhost", broker_transport="memory")
    call_command("migrate", interactive=False, verbosity=0)


def refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
