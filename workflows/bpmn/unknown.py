"""Elements that are read and drawn, but never run: they are refused with their line."""

from workflows.bpmn.elements import Element
from workflows.bpmn.kinds import Kind
from workflows.bpmn.table import Table, Token


def _stop(table: Table, token: Token) -> None:
    table.stick(token, f"{token.node.tag} is not supported.", entering=True)


ELEMENTS = (Element(Kind.UNKNOWN, "", _stop, waits=True, ends=True),)
