"""Example data: a lender with its people, queues and promises, and what happened there so far."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.demo import house


class Command(BaseCommand):
    help = "Put the example lender in place. Running it again adds only what is missing."

    def handle(self, **_options: Any) -> None:
        house.settle(timezone.now())
        self.stdout.write("The lender is in place.")
