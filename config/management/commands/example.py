"""Listed in `manage.py help`; manage.py itself runs it before Django is loaded."""

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from config import example


class Command(BaseCommand):
    help = "Play a story of an example in a house of its own, and tell it in sentences."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        example.add_arguments(parser)

    def handle(self, **options: Any) -> None:
        sys.exit(example.run(Namespace(**options)))
