from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workflows import definitions
from workflows.refusals import NotValid


class Command(BaseCommand):
    """Deploy the processes of BPMN files; files that have not changed keep their version."""

    help = "Deploy the executable processes of BPMN 2.0 files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE.bpmn")
        parser.add_argument("--by", default="system", help="who deploys, for the journal")

    def handle(self, *_args: Any, **options: Any) -> None:
        for path in options["files"]:
            self._deploy(path, by=options["by"])

    def _deploy(self, path: Path, *, by: str) -> None:
        try:
            found = definitions.deploy(source=path.read_bytes(), by=by, now=timezone.now())
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except NotValid as refusal:
            places = [f"  line {each['line']}: {each['sentence']}" for each in refusal.findings]
            raise CommandError("\n".join([f"{path}: {refusal}", *places])) from refusal
        for definition in found:
            self.stdout.write(f"{definition.key} is deployed as version {definition.version}.")
            for warning in definitions.warnings_of(definition):
                self.stdout.write(f"  line {warning.line}: {warning.sentence}")
