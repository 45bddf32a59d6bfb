"""Brings the database up to date and puts example data in place."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from config import demo_past, migrating
from config.broker_checks import broker_troubles
from config.demo import history


class Command(BaseCommand):
    help = "Migrate if need be, collect static files, put example data in place."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="example data")

    def handle(self, **options: Any) -> None:
        self.migrate()
        if not settings.PLAIN_STATIC:
            call_command("collectstatic", interactive=False, verbosity=0)
        if options["demo"]:
            self.settle_demo()
        for trouble in broker_troubles():
            self.stdout.write(f"Warning: {trouble}")

    def settle_demo(self) -> None:
        """What the first page needs; the note says whether a past is still to be written."""
        call_command("seed_demo", "--no-history", verbosity=0)
        if history.is_there():
            demo_past.forget()
        else:
            demo_past.announce(until=timezone.now() + demo_past.USUALLY)

    def migrate(self) -> None:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            with migrating.without_transitions():
                call_command("migrate", interactive=False, verbosity=0)
            self.stdout.write(f"The database is up to date ({len(plan)} steps).")
