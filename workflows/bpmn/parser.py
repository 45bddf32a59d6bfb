"""BPMN 2.0 XML to processes. What cannot be run is noted with element, line and a sentence."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from workflows.bpmn import families, flows, interchange, source
from workflows.bpmn.elements import Reading, definitions_of, name_of, read_node
from workflows.bpmn.model import (
    Annotation,
    BpmnError,
    Diagram,
    Finding,
    Flow,
    Lane,
    Node,
    Process,
)
from workflows.bpmn.source import BPMN, child, children, line_of, tag_of, text_of

IGNORED = frozenset(
    [
        "documentation",
        "extensionElements",
        "laneSet",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "ioSpecification",
        "property",
        "auditing",
        "monitoring",
        "supports",
        "correlationSubscription",
    ]
)


def parse(xml: bytes) -> list[Process]:
    """Every process of a model, executable or not; `BpmnError` when it cannot be read at all."""
    root = source.read(xml)
    _refuse_duplicates(root)
    messages = {each.get("id", ""): each.get("name", "") for each in children(root, "message")}
    diagram = interchange.read(root)
    lanes = tuple(_pools(root))
    found = [
        _process(element, Reading(messages), diagram, lanes)
        for element in children(root, "process")
    ]
    if not found:
        raise BpmnError([Finding("", line_of(root), "The model has no process.")])
    return found


def _refuse_duplicates(root: etree._Element) -> None:
    first: dict[str, int] = {}
    findings = []
    for element in root.iter(f"{{{BPMN}}}*"):
        name = element.get("id")
        if name in first:
            sentence = f"The id {name} is used twice, first on line {first[name]}. Ids are unique."
            findings.append(Finding(name[:100], line_of(element), sentence))
        elif name:
            first[name] = line_of(element)
    if findings:
        raise BpmnError(findings)


def _process(
    element: etree._Element, reading: Reading, diagram: Diagram, pools: tuple[Lane, ...]
) -> Process:
    name = name_of(element, reading)
    nodes: dict[str, Node] = {}
    found: dict[str, Flow] = {}
    for part in element:
        tag = tag_of(part)
        if tag == "sequenceFlow":
            found[part.get("id", "")] = flows.read(part, reading)
        elif tag and tag not in IGNORED:
            node = _node(part, tag, reading)
            if node is not None:
                nodes[node.id] = node
    compiled = {flow.id: flows.condition(flow, reading) for flow in found.values()}
    return Process(
        id=element.get("id", ""),
        name=name,
        nodes=_connected(nodes, found),
        flows=found,
        diagram=diagram,
        conditions={flow: expression for flow, expression in compiled.items() if expression},
        executable=element.get("isExecutable") in ("true", "1"),
        line=line_of(element),
        documentation=text_of(child(element, "documentation")),
        annotations=tuple(_annotations(element)),
        lanes=(*pools, *_lanes(element)),
        findings=tuple(reading.findings),
    )


def _node(element: etree._Element, tag: str, reading: Reading) -> Node | None:
    """The node, or nothing and a finding when no family knows the element."""
    definitions = definitions_of(element)
    kind = families.BY_NAME.get((tag, definitions[0] if definitions else ""))
    if kind is None or len(definitions) > 1:
        what = f"{tag} with {' and '.join(definitions)}" if definitions else tag
        reading.refuse(element, f"{what} is not supported. Model the step in another way.")
        return None
    return read_node(element, kind, reading)


def _connected(nodes: dict[str, Node], found: dict[str, Flow]) -> dict[str, Node]:
    """The nodes with what comes in, goes out and sits on their boundary."""
    incoming, outgoing, boundary = defaultdict(list), defaultdict(list), defaultdict(list)
    for flow in found.values():
        if flow.source in nodes and flow.target in nodes:
            outgoing[flow.source].append(flow.id)
            incoming[flow.target].append(flow.id)
    for node in nodes.values():
        if node.attached_to:
            boundary[node.attached_to].append(node.id)
    return {
        name: replace(
            node,
            incoming=tuple(incoming[name]),
            outgoing=tuple(outgoing[name]),
            boundary=tuple(boundary[name]),
        )
        for name, node in nodes.items()
    }


def _annotations(element: etree._Element) -> Iterator[Annotation]:
    ties = defaultdict(list)
    for association in children(element, "association"):
        for end in ("sourceRef", "targetRef"):
            ties[association.get(end, "")].append(association.get("id", ""))
    for note in children(element, "textAnnotation"):
        name = note.get("id", "")
        yield Annotation(name, text_of(child(note, "text")), tuple(ties[name]))


def _lanes(element: etree._Element) -> Iterator[Lane]:
    for lane in element.iterfind(f"{{{BPMN}}}laneSet//{{{BPMN}}}lane"):
        yield Lane(lane.get("id", ""), lane.get("name", ""))


def _pools(root: etree._Element) -> Iterator[Lane]:
    for pool in root.iterfind(f"{{{BPMN}}}collaboration/{{{BPMN}}}participant"):
        yield Lane(pool.get("id", ""), pool.get("name", ""))
