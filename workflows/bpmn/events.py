"""Start and end events (BPMN 2.0.2, 10.5.2 and 10.5.3)."""

from typing import Any

from lxml import etree

from workflows.bpmn.elements import Element, Reading
from workflows.bpmn.model import Kind, Node
from workflows.bpmn.source import child
from workflows.bpmn.tokens import Table


def _message(element: etree._Element, reading: Reading) -> dict[str, Any]:
    definition = child(element, "messageEventDefinition")
    reference = "" if definition is None else definition.get("messageRef", "")
    name = reading.messages.get(reference.rpartition(":")[2], "")
    if not name:
        reading.refuse(element, "The message start names no message. Give it one with a name.")
    return {"message": name}


def _begin(table: Table, node: Node, flow: str) -> None:
    table.leave(node, passed=True, flow=flow)


def _end(table: Table, node: Node, flow: str) -> None:
    table.end(node, flow)


def _terminate(table: Table, node: Node, flow: str) -> None:
    table.terminate(node, flow)


ELEMENTS = (
    Element(Kind.START, "startEvent", _begin, begins=True),
    Element(
        Kind.MESSAGE_START,
        "startEvent",
        _begin,
        definition="messageEventDefinition",
        read=_message,
        begins=True,
    ),
    Element(Kind.END, "endEvent", _end, ends=True),
    Element(
        Kind.TERMINATE_END,
        "endEvent",
        _terminate,
        definition="terminateEventDefinition",
        ends=True,
    ),
)
