"""A model that is not deployed, as a picture with what is wrong on it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from workflows import definitions
from workflows.bpmn import check, drawing, parser
from workflows.bpmn.drawing import Mark
from workflows.bpmn.model import BpmnError, Finding, Process
from workflows.models import ProcessDefinition


def pictures(source: bytes, findings: Sequence[Mapping[str, Any]]) -> list[SafeString]:
    """Each process that can be read, with the elements marked that are to be corrected."""
    try:
        processes = parser.parse(source)
    except BpmnError:
        return []
    notes: dict[str, str] = {}
    for finding in findings:
        if element := str(finding.get("element", "")):
            notes[element] = f"{notes.get(element, '')} {finding['sentence']}".strip()
    marks = {element: Mark(state="incident", note=note) for element, note in notes.items()}
    return [_drawn(process, marks) for process in processes if process.nodes]


def picture(definition: ProcessDefinition) -> SafeString:
    return _drawn(definitions.compiled(definition), {})


def remarks(definition: ProcessDefinition) -> list[Finding]:
    """What the checks say of a model that runs: warnings."""
    return check.check(definitions.compiled(definition))


def _drawn(process: Process, marks: Mapping[str, Mark]) -> SafeString:
    # Drawn by us as elements, every name escaped by the XML library.
    return mark_safe(drawing.svg(process, marks))  # noqa: S308 - see above
