"""Applications come in and colleagues work on them, as at a real lender, until it is stopped."""

import logging
import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from config.demo import house, people
from config.demo.listening import Listener
from config.demo.shift import Shift
from config.demo.supervision import Supervision
from examples.lender.arrivals import Arrivals
from examples.lender.colleagues import TEAM
from queues.models import User

log = logging.getLogger("lender")

BUSIEST = timedelta(seconds=4)  # from one application to the next in the busiest hour
SLOWEST, FASTEST = 0.05, 20.0
LONGEST_SLEEP = 5.0  # seconds
AFTER_TROUBLE = 3.0


class Command(BaseCommand):
    help = "Let applications come in and simulated colleagues work, until SIGTERM or Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--speed", type=speed, default=1.0, help="1 is real time, 4 is hectic")
        parser.add_argument("--no-colleagues", action="store_true", help="all work is left to you")
        parser.add_argument("--seed", type=int, default=0, help="other people for another number")

    def handle(self, **options: Any) -> None:
        if not house.is_settled():
            raise CommandError("There is no lender yet. Run `manage.py seed_demo` first.")
        stop = threading.Event()

        def stop_asked(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, stop_asked)
        signal.signal(signal.SIGINT, stop_asked)
        shift = begin(
            options["speed"], options["seed"], has_colleagues=not options["no_colleagues"]
        )
        keep_going(shift, stop)


def speed(text: str) -> float:
    try:
        given = float(text)
    except ValueError:
        given = 0.0
    if not SLOWEST <= given <= FASTEST:
        raise ArgumentTypeError(f"Use a number from {SLOWEST:g} to {FASTEST:g}, such as 1 or 2.5.")
    return given


def begin(speed: float, seed: int, *, has_colleagues: bool) -> Shift:
    """Everybody in their place; the first application is a moment away."""
    now = timezone.now()
    shift = Shift(seed=seed, speed=speed)
    shift.open_door(Arrivals(every=BUSIEST / speed), at=now)
    if has_colleagues:
        shift.bring_in(TEAM, at=now)
        manager = Supervision(User.objects.get(username=people.SIMULATED_MANAGER))
        shift.plan(now, manager.go_round)
    shift.plan(now, Listener(at=now).listen)
    log.info(
        "The doors are open; %s at work.",
        f"{len(TEAM)} colleagues" if has_colleagues else "nobody is",
    )
    return shift


def keep_going(shift: Shift, stop: threading.Event) -> None:
    """Each step at its time. Between two steps nothing is held."""
    while not stop.is_set():
        wait = (shift.next_at - timezone.now()).total_seconds()
        if wait > 0:
            stop.wait(min(wait, LONGEST_SLEEP))
            continue
        try:
            shift.advance(timezone.now())
        except (OperationalError, InterfaceError) as error:
            connection.close()
            log.warning("The database does not answer: %s", error)
            stop.wait(AFTER_TROUBLE)
