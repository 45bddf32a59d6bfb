"""Event definitions (BPMN 2.0.2, 10.5.5): how they are read and judged, wherever they stand."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from lxml import etree

from workflows.bpmn import expressions, timing, written
from workflows.bpmn.details import Event, Timer
from workflows.bpmn.elements import Reading, error, title, warning
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Finding, Node, Process
from workflows.bpmn.source import child, reference, text_of
from workflows.bpmn.vendor_work import work_of
from workflows.bpmn.vendors import vendor

Read = Callable[[etree._Element, Reading], dict[str, Any]]
Check = Callable[[Node, Process], Iterator[Finding]]

DEFINITIONS: Mapping[str, str] = MappingProxyType(
    {
        "timer": "timerEventDefinition",
        "message": "messageEventDefinition",
        "signal": "signalEventDefinition",
        "error": "errorEventDefinition",
        "escalation": "escalationEventDefinition",
        "conditional": "conditionalEventDefinition",
        "link": "linkEventDefinition",
        "compensation": "compensateEventDefinition",
        "cancel": "cancelEventDefinition",
        "terminate": "terminateEventDefinition",
    }
)
REACHES = {"terminateAll": "instance", "terminateMultiInstance": "loop"}  # Flowable, Activiti
FORMS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def reading(what: str) -> Read:
    """How an event with this definition is read."""
    return _timer if what == "timer" else _reader(what)


def _reader(what: str) -> Read:
    def read(element: etree._Element, reading: Reading) -> dict[str, Any]:
        definition = child(element, DEFINITIONS[what])
        if definition is None:
            return {"event": Event(what)}
        event = READERS.get(what, _plain)(what, element, definition, reading)
        work = work_of(definition, reading.warn) if what == "message" else None
        return {"event": event, "work": work} if work else {"event": event}

    return read


def _timer(element: etree._Element, reading: Reading) -> dict[str, Any]:
    definition = child(element, DEFINITIONS["timer"])
    if definition is not None:
        for tag, form in FORMS.items():
            said = child(definition, tag)
            if said is not None:
                text = written.text(text_of(said), element, reading.refuse)
                return {"timer": Timer(form, text)}
    reading.refuse(element, "The timer says no time. Add timeDate, timeDuration or timeCycle.")
    return {"timer": Timer("duration", "")}


def _plain(
    what: str, _element: etree._Element, _definition: etree._Element, _reading: Reading
) -> Event:
    return Event(what)


def _message(
    what: str, element: etree._Element, definition: etree._Element, reading: Reading
) -> Event:
    wanted = reference(definition.get("messageRef", ""))
    return Event(
        what,
        name=written.text(reading.catalog.messages.get(wanted, ""), element, reading.refuse),
        key=reading.catalog.keys.get(wanted, ""),
    )


def _signal(
    what: str, element: etree._Element, definition: etree._Element, reading: Reading
) -> Event:
    name = reading.catalog.signals.get(reference(definition.get("signalRef", "")), "")
    return Event(what, written.text(name, element, reading.refuse))


def _error(
    what: str, _element: etree._Element, definition: etree._Element, reading: Reading
) -> Event:
    """What refers to no error of the file is the code itself, as in Camunda 7 and Flowable."""
    wanted = reference(definition.get("errorRef", ""))
    return Event(
        what,
        name=reading.catalog.errors.get(wanted, wanted),
        code_variable=vendor(definition, "errorCodeVariable"),
        text_variable=vendor(definition, "errorMessageVariable"),
    )


def _escalation(
    what: str, element: etree._Element, definition: etree._Element, reading: Reading
) -> Event:
    wanted = reference(definition.get("escalationRef", ""))
    if wanted and wanted not in reading.catalog.escalations:
        reading.refuse(element, f"The model declares no escalation {wanted[:100]}. Add it.")
    return Event(
        what,
        name=reading.catalog.escalations.get(wanted, ""),
        code_variable=vendor(definition, "escalationCodeVariable"),
    )


def _conditional(
    what: str, element: etree._Element, definition: etree._Element, reading: Reading
) -> Event:
    said = written.condition(text_of(child(definition, "condition")), element, reading.refuse)
    return Event(what, condition=said)


def _link(
    what: str, _element: etree._Element, definition: etree._Element, _reading: Reading
) -> Event:
    return Event(what, name=definition.get("name", ""))


def _terminate(
    what: str, _element: etree._Element, definition: etree._Element, _reading: Reading
) -> Event:
    for attribute, reach in REACHES.items():
        if vendor(definition, attribute) == "true":
            return Event(what, reach=reach)
    return Event(what)


def _compensation(
    what: str, _element: etree._Element, definition: etree._Element, _reading: Reading
) -> Event:
    return Event(what, name=reference(definition.get("activityRef", "")))


READERS: Mapping[str, Callable[[str, etree._Element, etree._Element, Reading], Event]] = (
    MappingProxyType(
        {
            "message": _message,
            "signal": _signal,
            "error": _error,
            "escalation": _escalation,
            "conditional": _conditional,
            "link": _link,
            "compensation": _compensation,
            "terminate": _terminate,
        }
    )
)


# --- checks ---


def checking(what: str) -> Check:
    """How an event with this definition is judged."""
    return CHECKS.get(what, _fine)


def _fine(_node: Node, _process: Process) -> Iterator[Finding]:
    return iter(())


def _check_time(node: Node, _process: Process) -> Iterator[Finding]:
    if node.timer is None or not node.timer.text:
        return
    problem = timing.problem(node.timer)
    if problem:
        yield error(node, problem)
    elif timing.is_at_once(node.timer):
        yield warning(node, f"{title(node)} fires at once. Write a duration above zero.")
    elif node.timer.form == "cycle" and not _may_repeat(node):
        yield warning(
            node, f"{title(node)} repeats, but fires once, at its first moment. Use timeDuration."
        )


def _may_repeat(node: Node) -> bool:
    if node.kind is Kind.TIMER_START:
        return not node.within or not node.interrupting
    return node.kind is Kind.BOUNDARY_TIMER and not node.interrupting


def _check_named(node: Node, _process: Process) -> Iterator[Finding]:
    if node.event and not node.event.name and node.work is None:
        yield error(node, f"{title(node)} names no {node.event.what}. Give it one with a name.")


def _check_condition(node: Node, _process: Process) -> Iterator[Finding]:
    if node.event is None or not node.event.condition:
        yield error(node, f"{title(node)} has no condition. Add one in FEEL.")
    elif problem := expressions.problem(node.event.condition):
        yield error(node, f"The condition is not FEEL. {problem}")


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "timer": _check_time,
        "message": _check_named,
        "signal": _check_named,
        "link": _check_named,
        "conditional": _check_condition,
    }
)
