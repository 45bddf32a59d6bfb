"""A process compared with the others that are deployed: who would take what it sends."""

from collections.abc import Callable, Iterator

from workflows.bpmn import talk
from workflows.bpmn.model import Finding, Process
from workflows.bpmn.talk import Talk
from workflows.models import ProcessDefinition

Compiled = Callable[[ProcessDefinition], Process]


def of(definition: ProcessDefinition, *, compiled: Compiled) -> Iterator[Finding]:
    """Warnings at the messages and signals of a deployed process; `compiled` reads a model."""
    yield from talk.lint(compiled(definition), list(_others(definition, compiled)))


def _others(definition: ProcessDefinition, compiled: Compiled) -> Iterator[Talk]:
    """What the newest versions of all other processes say."""
    newest = ProcessDefinition.objects.order_by("key", "-version").distinct("key")
    for each in newest.exclude(key=definition.key).only("key", "name", "talk"):
        stored = each.talk if isinstance(each.talk, dict) else talk.of(compiled(each))
        yield talk.read(each.name, stored)
