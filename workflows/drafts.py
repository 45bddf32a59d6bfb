"""Models as pictures: with what the checks say of them, and with how long their steps take."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from workflows import definitions, heat, model_changes, overlays
from workflows.bpmn import check, parser
from workflows.bpmn.drawing import Mark
from workflows.bpmn.model import BpmnError, Finding, Process, Severity
from workflows.models import ProcessDefinition
from workflows.overlays import Label


def judged(source: bytes, errors: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """All that is to be said of a refused model: what keeps it from running, then warnings."""
    refused = [
        Finding(str(each.get("element", "")), int(each.get("line", 0)), str(each["sentence"]))
        for each in errors
    ]
    warned = [
        finding
        for process in _readable(source)
        if process.executable
        for finding in check.check(process)
        if finding.severity is Severity.WARNING
    ]
    return [*refused, *warned]


def pictures(source: bytes, findings: Sequence[Finding]) -> list[SafeString]:
    """Each process that can be read, with the elements marked that something is said of."""
    return [_checked(process, findings) for process in _readable(source) if process.nodes]


def _readable(source: bytes) -> list[Process]:
    try:
        return list(parser.parse(source))
    except BpmnError:
        return []


def picture(definition: ProcessDefinition, findings: Sequence[Finding]) -> SafeString:
    """A deployed model, with what the checks say at its elements."""
    return _checked(definitions.compiled(definition), findings)


def heated(process: Process, rows: Sequence[heat.Row]) -> SafeString:
    """A model with the durations of its steps."""
    return _drawn(overlays.svg(process, heat.labels(rows)))


def findings_of(definition: ProcessDefinition) -> list[Finding]:
    """What the checks say of a model that runs: errors before warnings."""
    found = definitions.findings_of(definition)
    return sorted(found, key=lambda each: each.severity is not Severity.ERROR)


def changes(old: ProcessDefinition, new: ProcessDefinition) -> tuple[model_changes.Change, ...]:
    """What is different from an older version."""
    return model_changes.compared(definitions.compiled(old), definitions.compiled(new))


def _checked(process: Process, findings: Sequence[Finding]) -> SafeString:
    """A number at each element leads to the line of the table that says what is wrong."""
    labels: dict[str, Label] = {}
    errors = set()
    for number, finding in enumerate(findings, start=1):
        if not finding.element:
            continue
        is_error = finding.severity is Severity.ERROR
        errors |= {finding.element} if is_error else set()
        labels[finding.element] = _numbered(labels.get(finding.element), number, finding)
    marks = {element: Mark(state="incident", note=labels[element].note) for element in errors}
    return _drawn(overlays.svg(process, labels, marks))


def _numbered(known: Label | None, number: int, finding: Finding) -> Label:
    word = "Error" if finding.severity is Severity.ERROR else "Warning"
    if known is None:
        return Label(f"{word} {number}", f"is-{word.lower()}", finding.sentence)
    also = f"{number}" if known.names == f"is-{word.lower()}" else f"{word} {number}"
    return Label(f"{known.text}, {also}", known.names, f"{known.note} {finding.sentence}")


def _drawn(svg: str) -> SafeString:
    # Drawn by us as elements, every name escaped by the XML library.
    return mark_safe(svg)  # noqa: S308 - see above
