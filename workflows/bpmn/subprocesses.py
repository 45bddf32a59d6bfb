"""Sub-processes, transactions, ad-hoc sub-processes (BPMN 2.0.2, 10.3.5, 13.3.4, 13.3.5)."""

from collections.abc import Iterator

from workflows.bpmn import activities, expressions
from workflows.bpmn.activities import Values
from workflows.bpmn.details import AdHoc
from workflows.bpmn.elements import Element, error, title, warning
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.happenings import CannotBe
from workflows.bpmn.kinds import ACTIVITIES, ENDS, STARTS, Kind
from workflows.bpmn.loop_reading import PARTS
from workflows.bpmn.model import Finding, Node, Process
from workflows.bpmn.scopes import Role
from workflows.bpmn.spaces import Space
from workflows.bpmn.table import Table, Token

INSIDE = frozenset(
    [
        *(kind.value for kind in (*ACTIVITIES, Kind.EXCLUSIVE_GATEWAY, Kind.PARALLEL_GATEWAY,
                                  Kind.INCLUSIVE_GATEWAY, Kind.EVENT_GATEWAY)),
        "complexGateway", "startEvent", "endEvent", "intermediateCatchEvent",
        "intermediateThrowEvent", "boundaryEvent", "sequenceFlow", "dataObject",
        "dataObjectReference", "dataStoreReference", "textAnnotation", "association", "group",
        "laneSet", "artifact", "completionCondition",
    ]
)  # fmt: skip


def _open(table: Table, token: Token, inputs: Values | None) -> Space:
    """The token rests at the activity; a scope for its inside begins."""
    outside = not activities.in_round(table, token)
    table.rest(token, work=False, boundary=outside)
    return table.open(Role.BODY, token.node, token.scope, inputs)


def _begin(table: Table, token: Token, inputs: Values | None) -> None:
    space = _open(table, token, inputs)
    starts = first(table.process, token.node)
    space.live = len(starts)
    if not starts:
        table.over.append(space.number)
    for start in starts:
        if start.kind is Kind.START:
            activities.occurred(table, Token(start, space.number), {}, passed=True)
        else:
            table.moving.append(Token(start, space.number))


def first(process: Process, container: Node) -> list[Node]:
    """Where a sub-process begins: its start event, or else every node without incoming flow."""
    inside = process.inside(container.id)
    plain = [node for node in inside if node.kind is Kind.START]
    return plain or [node for node in inside if begins_by_itself(node)]


def begins_by_itself(node: Node) -> bool:
    """A node to which nothing leads, and for which nothing has to happen."""
    if node.incoming or node.undoes or node.attached_to or node.kind in STARTS:
        return False
    return node.kind not in (Kind.EVENT_SUB_PROCESS, Kind.LINK_CATCH)


# --- ad-hoc ---


def _begin_ad_hoc(table: Table, token: Token, inputs: Values | None) -> None:
    said = token.node.adhoc or AdHoc()
    try:
        active = _active(table, token, said)
    except Unclear as reason:
        table.stick(token, str(reason), entering=True)
        return
    space = _open(table, token, inputs)
    for name in active:
        activate(table, table.process.nodes[name], space.number)


def _active(table: Table, token: Token, said: AdHoc) -> list[str]:
    if not said.active:
        return []
    names = expressions.evaluated(said.active, table.variables(token.scope))
    known = {node.id for node in table.process.inside(token.node.id) if begins_by_itself(node)}
    if not isinstance(names, list) or not set(names) <= known:
        raise Unclear(f"{said.active} is not a list of activities of {title(token.node)}.")
    return names


def activate(table: Table, node: Node, scope: int) -> None:
    """Somebody begins an activity inside; `CannotBe` with a sentence when not."""
    space = table.space(scope)
    around = table.process.nodes[space.node]
    if around.kind is not Kind.AD_HOC or node.within != around.id or not begins_by_itself(node):
        raise CannotBe(f"{title(node)} cannot be begun here.")
    if around.adhoc and around.adhoc.sequential and space.live:
        raise CannotBe(f"In {title(around)} one activity follows the other. Finish it first.")
    space.live += 1
    table.moving.append(Token(node, scope))


# --- checks ---


def _check_body(node: Node, process: Process) -> Iterator[Finding]:
    inside = process.inside(node.id)
    if not node.name:
        yield warning(node, "The sub-process has no name. Name it, so that people know what it is.")
    if not first(process, node):
        yield warning(node, f"Nothing in {title(node)} can begin: it is gone through at once.")
    for extra in [each for each in inside if each.kind is Kind.START][1:]:
        yield error(extra, f"{title(node)} has two plain start events. Keep one.")


def _check_event(node: Node, process: Process) -> Iterator[Finding]:
    starts = [each for each in process.inside(node.id) if each.kind in STARTS]
    if len(starts) != 1:
        yield error(node, f"{title(node)} needs one start event that says when it begins.")
    if node.incoming or node.outgoing:
        yield error(node, f"{title(node)} begins by an event: no flow leads to it or from it.")


def _check_ad_hoc(node: Node, process: Process) -> Iterator[Finding]:
    if not any(begins_by_itself(each) for each in process.inside(node.id)):
        yield error(node, f"Nothing in {title(node)} can be begun. Add an activity.")
    for each in process.inside(node.id):
        if each.kind in STARTS | ENDS:
            yield error(each, f"{title(node)} is ad-hoc: it has no start and no end events.")
    for text in (node.adhoc.until, node.adhoc.active) if node.adhoc else ():
        if text and (problem := expressions.problem(text)):
            yield error(node, f"An expression of {title(node)} is not FEEL. {problem}")


def _nowhere(table: Table, token: Token) -> None:
    table.stick(token, "A flow may not lead to an event sub-process.", entering=True)


def _nothing(_table: Table, token: Token, _result: Values) -> None:
    raise ValueError(f"{token.node.id} ends by itself, when nothing in it is left.")


ELEMENTS = (
    Element(Kind.SUB_PROCESS, "subProcess", activities.arriving(_begin), check=_check_body,
            leave=_nothing, again=activities.move_on, waits=True, harmless=INSIDE | PARTS),
    Element(Kind.TRANSACTION, "transaction", activities.arriving(_begin), check=_check_body,
            leave=_nothing, again=activities.move_on, waits=True, harmless=INSIDE | PARTS),
    Element(Kind.AD_HOC, "adHocSubProcess", activities.arriving(_begin_ad_hoc),
            check=_check_ad_hoc, leave=_nothing, again=activities.move_on, waits=True,
            harmless=INSIDE | PARTS),
    Element(Kind.EVENT_SUB_PROCESS, "subProcess", _nowhere, definition="triggeredByEvent",
            check=_check_event, leave=_nothing, waits=True, ends=True, last=True, begins=True,
            harmless=INSIDE),
)  # fmt: skip
