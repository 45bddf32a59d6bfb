"""Forgets everything that was tried out."""

import shutil
import signal
from typing import Any

from django.core.management.base import BaseCommand

from config.servers import places, postgres, processes, valkey


class Command(BaseCommand):
    help = "Start over: remove the private servers' data. Refused while they run."
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        var = places.var_dir()
        for home, names in (
            (var / "postgres", postgres.PROGRAMS),
            (var / "valkey", valkey.PROGRAMS),
        ):
            for place in (home, home / "data"):
                processes.stop_leftovers(place, names=names, first=signal.SIGINT)
            shutil.rmtree(home, ignore_errors=True)
        for note in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
            (var / "run" / note).unlink(missing_ok=True)
        self.stdout.write("The demo's data is gone. `make demo` starts with fresh data.")
