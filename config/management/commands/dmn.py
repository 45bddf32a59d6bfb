"""Asks a decision of a DMN file on the command line: its value, and why."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from workflows import dmn, strict_json
from workflows.dmn.inputs import inputs_from_json
from workflows.feel import FeelError


class Command(BaseCommand):
    help = "Evaluate a decision or decision service of a DMN model and say why it came out so."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("model", type=Path, help="the DMN file")
        parser.add_argument(
            "--decision", metavar="NAME", help="name or id; without it, what there is is listed"
        )
        parser.add_argument(
            "--inputs", metavar="JSON", default="{}", help="the inputs by name; - reads them"
        )
        parser.add_argument(
            "--import", dest="imported", type=Path, action="append", default=[], metavar="FILE",
            help="a model that this one imports; may be given several times",
        )  # fmt: skip
        parser.add_argument("--dialect", choices=["standard", "camunda"], help="else the file says")
        parser.add_argument(
            "--now", type=datetime.fromisoformat, metavar="MOMENT",
            help="what now() and today() give, such as 2026-11-21T12:00:00+01:00",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print value, errors and trace so")

    def handle(self, **options: Any) -> None:
        model = _loaded(options)
        if options["decision"] is None:
            self._list(model)
            return
        try:
            given = inputs_from_json(model, _inputs(options["inputs"]))
            now = options["now"] or timezone.now()
            result = model.evaluate(options["decision"], given, now=_with_zone(now))
        except dmn.NoSuchElement as error:
            names = [each.name for each in model.decisions] + [each.name for each in model.services]
            sentence = f"{error.findings[0].sentence} There is: {', '.join(names)}."
            raise CommandError(sentence) from error
        except FeelError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
        else:
            self._tell(result)

    def _list(self, model: dmn.Model) -> None:
        for kind, elements in (("decision", model.decisions), ("service", model.services)):
            for each in elements:
                self.stdout.write(f"{kind} {each.name} (id {each.id})")

    def _tell(self, result: dmn.Result) -> None:
        told = result.as_json()
        self.stdout.write(json.dumps(told["value"], ensure_ascii=False, indent=2))
        for step in result.trace:
            for sentence in step.sentences():
                self.stdout.write(sentence)
        for error in result.errors:
            self.stderr.write(error)


def _loaded(options: Mapping[str, Any]) -> dmn.Model:
    imported = {str(path): _read(path) for path in options["imported"]}
    try:
        return dmn.load(_read(options["model"]), dialect=options["dialect"], imported=imported)
    except dmn.DmnError as error:
        raise CommandError(f"{options['model']} cannot be used.\n{error}") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def _inputs(text: str) -> dict[str, Any]:
    try:
        found = strict_json.loads((sys.stdin.read() if text == "-" else text).encode())
    except strict_json.NotJSON as error:
        raise CommandError(f"The inputs cannot be read. {error}") from error
    if not isinstance(found, dict):
        raise CommandError('The inputs have to be a JSON object, such as {"amount": 12000}.')
    return found


def _with_zone(now: datetime) -> datetime:
    return now if now.tzinfo else timezone.make_aware(now)
