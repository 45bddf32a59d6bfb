"""Events on the boundary of activities (BPMN 2.0.2, 10.5.4 and 13.5.3)."""

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from workflows.bpmn import activities, eventing
from workflows.bpmn.elements import Element, Reading, error, title
from workflows.bpmn.kinds import ACTIVITIES, Kind
from workflows.bpmn.model import Finding, Node, Process
from workflows.bpmn.source import reference
from workflows.bpmn.table import Table, Token


def fire(
    table: Table, node: Node, scope: int, inner: int | None, result: Mapping[str, Any]
) -> None:
    """An interrupting event takes the activity's token; another one adds a token of its own."""
    if node.interrupting:
        table.interrupt(node, scope, inner)
    else:
        table.space(scope).live += 1
    activities.occurred(table, Token(node, scope), result, passed=True)


def _pass(table: Table, token: Token) -> None:
    table.leave(token, passed=True)


def _retry(table: Table, token: Token, _result: Mapping[str, Any]) -> None:
    table.leave(token, passed=True)


def _read(what: str) -> eventing.Read:
    read = eventing.reading(what)

    def boundary(element: etree._Element, reading: Reading) -> dict[str, Any]:
        return {
            **read(element, reading),
            "attached_to": reference(element.get("attachedToRef", "")),
            "interrupting": what in ALWAYS_INTERRUPT
            or element.get("cancelActivity", "true") not in ("false", "0"),
        }

    return boundary


ALWAYS_INTERRUPT = ("error", "cancel")


def _check(what: str) -> eventing.Check:
    check = eventing.checking(what)

    def boundary(node: Node, process: Process) -> Iterator[Finding]:
        yield from check(node, process)
        activity = process.nodes.get(node.attached_to or "")
        if activity is None or activity.kind not in ACTIVITIES:
            yield error(node, f"{title(node)} does not sit on a task. Attach it to one.")
        elif what == "cancel" and activity.kind is not Kind.TRANSACTION:
            yield error(node, f"{title(node)} is a cancel event: it has to sit on a transaction.")
        elif what == "compensation" and not activity.undone_by:
            yield error(
                node,
                f"{title(node)} names no handler. Draw an association to an activity that is "
                "marked for compensation.",
            )

    return boundary


def _element(kind: Kind, what: str) -> Element:
    return Element(
        kind,
        "boundaryEvent",
        _pass,
        definition=eventing.DEFINITIONS[what],
        read=_read(what),
        check=_check(what),
        leave=_retry,
        fire=fire,
        begins=True,
        ends=kind is Kind.BOUNDARY_COMPENSATION,
    )


ELEMENTS = (
    _element(Kind.BOUNDARY_TIMER, "timer"),
    _element(Kind.BOUNDARY_MESSAGE, "message"),
    _element(Kind.BOUNDARY_SIGNAL, "signal"),
    _element(Kind.BOUNDARY_CONDITIONAL, "conditional"),
    _element(Kind.BOUNDARY_ERROR, "error"),
    _element(Kind.BOUNDARY_ESCALATION, "escalation"),
    _element(Kind.BOUNDARY_CANCEL, "cancel"),
    _element(Kind.BOUNDARY_COMPENSATION, "compensation"),
)
