"""Ad-hoc sub-processes (BPMN 2.0.2, 10.3.5 and 13.3.5): people choose what is done, and when.

The completion condition is looked at whenever an activity inside is done. Without one, the whole
is complete when everything that the model began is done; where people begin the activities, when
one of them says so.
"""

from workflows.bpmn import expressions
from workflows.bpmn.details import AdHoc
from workflows.bpmn.elements import title
from workflows.bpmn.happenings import CannotBe
from workflows.bpmn.kinds import Kind
from workflows.bpmn.scopes import Role
from workflows.bpmn.spaces import Space
from workflows.bpmn.table import Table, Token


def is_inside(table: Table, token: Token) -> bool:
    """Whether this token lies directly in an ad-hoc sub-process."""
    space = table.space(token.scope)
    return space.role is Role.BODY and table.process.nodes[space.node].kind is Kind.AD_HOC


def is_enough(table: Table, token: Token) -> bool:
    """Whether what is still under way beside this finished activity is not needed."""
    space = table.space(token.scope)
    said = _said(table, space)
    return bool(said.until) and said.cancel_rest and _holds(table, space)


def cut_short(table: Table, token: Token) -> None:
    """Cancel what is still under way; the sub-process is complete."""
    space = table.space(token.scope)
    table.empty(space, table.process.nodes[space.node])
    table.over.append(space.number)


def is_complete(table: Table, space: Space) -> bool:
    """Whether an ad-hoc sub-process in which nothing is under way is done."""
    said = _said(table, space)
    if said.until:
        return _holds(table, space)
    return bool(said.active) or space.number in table.said_done


def say_done(table: Table, space: Space) -> None:
    """Somebody says that this is done; `CannotBe` with a sentence when it is not."""
    name = title(table.process.nodes[space.node])
    if space.live:
        raise CannotBe(f"Something in {name} is under way. Finish it first.")
    table.said_done.add(space.number)
    if not is_complete(table, space):
        raise CannotBe(f"{name} is done when {_said(table, space).until} is true, which it is not.")
    table.over.append(space.number)


def _holds(table: Table, space: Space) -> bool:
    return expressions.truth(_said(table, space).until, table.variables(space.number))


def _said(table: Table, space: Space) -> AdHoc:
    return table.process.nodes[space.node].adhoc or AdHoc()
