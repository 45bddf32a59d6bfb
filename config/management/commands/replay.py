"""Plays an event log through the house, at the times that the log says."""

import os
from argparse import ArgumentParser
from dataclasses import fields
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.replay import event_log, playing, stage
from config.replay.event_log import CannotRead, Columns
from workflows.refusals import Refusal

ATTRIBUTES = {
    "department": "case:department",
    "channel": "case:channel",
    "responsible": "case:responsible",
}


class Command(BaseCommand):
    help = "Play an event log (CSV, also gzipped): each case is a permit with its own deadline."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the log, one event a line")
        parser.add_argument("--check", action="store_true", help="read and check it, play nothing")
        parser.add_argument(
            "--processes", type=int, default=min(4, os.cpu_count() or 1), help="(%(default)s)"
        )
        for column in fields(Columns):
            parser.add_argument(
                f"--{column.name}",
                default=column.default,
                metavar="COLUMN",
                help=f"column of the {column.name} (%(default)s)",
            )
        for name, column_name in ATTRIBUTES.items():
            parser.add_argument(
                f"--{name}", default=column_name, metavar="COLUMN", help="(%(default)s)"
            )

    def handle(self, **options: Any) -> None:
        columns = Columns(**{field.name: options[field.name] for field in fields(Columns)})
        attributes = {name: options[name] for name in ATTRIBUTES}
        try:
            cases = event_log.read(options["file"], columns, attributes)
        except CannotRead as refusal:
            raise CommandError(listed(refusal.findings)) from refusal
        if options["check"]:
            self.stdout.write(f"{len(cases)} cases can be played. Nothing was changed.")
            return
        try:
            self.show(play(cases, processes=max(1, options["processes"])))
        except Refusal as refusal:
            raise CommandError(f"The house refused: {refusal}") from refusal

    def show(self, report: playing.Report) -> None:
        self.stdout.write(
            f"{report.cases} cases, {report.new} of them new.\n"
            f"{report.both} have a deadline and an end; {report.late} of these ended late.\n"
            f"{report.breaches} of these have a breach on record."
        )
        if not report.agrees:
            raise CommandError("The breaches on record are not those of the log.")


def play(cases: list[event_log.Case], *, processes: int = 1) -> playing.Report:
    with transaction.atomic():
        queue = stage.settle(cases[0].started_at)
        accounts = stage.people((case.last_touch[1] for case in cases), queue)
    return playing.play(cases, accounts, processes=processes)


def listed(findings: list[str]) -> str:
    shown = findings[: event_log.MOST_FINDINGS]
    more = len(findings) - len(shown)
    rest = [f"… and {more} more."] if more else []
    return "\n".join(["Nothing was changed. Correct the file first:", *shown, *rest])
