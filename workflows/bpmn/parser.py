"""BPMN 2.0 XML to processes. What cannot be run is noted with element, line and a sentence."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from workflows.bpmn import artifacts, catalog, families, flows, interchange, jbpm, listeners, source
from workflows.bpmn.artifacts import ARTIFACTS
from workflows.bpmn.elements import Element, Reading, definitions_of, name_of, read_node
from workflows.bpmn.kinds import CONTAINERS, Kind
from workflows.bpmn.model import BpmnError, Diagram, Finding, Flow, Lane, Model, Node, Process
from workflows.bpmn.source import child, children, line_of, reference, tag_of, text_of
from workflows.bpmn.vendors import is_flowable, vendor

TRIGGERED = "triggeredByEvent"
CATCHING = ("intermediateCatchEvent", "boundaryEvent")
EVENTS = (*CATCHING, "intermediateThrowEvent", "startEvent", "endEvent")


def parse(xml: bytes) -> list[Process]:
    """Every process of a model, executable or not; `BpmnError` when it cannot be read at all."""
    return list(read(xml).processes)


def read(xml: bytes) -> Model:
    """The whole model: processes, and who takes part and talks to whom around them."""
    root = source.read(xml)
    _refuse_duplicates(root)
    flows.name(root)
    catalog.put_in_place(root)
    known = catalog.read(root)
    diagram = interchange.read(root)
    pools = tuple(artifacts.participants(root))
    found = [_process(each, Reading(known), diagram, pools) for each in children(root, "process")]
    if not found:
        raise BpmnError([Finding("", line_of(root), source.without_process(root))])
    model = Model(
        id=root.get("id", ""),
        processes=tuple(found),
        participants=pools,
        message_flows=tuple(artifacts.message_flows(root)),
        catalog=catalog.entries(root),
        diagram=diagram,
    )
    return replace(model, kept=tuple(artifacts.others(root, model.ids())))


def _refuse_duplicates(root: etree._Element) -> None:
    first: dict[str, int] = {}
    findings = []
    for element in root.iter(f"{{{source.BPMN}}}*"):
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
    reading.warn(element, listeners.sentence(element))
    nodes: dict[str, Node] = {}
    found: dict[str, Flow] = {}
    _contents(element, "", reading, nodes, found)
    lanes = tuple(artifacts.lanes(element))
    compiled = {flow.id: flows.condition(flow, reading) for flow in found.values()}
    connected = _connected(nodes, found)
    connected = _compensated(connected, tuple(artifacts.associations(element)))
    return Process(
        id=element.get("id", ""),
        name=name,
        nodes=_in_lanes(connected, lanes),
        flows=found,
        diagram=diagram,
        conditions={flow: expression for flow, expression in compiled.items() if expression},
        executable=_is_executable(element),
        line=line_of(element),
        documentation=text_of(child(element, "documentation")),
        annotations=tuple(artifacts.annotations(element)),
        lanes=(*pools, *lanes),
        data=tuple(artifacts.data(element)),
        associations=tuple(artifacts.associations(element)),
        findings=tuple(reading.findings),
        contents=_by_container(nodes),
    )


def _is_executable(process: etree._Element) -> bool:
    """What a file says; where it says nothing, Flowable and Activiti run the process."""
    said = process.get("isExecutable")
    return is_flowable(process) if said is None else said in ("true", "1")


def _contents(
    element: etree._Element,
    within: str,
    reading: Reading,
    nodes: dict[str, Node],
    found: dict[str, Flow],
) -> None:
    """The nodes and flows of a process or sub-process, and of the sub-processes inside."""
    for part in element:
        tag = tag_of(part)
        if tag == "sequenceFlow":
            found[part.get("id", "")] = flows.read(part, reading)
        elif tag and tag not in ARTIFACTS and (not within or tag in FLOW_NODES):
            node = _node(part, tag, reading, within)
            nodes[node.id] = node
            if node.kind in CONTAINERS:
                _contents(part, node.id, reading, nodes, found)


FLOW_NODES = frozenset(tag for tag, _ in families.BY_NAME if tag) | {"complexGateway"}


def _node(element: etree._Element, tag: str, reading: Reading, within: str) -> Node:
    """The node; one that no family knows is kept as unknown, with a finding."""
    definitions = definitions_of(element)
    kind = _kind(element, tag, definitions)
    if kind.kind is Kind.UNKNOWN:
        reading.refuse(element, _unknown(element, tag, definitions))
        return Node(
            id=element.get("id", ""),
            kind=Kind.UNKNOWN,
            name=" ".join(element.get("name", "").split())[:200],
            line=line_of(element),
            tag=tag,
            within=within,
            default_flow=None,
            attached_to=reference(element.get("attachedToRef", "")) or None,
        )
    return read_node(element, kind, reading, within)


def _unknown(element: etree._Element, tag: str, definitions: list[str]) -> str:
    """Why a node cannot be run, and what to do."""
    name = element.get("name") or element.get("id") or f"A {tag}"
    if tag in EVENTS and len(definitions) > 1:
        return (
            f"{name[:80]} is several events at once: {' and '.join(definitions)}. Make an event of "
            "each, behind a gateway where any of them is enough."
        )
    if tag == "eventBasedGateway":
        return (
            f"{name[:80]} begins processes, or waits for all of its events. Begin with message "
            "start events instead, or let a parallel gateway lead to the events."
        )
    if tag in CATCHING and not definitions:
        return (
            f"{name[:80]} does not say what it waits for. Make it a message, a signal, a timer or "
            "a condition."
        )
    what = f"{tag} with {' and '.join(definitions)}" if definitions else tag
    return f"{what} is not supported. Model the step in another way."


def _kind(element: etree._Element, tag: str, definitions: list[str]) -> Element:
    unknown = families.BY_KIND[Kind.UNKNOWN]
    if len(definitions) > 1 or (tag == "eventBasedGateway" and _is_special(element)):
        return unknown
    if tag == "serviceTask" and vendor(element, "type") == "dmn":
        tag = "businessRuleTask"  # Flowable
    if tag == "task" and jbpm.work(element):
        tag = "serviceTask"
    if element.get(TRIGGERED) in ("true", "1"):
        return families.BY_NAME.get((tag, TRIGGERED), unknown)
    return families.BY_NAME.get((tag, definitions[0] if definitions else ""), unknown)


def _is_special(gateway: etree._Element) -> bool:
    """Gateways that begin instances, or wait for all of their events."""
    parallel = gateway.get("eventGatewayType") == "Parallel"
    return parallel or gateway.get("instantiate") in ("true", "1")


def _connected(nodes: Mapping[str, Node], found: Mapping[str, Flow]) -> dict[str, Node]:
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


def _compensated(
    nodes: dict[str, Node], associations: tuple[tuple[str, str, str], ...]
) -> dict[str, Node]:
    """Activities with the one that undoes them: an association leads there from the boundary."""
    for _, begin, end in associations:
        event, handler = nodes.get(begin), nodes.get(end)
        if event is None or handler is None or not handler.undoes:
            continue
        activity = nodes.get(event.attached_to or "")
        if event.kind is Kind.BOUNDARY_COMPENSATION and activity is not None:
            nodes[activity.id] = replace(activity, undone_by=handler.id)
    return nodes


def _in_lanes(nodes: dict[str, Node], lanes: tuple[Lane, ...]) -> dict[str, Node]:
    """The innermost lane counts."""
    for lane in lanes:
        for name in lane.nodes:
            if name in nodes:
                nodes[name] = replace(nodes[name], lane=lane.id)
    return nodes


def _by_container(nodes: Mapping[str, Node]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for node in nodes.values():
        found[node.within].append(node.id)
    return {container: tuple(names) for container, names in found.items()}
