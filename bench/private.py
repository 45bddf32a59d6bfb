"""A private, durable product to measure: its database, and the lender's grid and process in it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import servers

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "COUNTERSIGN_PLAIN_HTTP": "1",
    "COUNTERSIGN_PLAIN_STATIC": "1",
    "LOG_LEVEL": "WARNING",
}


@contextmanager
def home() -> Iterator[Path]:
    """A directory for files; inside the block Django is set up on servers that keep promises."""
    os.environ.setdefault("SECRET_KEY", "only-for-measuring" * 3)
    os.environ.update(SETTINGS)
    with (
        tempfile.TemporaryDirectory() as folder,
        servers.running(purpose="bench", durable=True) as urls,
    ):
        os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = urls.database, urls.redis
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        try:
            yield Path(folder)
        finally:
            from django.db import connections

            connections.close_all()
            for link in connections.all(initialized_only=True):
                link.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has one


def cores() -> str:
    return f"{len(os.sched_getaffinity(0))} cores"
