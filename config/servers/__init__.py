"""Private servers for trying out and for tests; production brings its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config.servers import places
from config.servers.postgres import Postgres
from config.servers.processes import CannotStart
from config.servers.valkey import Valkey

__all__ = ["CannotStart", "Postgres", "Urls", "Valkey", "running"]


@dataclass(frozen=True)
class Urls:
    database: str
    redis: str


@contextmanager
def running(*, purpose: str, durable: bool = False) -> Iterator[Urls]:
    """Both servers for as long as the block lasts, in a directory that is removed after it.

    A server that DATABASE_URL or REDIS_URL names is used as it is. With `durable` off, a crash of
    the machine may lose data and writing is fast: for tests alone.
    """
    database, broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    with ExitStack() as stack:
        if database is None or broker is None:
            home = stack.enter_context(throwaway_home(purpose))
        if database is None:
            postgres = Postgres(home / "postgres", durable=durable)
            stack.callback(postgres.stop)
            postgres.start()
            database = postgres.url
        if broker is None:
            valkey = Valkey(home / "valkey")
            stack.callback(valkey.stop)
            valkey.start()
            broker = valkey.url
        yield Urls(database=database, redis=broker)


@contextmanager
def throwaway_home(purpose: str) -> Iterator[Path]:
    """A temporary directory; those of earlier runs that were killed are cleared away as well."""
    prefix = f"countersign-{purpose}-{os.getuid()}-"
    clear_abandoned(prefix)
    home = Path(tempfile.mkdtemp(prefix=prefix))
    home.chmod(0o711)
    lock = places.hold_lock(home / "lock", refusal="Held by {pid}.")
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
        os.close(lock)


def clear_abandoned(prefix: str) -> None:
    for home in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        if home.lstat().st_uid != os.getuid() or not (home / "lock").exists():
            continue
        with suppress(CannotStart):
            os.close(places.hold_lock(home / "lock", refusal="Held by {pid}."))
            shutil.rmtree(home, ignore_errors=True)
