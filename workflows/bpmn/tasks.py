"""Service and user tasks (BPMN 2.0.2, 10.3.3): a token rests until somebody completes them."""

from collections.abc import Iterator

from workflows.bpmn.elements import Element, error, title, warning
from workflows.bpmn.model import Finding, Kind, Node, Process
from workflows.bpmn.tokens import Table


def _rest(table: Table, node: Node, flow: str) -> None:
    table.rest(node, flow)


def _unnamed(node: Node) -> Iterator[Finding]:
    if not node.name:
        yield warning(node, "The task has no name. Name it, so that people know what it does.")


def _check_service(node: Node, _process: Process) -> Iterator[Finding]:
    yield from _unnamed(node)
    if not node.extension("job"):
        yield error(
            node,
            f"{title(node)} has no handler. Add countersign:job with the name of its handler.",
        )


def _check_user(node: Node, _process: Process) -> Iterator[Finding]:
    yield from _unnamed(node)
    if not node.extension("review"):
        yield error(
            node, f"{title(node)} asks nothing. Add countersign:review with the kind of review."
        )


ELEMENTS = (
    Element(Kind.SERVICE_TASK, "serviceTask", _rest, check=_check_service, waits=True),
    Element(Kind.USER_TASK, "userTask", _rest, check=_check_user, waits=True),
)
