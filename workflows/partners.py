"""A process compared with the others that are deployed: who would take what it sends."""

from collections.abc import Callable, Iterator

from workflows.bpmn import compensation, talk
from workflows.bpmn.model import Finding, Process
from workflows.bpmn.talk import Talk
from workflows.models import ProcessDefinition

Compiled = Callable[[ProcessDefinition], Process]


def of(definition: ProcessDefinition, *, compiled: Compiled) -> Iterator[Finding]:
    """What is to be said of a deployed process among the others; `compiled` reads a model."""
    process = compiled(definition)
    yield from talk.lint(process, list(_others(definition, compiled)))
    if compensation.beginning_of(process) is not None:
        yield from talk.uncalled(process, _others(definition, compiled, "calls"))


def _others(definition: ProcessDefinition, compiled: Compiled, *needed: str) -> Iterator[Talk]:
    """What the newest versions of all other processes say.

    What was kept of one that was deployed long ago may lack a `needed` verb: it is read anew.
    """
    newest = ProcessDefinition.objects.order_by("key", "-version").distinct("key")
    for each in newest.exclude(key=definition.key).only("key", "name", "talk"):
        stored = each.talk
        if not isinstance(stored, dict) or not stored.keys() >= {*needed}:
            stored = talk.of(compiled(each))
        yield talk.read(each.name, stored)
