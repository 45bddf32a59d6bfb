"""A model as a picture that stands by itself: its looks come from the pages' style sheets."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from workflows.bpmn.drawing import svg
from workflows.bpmn.model import BpmnError, Process
from workflows.bpmn.parser import read

STYLES = settings.BASE_DIR / "static" / "css"
# Light, whatever the reader's screen is: the picture brings its own ground.
GROUND = "background: #fff; font-family: system-ui, sans-serif;"


class Command(BaseCommand):
    help = "Draw a BPMN file as SVG. It may be one that cannot be deployed."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the model")
        parser.add_argument("--process", help="its id, when there are several in the file")

    def handle(self, *, file: Path, process: str | None, **_options: Any) -> None:
        self.stdout.write(drawn(chosen(file, process)))


def chosen(file: Path, key: str | None) -> Process:
    try:
        processes = read(file.read_bytes()).processes
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except BpmnError as refusal:
        raise CommandError("\n".join(map(str, refusal.findings))) from refusal
    found = [each for each in processes if key in (None, each.id)]
    if len(found) != 1:
        there = ", ".join(each.id for each in processes) or "none"
        raise CommandError(f"Say with --process which one is meant. There are: {there}.")
    return found[0]


def drawn(process: Process) -> str:
    """The picture with the styles that it needs inside."""
    picture = svg(process)
    head, _, rest = picture.partition(">")
    return f"{head}><style>{styles()}</style>{rest}"


def styles() -> str:
    """The rules of pictures, and the colours that they name, as on a light screen."""
    rules = (STYLES / "diagram.css").read_text()
    colours = dict(
        re.findall(r"--([\w-]+): light-dark\((#\w+),", (STYLES / "tokens.css").read_text())
    )
    named = sorted(set(re.findall(r"var\(--([\w-]+)\)", rules)) & colours.keys())
    root = " ".join(f"--{name}: {colours[name]};" for name in named)
    plain = re.sub(r"/\*.*?\*/|\s+(?=\s)", "", rules, flags=re.DOTALL)
    return f"svg {{ {root} {GROUND} }} {plain}"
