"""What somebody is asked who starts a process by hand. Pure.

The model's own form comes first; without one, the variables that its expressions read and that
nothing in the model brings.
"""

from collections.abc import Iterator

from workflows import feel, form_defaults, form_fields
from workflows.bpmn import expressions, extensions
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Node, Process
from workflows.form_fields import MOST_FIELDS, Asked

STARTED_BY_HAND = (Kind.START, Kind.MESSAGE_START)
BROUGHT_BY_LOOPS = frozenset(["loopCounter", "nrOfInstances", "item"])


def starts(process: Process) -> list[Node]:
    """The start events that a person may stand in for, plain ones first."""
    level = [node for node in process.inside("") if node.kind in STARTED_BY_HAND]
    return sorted(level, key=lambda node: node.kind is not Kind.START)


def asked(process: Process, start: Node) -> tuple[Asked, ...]:
    """The fields of the form of this start event, or the variables that the process reads."""
    if start.form and start.form.fields:
        return tuple(form_defaults.settled(each, {}) for each in form_fields.of_form(start.form))
    names = sorted(read_by(process) - brought_by(process))
    return tuple(Asked(name, name) for name in names[:MOST_FIELDS])


def read_by(process: Process) -> frozenset[str]:
    """The variables that conditions, mappings, loops and Countersign's expressions read."""
    found = {name for each in process.conditions.values() for name in each.names}
    for node in process.nodes.values():
        for text in _expressions(node):
            found |= _names(text)
    return frozenset(found)


def brought_by(process: Process) -> frozenset[str]:
    """The variables that steps bring by themselves."""
    found = set(BROUGHT_BY_LOOPS)
    for node in process.nodes.values():
        found |= {each.name for each in (*node.data.inputs, *node.data.outputs)}
        if node.work:
            found.add(node.work.result)
        if node.loop:
            found |= {node.loop.item, node.loop.counter, node.loop.results}
        if node.event:
            found |= {node.event.code_variable, node.event.text_variable}
        found |= {each.attributes.get("result", "") for each in node.extensions}
        if any(each.name == "review" for each in node.extensions):
            found.add("decision")
        if node.kind is Kind.USER_TASK and node.form:
            found |= {each.id for each in node.form.fields}
    return frozenset(found - {""})


def _expressions(node: Node) -> Iterator[str]:
    yield from _of_extensions(node)
    mapped = [each.text for each in (*node.data.inputs, *node.data.outputs)]
    timing = [node.timer.text] if node.timer else []
    named = [node.event.name] if node.event else []
    yield from (text for text in (*mapped, *timing, *named) if text.startswith("="))
    if node.loop:
        loop = node.loop
        yield from (loop.cardinality, loop.collection, loop.until, loop.again, loop.result)
    if node.event:
        yield from (node.event.condition, node.event.key)
    if node.work and node.work.form == "script":
        yield node.work.name


def _of_extensions(node: Node) -> Iterator[str]:
    for each in node.extensions:
        grammar = extensions.GRAMMARS.get(each.name)
        for name, text in each.attributes.items():
            if grammar and name in grammar.expressions:
                yield text


def _names(text: str) -> frozenset[str]:
    """What a FEEL text reads; nothing when it is none."""
    if not text.strip().removeprefix("="):
        return frozenset()
    try:
        return frozenset(expressions.compiled(text).names)
    except feel.FeelError:
        return frozenset()
