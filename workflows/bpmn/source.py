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


class ModelTooLarge(BpmnError):
    """The bytes are more than a model may have."""


def read(xml: bytes) -> etree._Element:
    """The root element, `definitions`, of a BPMN 2.0 model."""
    try:
        root = xml_source.parsed(xml, editor="BPMN editor")
        if root.tag != f"{{{BPMN}}}definitions":
            sentence = "This is not a BPMN 2.0 model: its root has to be bpmn:definitions."
            raise xml_source.XmlRefused(sentence)
        xml_source.refuse_content(root)
    except xml_source.XmlTooLarge as refusal:
        raise ModelTooLarge([Finding("", refusal.line, str(refusal))]) from None
    except xml_source.XmlRefused as refusal:
        raise BpmnError([Finding("", refusal.line, str(refusal))]) from None
    return root


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
