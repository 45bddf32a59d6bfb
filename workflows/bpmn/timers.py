"""Timers, catching and on the boundary of activities (BPMN 2.0.2, 10.5.4 and 10.5.5.14)."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from workflows.bpmn import timing
from workflows.bpmn.elements import Element, Reading, error, title
from workflows.bpmn.model import Finding, Kind, Node, Process, Timer
from workflows.bpmn.source import child, text_of
from workflows.bpmn.tokens import Interrupted, Table

DEFINITION = "timerEventDefinition"
FORMS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def _timer(element: etree._Element, reading: Reading) -> dict[str, Any]:
    definition = child(element, DEFINITION)
    if definition is not None:
        for tag, form in FORMS.items():
            said = child(definition, tag)
            if said is not None:
                return {"timer": Timer(form, text_of(said))}
    reading.refuse(element, "The timer says no time. Add timeDate, timeDuration or timeCycle.")
    return {"timer": Timer("duration", "")}


def _boundary(element: etree._Element, reading: Reading) -> dict[str, Any]:
    return {
        **_timer(element, reading),
        "attached_to": element.get("attachedToRef", "").rpartition(":")[2],
        "interrupting": element.get("cancelActivity", "true") not in ("false", "0"),
    }


def _rest(table: Table, node: Node, flow: str) -> None:
    table.rest(node, flow)


def _pass(table: Table, node: Node, flow: str) -> None:
    table.leave(node, passed=True, flow=flow)


def _fire(table: Table, node: Node) -> None:
    """An interrupting event takes the activity's token; another one adds a token of its own."""
    if node.interrupting:
        table.effects.append(Interrupted(node))
    else:
        table.live += 1
    table.leave(node, passed=True)


def _retry(table: Table, node: Node) -> None:
    table.leave(node, passed=True)


def _check_catch(node: Node, _process: Process) -> Iterator[Finding]:
    yield from _check_time(node, may_repeat=False)


def _check_boundary(node: Node, process: Process) -> Iterator[Finding]:
    yield from _check_time(node, may_repeat=not node.interrupting)
    activity = process.nodes.get(node.attached_to or "")
    if activity is None or activity.kind not in (Kind.SERVICE_TASK, Kind.USER_TASK):
        yield error(node, f"{title(node)} does not sit on a task. Attach it to one.")


def _check_time(node: Node, *, may_repeat: bool) -> Iterator[Finding]:
    if node.timer is None or not node.timer.text:
        return
    problem = timing.problem(node.timer)
    if problem:
        yield error(node, problem)
    elif node.timer.form == "cycle" and not may_repeat:
        yield error(
            node, "Only a boundary event that does not interrupt may repeat. Use timeDuration."
        )


ELEMENTS = (
    Element(
        Kind.TIMER_CATCH,
        "intermediateCatchEvent",
        _rest,
        definition=DEFINITION,
        read=_timer,
        check=_check_catch,
        waits=True,
    ),
    Element(
        Kind.BOUNDARY_TIMER,
        "boundaryEvent",
        _pass,
        definition=DEFINITION,
        read=_boundary,
        check=_check_boundary,
        leave=_retry,
        fire=_fire,
        begins=True,
    ),
)
