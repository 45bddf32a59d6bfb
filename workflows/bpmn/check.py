"""Can this process run? Every finding names its element and says what to do."""

from collections.abc import Iterator

from workflows.bpmn import (
    expressions,
    extensions,
    families,
    flows,
    running,
    soundness,
    subprocesses,
)
from workflows.bpmn.elements import error, title, warning
from workflows.bpmn.kinds import CONTAINERS, ENDS, GATEWAYS, STARTS
from workflows.bpmn.links import link_target
from workflows.bpmn.model import BpmnError, Finding, Kind, Node, Process, Severity
from workflows.bpmn.parser import parse


def accept(xml: bytes) -> list[Process]:
    """The executable processes of a model that can run here as they are; otherwise `BpmnError`."""
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
    return _sorted([*_standard(process), *running.check(process)])


def judge(process: Process) -> list[Finding]:
    """The same, whether or not the runtime has everything that the process needs."""
    return _sorted([*_standard(process)])


def _sorted(found: list[Finding]) -> list[Finding]:
    return sorted(dict.fromkeys(found), key=lambda finding: (finding.line, finding.element))


def _standard(process: Process) -> Iterator[Finding]:
    yield from process.findings
    yield from _check_whole(process)
    yield from flows.check(process)
    for node in process.nodes.values():
        yield from _check_node(node, process)
    yield from _check_functions(process)
    yield from _check_reach(process)
    yield from soundness.check(process)


def _check_whole(process: Process) -> Iterator[Finding]:
    level = process.inside("")
    starts = [node for node in level if node.kind in STARTS]
    if not starts:
        yield Finding(process.id, process.line, "The process has no start event. Add one.")
    if not any(node.kind in ENDS or not node.outgoing for node in level):
        yield Finding(process.id, process.line, "The process has no end event. Add one.")
    for node in [node for node in starts if node.kind is Kind.START][1:]:
        yield error(node, "The process has two plain start events. Keep one.")
    heard: set[str] = set()
    for node in starts:
        if node.message and node.message in heard:
            yield error(node, f"Two start events wait for the message {node.message}. Keep one.")
        heard.add(node.message or "")


def _check_node(node: Node, process: Process) -> Iterator[Finding]:
    family = families.of(node)
    yield from family.check(node, process)
    yield from extensions.check(node)
    yield from _check_expressions(node)
    if not node.outgoing and not family.ends and not node.undoes:
        yield from _check_end(node, process)


def _check_end(node: Node, process: Process) -> Iterator[Finding]:
    """A path may end anywhere (BPMN 2.0.2, 13.3.1), but it is often meant to go on."""
    around = process.nodes.get(node.within)
    if around is not None and around.kind is Kind.AD_HOC:
        return
    if node.kind in GATEWAYS | STARTS:
        yield error(node, f"No flow leaves {title(node)}. Lead one to the next step or to an end.")
    else:
        yield warning(node, f"No flow leaves {title(node)}: the path ends there.")


def _check_expressions(node: Node) -> Iterator[Finding]:
    """Loops, mappings and names that are expressions are FEEL."""
    loop = node.loop
    texts = [each.text for each in (*node.data.inputs, *node.data.outputs)]
    texts += [node.event.name] if node.event else []
    said = [node.skip, *(text for text in texts if text.startswith("="))]
    if loop:
        said += [loop.cardinality, loop.collection, loop.until, loop.again, loop.result]
    for text in said:
        if text and (problem := expressions.problem(text)):
            yield error(node, f"An expression of {title(node)} is not FEEL. {problem}")


def _check_functions(process: Process) -> Iterator[Finding]:
    """Functions of other engines, or of nobody, give null without a word."""
    for node in process.nodes.values():
        for text in filter(None, _texts(node)):
            for name in expressions.unknown_functions(text):
                yield warning(node, f"{title(node)} calls {_UNKNOWN.format(name[:100])}")
    for flow in process.flows.values():
        for name in expressions.unknown_functions(flow.condition or ""):
            sentence = f"The condition calls {_UNKNOWN.format(name[:100])}"
            yield Finding(flow.id, flow.line, sentence, Severity.WARNING)


_UNKNOWN = "{}, a function that FEEL does not have here: the call gives null."


def _texts(node: Node) -> Iterator[str]:
    """The FEEL of a node."""
    named = [node.event.name] if node.event else []
    mapped = [each.text for each in (*node.data.inputs, *node.data.outputs)]
    yield from (text for text in (*mapped, *named) if text.startswith("="))
    if node.loop:
        loop = node.loop
        yield from (loop.cardinality, loop.collection, loop.until, loop.again, loop.result)
    yield node.skip
    if node.event:
        yield from (node.event.condition, node.event.key)
    if node.work and node.work.form == "script":
        yield node.work.name


def _check_reach(process: Process) -> Iterator[Finding]:
    """Every node can be reached: from a start event, a boundary, a link or an association."""
    waiting = [node for node in process.nodes.values() if _is_begun(node)]
    if not waiting:
        return
    reached: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node.id not in reached:
            reached.add(node.id)
            waiting.extend(process.nodes[each] for each in _following(node, process))
    for node in process.nodes.values():
        if node.id not in reached and (not node.within or node.within in reached):
            yield error(node, f"{title(node)} can never be reached. Connect it or remove it.")


def _following(node: Node, process: Process) -> Iterator[str]:
    yield from process.targets(node)
    yield from node.boundary
    if node.undone_by:
        yield node.undone_by
    if node.kind is Kind.LINK_THROW:
        target = link_target(process, node)
        if target is not None:
            yield target.id
    if node.kind in CONTAINERS:
        inside = process.inside(node.id)
        yield from (each.id for each in inside if each.kind is Kind.EVENT_SUB_PROCESS)
        yield from (each.id for each in subprocesses.first(process, node))
        yield from (each.id for each in inside if each.kind in STARTS)


def _is_begun(node: Node) -> bool:
    if node.within:
        return False
    return node.kind in STARTS or node.kind is Kind.EVENT_SUB_PROCESS
