"""Listed in `manage.py help`; manage.py itself runs it before Django is loaded."""

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from config import up


class Command(BaseCommand):
    help = "Run web server, worker and sweep, and the servers they need, until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        up.add_arguments(parser)

    def handle(self, **options: Any) -> None:
        sys.exit(up.run(Namespace(**options)))
