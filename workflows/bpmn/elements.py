"""What an element family says about each kind of node: how to read it, judge it and play it.

A family is one module with a tuple `ELEMENTS`; `families` collects them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from workflows.bpmn import extensions, listeners, loop_reading, own_fields, vendor_fields
from workflows.bpmn.model import Finding, Kind, Node, Process, Severity
from workflows.bpmn.source import child, children, line_of, reference, tag_of, text_of
from workflows.bpmn.table import Table, Token

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
        "ioBinding",
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
        "category",
        "categoryValueRef",
    ]
)

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Catalog:
    """What events refer to, by id: names of messages and signals, codes of the others."""

    messages: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)  # by message: FEEL of the correlation key
    signals: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    escalations: Mapping[str, str] = field(default_factory=dict)
    first_counter: int = 1  # what `loopCounter` begins with in this file


@dataclass(slots=True)
class Reading:
    """What is known while one process is read: what can be referred to, and findings so far."""

    catalog: Catalog
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, element: etree._Element, sentence: str) -> None:
        """Note an error at this element."""
        self.findings.append(Finding(element.get("id", ""), line_of(element), sentence))

    def warn(self, element: etree._Element, sentence: str) -> None:
        """Note something that does not keep the model from running, if there is anything."""
        if sentence:
            found = element.get("id", ""), line_of(element), sentence
            self.findings.append(Finding(*found, Severity.WARNING))

    @property
    def refused(self) -> set[str]:
        """Ids of elements that were refused so far."""
        return {each.element for each in self.findings if each.severity is Severity.ERROR}


def _nothing(_element: etree._Element, _reading: Reading) -> dict[str, Any]:
    return {}


def _silent(_node: Node, _process: Process) -> Iterator[Finding]:
    return iter(())


def move_on(table: Table, token: Token, _result: Values) -> None:
    """What happened here is done: the token leaves."""
    table.leave(token, passed=False)


def pass_through(table: Table, token: Token) -> None:
    """Nothing is waited for here."""
    table.leave(token, passed=True)


def try_again(table: Table, token: Token, _result: Values) -> None:
    """A token that was stuck here leaves, if it can now."""
    table.leave(token, passed=True)


def _cannot_fire(
    _table: Table, node: Node, _scope: int, _inner: int | None, _result: Values
) -> None:
    raise ValueError(f"{node.id} is not a boundary event.")


@dataclass(frozen=True, slots=True)
class Element:
    """One kind of node, as its family knows it."""

    kind: Kind
    tag: str
    arrive: Callable[[Table, Token], None]
    definition: str = ""  # the event definition that makes an event this kind
    read: Callable[[etree._Element, Reading], dict[str, Any]] = _nothing
    check: Callable[[Node, Process], Iterator[Finding]] = _silent
    leave: Callable[[Table, Token, Values], None] = move_on
    again: Callable[[Table, Token], None] | None = None  # leaving, tried again; else `leave`
    fire: Callable[[Table, Node, int, int | None, Values], None] = _cannot_fire
    waits: bool = False  # whether a token rests here
    begins: bool = False  # a start or boundary event: no flow may lead to it
    ends: bool = False  # no flow has to leave it
    last: bool = False  # no flow may leave it
    harmless: frozenset[str] = frozenset()  # children beyond `HARMLESS` that it understands


def read_node(element: etree._Element, kind: Element, reading: Reading, within: str) -> Node:
    """The node that an XML element describes, without its flows."""
    for part in element:
        tag = tag_of(part)
        if tag and tag not in HARMLESS | kind.harmless | {kind.definition}:
            reading.refuse(element, f"{tag} inside {kind.tag} is not supported. Remove it.")
    said: dict[str, Any] = {
        "default_flow": reference(element.get("default", "")) or None,
        "undoes": element.get("isForCompensation") in ("true", "1"),
        "documentation": text_of(child(element, "documentation")),
        **vendor_fields.read(element, reading.refuse, reading.warn),
        **loop_reading.read(element, reading.refuse, reading.catalog.first_counter),
        **kind.read(element, reading),
    }
    if within:  # only the process itself is started by a message
        said.pop("message", None)
    own = extensions.read(element)
    reading.warn(element, listeners.sentence(element))
    return Node(
        id=element.get("id", ""),
        kind=kind.kind,
        name=name_of(element, reading),
        line=line_of(element),
        tag=tag_of(element),
        within=within,
        extensions=own,
        **own_fields.applied(kind.kind, said, own),
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
