"""What is kept and shown beside flow nodes: lanes, pools, data, annotations, message flows."""

from collections import defaultdict
from collections.abc import Iterator

from lxml import etree

from workflows.bpmn.model import Annotation, DataItem, Entry, Lane, MessageFlow
from workflows.bpmn.source import BPMN, child, children, reference, tag_of, text_of

DATA = ("dataObject", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput")
ARTIFACTS = frozenset(
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
        "ioBinding",
        "property",
        "auditing",
        "monitoring",
        "supports",
        "supportedInterfaceRef",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "correlationSubscription",
        "artifact",
    ]
)


def annotations(process: etree._Element) -> Iterator[Annotation]:
    """Text annotations, with the associations that tie them to something."""
    ties = defaultdict(list)
    for name, begin, end in associations(process):
        ties[begin].append(name)
        ties[end].append(name)
    for note in process.iter(f"{{{BPMN}}}textAnnotation"):
        name = note.get("id", "")
        yield Annotation(name, text_of(child(note, "text")), tuple(ties[name]))


def associations(process: etree._Element) -> Iterator[tuple[str, str, str]]:
    """Id, from and to of each association, in sub-processes too."""
    for each in process.iter(f"{{{BPMN}}}association"):
        ends = (reference(each.get("sourceRef", "")), reference(each.get("targetRef", "")))
        yield (each.get("id", ""), *ends)


def lanes(process: etree._Element) -> Iterator[Lane]:
    """Lanes from the outside in, each with what lies in it."""
    for lane in process.iter(f"{{{BPMN}}}lane"):
        inside = tuple(reference(text_of(each)) for each in children(lane, "flowNodeRef"))
        yield Lane(lane.get("id", ""), lane.get("name", ""), inside)


def participants(root: etree._Element) -> Iterator[Lane]:
    """Pools, with the process that each of them shows."""
    for pool in root.iterfind(f"{{{BPMN}}}collaboration/{{{BPMN}}}participant"):
        process = reference(pool.get("processRef", ""))
        yield Lane(pool.get("id", ""), pool.get("name", ""), process=process)


def message_flows(root: etree._Element) -> Iterator[MessageFlow]:
    """Messages between participants."""
    for each in root.iterfind(f"{{{BPMN}}}collaboration/{{{BPMN}}}messageFlow"):
        ends = (reference(each.get("sourceRef", "")), reference(each.get("targetRef", "")))
        yield MessageFlow(each.get("id", ""), each.get("name", ""), *ends)


def data(process: etree._Element) -> Iterator[DataItem]:
    """Data objects and stores, in sub-processes and tasks too."""
    for tag in DATA:
        for each in process.iter(f"{{{BPMN}}}{tag}"):
            refers_to = each.get("dataObjectRef") or each.get("dataStoreRef") or ""
            yield DataItem(
                each.get("id", ""), each.get("name", ""), tag_of(each), reference(refers_to)
            )


def others(root: etree._Element, known: set[str]) -> Iterator[Entry]:
    """Elements with an id that have no place elsewhere: kept, so that nothing is lost."""
    for each in root.iter(f"{{{BPMN}}}*"):
        name = each.get("id", "")
        if name and name not in known:
            yield Entry(name, tag_of(each), each.get("name", ""))
