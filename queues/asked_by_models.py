"""Queues that the models in force ask by name: candidate groups and lanes of their user tasks."""

import contextlib
import re
from collections.abc import Collection, Iterable, Iterator

from queues.models import Queue
from workflows import definition_queries, definitions
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import BpmnError, Process

_READ_LATER = re.compile(r"[$#]\{[^}]*\}")


def among(queues: Iterable[Queue]) -> set[str]:
    """The slugs of those that some model may ask; a name with `${…}` in it may be any such name."""
    asked = [_pattern(name) for process in _in_force() for name in set(_names(process))]
    return {queue.slug for queue in queues if _is_called(queue, asked)}


def _in_force() -> Iterator[Process]:
    for definition in definition_queries.in_force():
        # A model that cannot be read any more asks nobody; its own page says what is wrong with it.
        with contextlib.suppress(BpmnError):
            yield definitions.compiled(definition)


def _names(process: Process) -> Iterator[str]:
    lanes = {lane.id: lane.name for lane in process.lanes}
    for node in process.nodes.values():
        if node.kind is not Kind.USER_TASK:
            continue
        if node.assignment:
            yield from filter(None, node.assignment.groups)
        if lanes.get(node.lane):
            yield lanes[node.lane]


def _pattern(name: str) -> re.Pattern[str]:
    if name.startswith("="):
        return re.compile("")
    fixed = [re.escape(part.casefold()) for part in _READ_LATER.split(name)]
    return re.compile(".*".join(fixed).replace("\\ ", "[- ]"))


def _is_called(queue: Queue, asked: Collection[re.Pattern[str]]) -> bool:
    called = (queue.name.casefold(), queue.slug)
    return any(
        pattern.fullmatch(name) or not pattern.pattern for pattern in asked for name in called
    )
