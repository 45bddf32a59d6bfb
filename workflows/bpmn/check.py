"""Can this process run? Every finding names its element and says what to do."""

from collections.abc import Iterator

from workflows.bpmn import extensions, families, flows, soundness
from workflows.bpmn.elements import error, title
from workflows.bpmn.model import BpmnError, Finding, Kind, Node, Process, Severity
from workflows.bpmn.parser import parse


def accept(xml: bytes) -> list[Process]:
    """The executable processes of a model that can run as they are; otherwise `BpmnError`."""
    processes = [process for process in parse(xml) if process.executable]
    if not processes:
        sentence = "No process of the model is executable. Set isExecutable to true."
        raise BpmnError([Finding("", 1, sentence)])
    errors = [
        finding
        for process in processes
        for finding in check(process)
        if finding.severity is Severity.ERROR
    ]
    if errors:
        raise BpmnError(errors)
    return processes


def check(process: Process) -> list[Finding]:
    """Errors and warnings, in the order of the lines they stand on."""
    found = [
        *process.findings,
        *_check_whole(process),
        *flows.check(process),
        *(finding for node in process.nodes.values() for finding in _check_node(node, process)),
        *_check_reach(process),
        *soundness.check(process),
    ]
    return sorted(dict.fromkeys(found), key=lambda finding: (finding.line, finding.element))


def _check_whole(process: Process) -> Iterator[Finding]:
    kinds = [node.kind for node in process.nodes.values()]
    if not {Kind.START, Kind.MESSAGE_START} & set(kinds):
        yield Finding(process.id, process.line, "The process has no start event. Add one.")
    if not {Kind.END, Kind.TERMINATE_END} & set(kinds):
        yield Finding(process.id, process.line, "The process has no end event. Add one.")
    starts = [node for node in process.nodes.values() if node.kind is Kind.START]
    for node in starts[1:]:
        yield error(node, "The process has two plain start events. Keep one.")
    heard: set[str] = set()
    for node in process.nodes.values():
        if node.message and node.message in heard:
            yield error(node, f"Two start events wait for the message {node.message}. Keep one.")
        heard.add(node.message or "")


def _check_node(node: Node, process: Process) -> Iterator[Finding]:
    family = families.of(node)
    yield from family.check(node, process)
    yield from extensions.check(node)
    if not node.outgoing and not family.ends:
        yield error(node, f"No flow leaves {title(node)}. Lead one to the next step or to an end.")


def _check_reach(process: Process) -> Iterator[Finding]:
    """Every node can be reached from a start event."""
    waiting = [node for node in process.nodes.values() if _is_start(node)]
    if not waiting:
        return
    reached: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node.id not in reached:
            reached.add(node.id)
            following = (*process.targets(node), *node.boundary)
            waiting.extend(process.nodes[each] for each in following)
    for node in process.nodes.values():
        if node.id not in reached:
            yield error(node, f"{title(node)} can never be reached. Connect it or remove it.")


def _is_start(node: Node) -> bool:
    return node.kind in (Kind.START, Kind.MESSAGE_START)
