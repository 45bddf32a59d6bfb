"""What an element family says about each kind of node: how to read it, judge it and play it.

A family is one module with a tuple `ELEMENTS`; `families` collects them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from workflows.bpmn import extensions
from workflows.bpmn.model import Finding, Kind, Node, Process, Severity
from workflows.bpmn.source import child, children, line_of, tag_of, text_of
from workflows.bpmn.tokens import Table

LONGEST_ID = 128
LONGEST_NAME = 200

HARMLESS = frozenset(
    [
        "incoming",
        "outgoing",
        "documentation",
        "extensionElements",
        "auditing",
        "monitoring",
        "property",
        "ioSpecification",
        "dataInput",
        "dataOutput",
        "inputSet",
        "outputSet",
        "dataInputAssociation",
        "dataOutputAssociation",
        "rendering",
        "humanPerformer",
        "performer",
        "potentialOwner",
        "resourceRole",
    ]
)


@dataclass(slots=True)
class Reading:
    """What is known while one process is read: messages by id, and findings so far."""

    messages: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, element: etree._Element, sentence: str) -> None:
        """Note an error at this element."""
        self.findings.append(Finding(element.get("id", ""), line_of(element), sentence))


def _nothing(_element: etree._Element, _reading: Reading) -> dict[str, Any]:
    return {}


def _silent(_node: Node, _process: Process) -> Iterator[Finding]:
    return iter(())


def move_on(table: Table, node: Node) -> None:
    """The activity is done: its token leaves."""
    table.leave(node, passed=False)


def _cannot_fire(_table: Table, node: Node) -> None:
    raise ValueError(f"{node.id} is not a boundary event.")


@dataclass(frozen=True, slots=True)
class Element:
    """One kind of node, as its family knows it."""

    kind: Kind
    tag: str
    arrive: Callable[[Table, Node, str], None]
    definition: str = ""  # the event definition that makes an event this kind
    read: Callable[[etree._Element, Reading], dict[str, Any]] = _nothing
    check: Callable[[Node, Process], Iterator[Finding]] = _silent
    leave: Callable[[Table, Node], None] = move_on
    fire: Callable[[Table, Node], None] = _cannot_fire
    waits: bool = False  # whether a token rests here
    begins: bool = False  # a start or boundary event: no flow may lead to it
    ends: bool = False  # an end event: no flow may leave it
    harmless: frozenset[str] = frozenset()  # children beyond `HARMLESS` that it understands


def read_node(element: etree._Element, kind: Element, reading: Reading) -> Node:
    """The node that an XML element describes, without its flows."""
    for part in element:
        tag = tag_of(part)
        if tag and tag not in HARMLESS | kind.harmless | {kind.definition}:
            reading.refuse(element, f"{tag} inside {kind.tag} is not supported. Remove it.")
    if element.get("isForCompensation") == "true":
        reading.refuse(element, "Compensation is not supported. Remove isForCompensation.")
    return Node(
        id=element.get("id", ""),
        kind=kind.kind,
        name=name_of(element, reading),
        line=line_of(element),
        default_flow=element.get("default"),
        extensions=extensions.read(element),
        documentation=text_of(child(element, "documentation")),
        **kind.read(element, reading),
    )


def name_of(element: etree._Element, reading: Reading) -> str:
    """The element's name with its white space on one line; id and name have to be of use."""
    name = " ".join(element.get("name", "").split())
    if not element.get("id"):
        reading.refuse(element, f"A {tag_of(element)} has no id. Give it one.")
    if len(element.get("id", "")) > LONGEST_ID:
        reading.refuse(element, f"The id is longer than {LONGEST_ID} characters.")
    if len(name) > LONGEST_NAME:
        reading.refuse(element, f"The name is longer than {LONGEST_NAME} characters.")
    return name


def definitions_of(element: etree._Element) -> list[str]:
    """The event definitions inside an event."""
    return [tag_of(part) for part in element if tag_of(part).endswith("ventDefinition")] + [
        "eventDefinitionRef" for _ in children(element, "eventDefinitionRef")
    ]


def error(node: Node, sentence: str) -> Finding:
    """An error at this node."""
    return Finding(node.id, node.line, sentence)


def warning(node: Node, sentence: str) -> Finding:
    """A warning at this node."""
    return Finding(node.id, node.line, sentence, Severity.WARNING)


def title(node: Node) -> str:
    """The node's name, or its id when it has none."""
    return node.name or node.id
