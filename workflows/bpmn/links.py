"""Link events: the way goes on at the link of the same name (BPMN 2.0.2, 10.5.5.7)."""

from collections.abc import Iterator

from workflows.bpmn import eventing
from workflows.bpmn.elements import Element, error, pass_through, title, try_again
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Finding, Node, Process
from workflows.bpmn.table import Table, Token


def _jump(table: Table, token: Token) -> None:
    """The token goes on at the catching event of the same name, on the same level."""
    target = link_target(table.process, token.node)
    if target is None:
        table.stick(token, f"{title(token.node)} leads nowhere.", entering=True)
        return
    table.moving.append(Token(target, token.scope))


def link_target(process: Process, node: Node) -> Node | None:
    """Where a throwing link event leads."""
    for each in process.inside(node.within):
        if each.kind is Kind.LINK_CATCH and each.event == node.event:
            return each
    return None


def _check_link(node: Node, process: Process) -> Iterator[Finding]:
    yield from eventing.checking("link")(node, process)
    if node.event and node.event.name and link_target(process, node) is None:
        yield error(
            node, f"No link named {node.event.name} is caught on this level. Add the other end."
        )


ELEMENTS = (
    Element(
        Kind.LINK_THROW,
        "intermediateThrowEvent",
        _jump,
        definition=eventing.DEFINITIONS["link"],
        read=eventing.reading("link"),
        check=_check_link,
        ends=True,
        last=True,
    ),
    Element(
        Kind.LINK_CATCH,
        "intermediateCatchEvent",
        pass_through,
        definition=eventing.DEFINITIONS["link"],
        read=eventing.reading("link"),
        check=eventing.checking("link"),
        leave=try_again,
        begins=True,
    ),
)
