"""Example data: a lender with its people, queues and promises, and what happened there so far."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from config import demo_past
from config.demo import history, house, people

KEY_FILE = "lender-website.token"


class Command(BaseCommand):
    help = "Put the example lender in place. Running it again adds only what is missing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-history", action="store_true", help="nobody has applied yet")
        parser.add_argument("--seed", type=int, default=0, help="another past for another number")

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        house.settle(now)
        people.settle_token(settings.VAR_DIR / KEY_FILE, now)
        if not options["no_history"] and not history.is_there():
            with demo_past.being_written() as pace:
                count = history.write(now, seed=options["seed"], tell=pace.reached)
            self.stdout.write(f"{count} applications came in over the last hours.")
        self.stdout.write("The lender is in place.")
