"""The root element of a BPMN 2.0 model, and its children by name."""

from lxml import etree

from workflows import xml_source
from workflows.bpmn.model import BpmnError, Finding
from workflows.xml_source import line_of, text_of

__all__ = [
    "BPMN",
    "BPMNDI",
    "DC",
    "DI",
    "ModelTooLarge",
    "child",
    "children",
    "line_of",
    "read",
    "tag_of",
    "text_of",
]

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
# Languages of the same family, by a part of their namespaces.
OTHERS = {
    "DMN": "decision model: import it among the decisions",
    "CMMN": "case model, which cannot be run here",
}


class ModelTooLarge(BpmnError):
    """The bytes are more than a model may have."""


def read(xml: bytes) -> etree._Element:
    """The root element, `definitions`, of a BPMN 2.0 model."""
    try:
        root = xml_source.parsed(xml, editor="BPMN editor")
        if root.tag != f"{{{BPMN}}}definitions":
            raise xml_source.XmlRefused(_what_else(root))
        xml_source.refuse_content(root)
    except xml_source.XmlTooLarge as refusal:
        raise ModelTooLarge([Finding("", refusal.line, str(refusal))]) from None
    except xml_source.XmlRefused as refusal:
        raise BpmnError([Finding("", refusal.line, str(refusal))]) from None
    return root


def _what_else(root: etree._Element) -> str:
    """Which file this is, when it is no BPMN 2.0 model, and what to do."""
    name = etree.QName(root)
    namespace = name.namespace or ""
    sentence = "This is not a BPMN 2.0 model: its root has to be bpmn:definitions."
    for language, kind in OTHERS.items():
        if f"/{language}/" in namespace:
            return f"{sentence} It is a {kind}."
    if name.localname == "definitions" and "bpmn" in namespace.lower():
        return f"{sentence} It is of another version, {namespace[:100]}. Export it as BPMN 2.0."
    if name.localname == "definitions" and not namespace:
        return f"{sentence} It says no namespace. Add xmlns={BPMN}."
    return f"{sentence} It is {name.localname[:40]}. Export it as BPMN 2.0."


def without_process(root: etree._Element) -> str:
    """What a model has instead of a process."""
    tags = {tag_of(each) for each in root}
    if tags & {"choreography", "globalChoreographyTask"}:
        return (
            "The model has no process, but a choreography: what several processes do together. "
            "Model the processes themselves."
        )
    if "collaboration" in tags:
        return "The model has no process, only empty pools. Model what happens in one of them."
    return "The model has no process."


def tag_of(element: etree._Element) -> str:
    """The element's name without its namespace, empty when it is not of BPMN."""
    name = str(element.tag)
    return name[len(BPMN) + 2 :] if name.startswith(f"{{{BPMN}}}") else ""


def child(element: etree._Element, tag: str) -> etree._Element | None:
    """The first child of BPMN with this name."""
    return element.find(f"{{{BPMN}}}{tag}")


def children(element: etree._Element, tag: str) -> list[etree._Element]:
    """All children of BPMN with this name."""
    return element.findall(f"{{{BPMN}}}{tag}")


def reference(text: str) -> str:
    """The id that a reference means, without a prefix for its namespace."""
    return text.strip().rpartition(":")[2]
