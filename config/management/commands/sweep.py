"""Looks for due work, again and again."""

import gc
import logging
import random
import signal
import threading
import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from config.sweeping import sweep_once
from workflows import timers

log = logging.getLogger(__name__)

TIMERS = ("workflows.timers.fire_due",)
SHORTEST, LONGEST = 1.0, 2.0  # seconds between two sweeps; several sweepers drift apart
LEAST = 0.05  # seconds between two sweeps while timers are due one after the other
OBJECTS = 100_000  # new ones between two looks for circles among them
LONGEST_BACKOFF = 30.0  # seconds between two tries while the database is away


class Command(BaseCommand):
    help = "Find due timers, jobs, leases, clocks and events. Any number may run side by side."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="sweep once and say what moved")
        parser.add_argument(
            "--touch", type=Path, help="a file to touch after each good sweep, for health checks"
        )

    def handle(self, **options: Any) -> None:
        if options["once"]:
            for name, count in sweep_once(now=timezone.now()).items():
                self.stdout.write(f"{name}: {count}")
            return
        stop = threading.Event()

        def stop_asked(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, stop_asked)
        signal.signal(signal.SIGINT, stop_asked)
        # What is loaded by now stays: looking through it again and again takes time. So does
        # looking for circles after every few hundred objects; a batch of timers makes thousands.
        gc.freeze()
        gc.set_threshold(OBJECTS)
        with timers.helped():
            keep_sweeping(stop, touch=options["touch"])


def keep_sweeping(stop: threading.Event, *, touch: Path | None = None) -> None:
    backoff = SHORTEST
    pause = 0.0
    while not stop.wait(pause):
        try:
            fire_many(stop)
            begun = timezone.now()
            report(sweep_once(now=begun))
            if touch:
                touch.touch()
            pause = until_next(begun)
        except (OperationalError, InterfaceError) as error:
            connection.close()
            backoff = min(backoff * 2, LONGEST_BACKOFF)
            pause = random.uniform(SHORTEST, backoff)  # noqa: S311  jitter, no secret
            log.warning("The database does not answer (%s); next try in %.0f s.", error, pause)
        else:
            backoff = SHORTEST


def fire_many(stop: threading.Event) -> None:
    """As long as very many timers are due they come first: other work is seldom due to the second.

    For `timers.BUDGET` seconds at most.
    """
    until = time.monotonic() + timers.BUDGET
    while not stop.is_set() and time.monotonic() < until:
        moved = sweep_once(TIMERS, now=timezone.now())
        report(moved)
        if sum(moved.values()) <= timers.TOGETHER:
            return


def until_next(begun: datetime) -> float:
    """Seconds until the sweep that follows the one that began then: sooner for a timer."""
    pause = random.uniform(SHORTEST, LONGEST)  # noqa: S311  jitter, no secret
    due_at = timers.next_due(begun)
    if due_at is None:
        return pause
    return min(pause, max(LEAST, (due_at - timezone.now()).total_seconds()))


def report(moved: dict[str, int]) -> None:
    found = [f"{name.rpartition('.')[2]} {count}" for name, count in moved.items() if count]
    if found:
        log.info("%s", ", ".join(found))
