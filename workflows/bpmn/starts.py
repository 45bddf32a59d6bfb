"""Start events, of processes and of event sub-processes (BPMN 2.0.2, 10.5.2)."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from workflows.bpmn import eventing
from workflows.bpmn.elements import Element, Reading, error, pass_through, title, try_again
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Finding, Node, Process


def _start(what: str) -> eventing.Read:
    read = eventing.reading(what)

    def start(element: etree._Element, reading: Reading) -> dict[str, Any]:
        stays = element.get("isInterrupting", "true") in ("false", "0")
        return {**read(element, reading), "interrupting": not stays or what == "error"}

    return start


def _message_start(element: etree._Element, reading: Reading) -> dict[str, Any]:
    said = _start("message")(element, reading)
    if not said["event"].name:
        reading.refuse(element, "The message start names no message. Give it one with a name.")
    return {**said, "message": said["event"].name}


ONLY_IN_EVENT_SUB_PROCESSES = {"error", "escalation", "compensation"}


def _check_start(what: str) -> eventing.Check:
    check = eventing.checking(what)

    def start(node: Node, process: Process) -> Iterator[Finding]:
        if what != "message":  # a message without a name was noticed while reading
            yield from check(node, process)
        around = process.nodes.get(node.within)
        in_event = around is not None and around.kind is Kind.EVENT_SUB_PROCESS
        if what in ONLY_IN_EVENT_SUB_PROCESSES and not in_event:
            yield error(
                node, f"{title(node)}: a start by {what} is possible in an event sub-process only."
            )
        if not node.within and node.event and node.event.name.startswith("="):
            yield error(node, f"{title(node)} begins a process: the name of its {what} is fixed.")
        if node.within and node.extension("start"):
            yield error(
                node,
                f"{title(node)}: countersign:start says how a process begins. Remove it in an "
                "event sub-process.",
            )
        if around is not None and not in_event and what:
            yield error(node, f"{title(node)}: a sub-process begins with a plain start event.")
        if in_event and not what:
            yield error(
                node, f"{title(node)}: an event sub-process begins with an event. Choose which."
            )

    return start


def _started(kind: Kind, what: str) -> Element:
    return Element(
        kind,
        "startEvent",
        pass_through,
        definition=eventing.DEFINITIONS[what],
        read=_message_start if what == "message" else _start(what),
        check=_check_start(what),
        leave=try_again,
        begins=True,
    )


ELEMENTS = (
    Element(
        Kind.START,
        "startEvent",
        pass_through,
        check=_check_start(""),
        leave=try_again,
        begins=True,
    ),
    _started(Kind.MESSAGE_START, "message"),
    _started(Kind.TIMER_START, "timer"),
    _started(Kind.SIGNAL_START, "signal"),
    _started(Kind.CONDITIONAL_START, "conditional"),
    _started(Kind.ERROR_START, "error"),
    _started(Kind.ESCALATION_START, "escalation"),
    _started(Kind.COMPENSATION_START, "compensation"),
)
