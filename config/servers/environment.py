"""What `manage.py up` and `manage.py demo_reset` settle before Django reads its settings."""

import os

from config.servers import places
from config.servers.postgres import Postgres
from config.servers.valkey import Valkey

BUSY = "Another `make demo` runs with pid {pid}. Stop it first: press Ctrl-C there, or kill {pid}."

# Servers that this process has to start; a server named by the environment is not among them.
private: list[Postgres | Valkey] = []


def prepare(*, demo: bool, servers: bool) -> None:
    """Take the lock of `var/`, make secrets on first use and settle where the servers will be."""
    var = places.var_dir()
    with places.in_plain_words(var):
        run = places.run_dir(var)
        places.hold_lock(run / "lock", refusal=BUSY)
        os.environ.setdefault("SECRET_KEY", places.secret(run / "SECRET_KEY"))
        if demo:
            os.environ["COUNTERSIGN_DEMO"] = "1"
        if servers:
            choose_servers()


def choose_servers() -> None:
    var = places.var_dir()
    if "DATABASE_URL" not in os.environ:
        postgres = Postgres(var / "postgres")
        private.append(postgres)
        os.environ["DATABASE_URL"] = postgres.url
    if "REDIS_URL" not in os.environ:
        valkey = Valkey(var / "valkey")
        private.append(valkey)
        os.environ["REDIS_URL"] = valkey.url
