"""Intermediate catching events: a token rests until its event occurs (BPMN 2.0.2, 10.5.4)."""

from collections.abc import Callable

from workflows.bpmn import activities, eventing, expressions
from workflows.bpmn.elements import Element, Values
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.kinds import Kind
from workflows.bpmn.table import Table, Token


def _rest(table: Table, token: Token) -> None:
    table.rest(token)


def _caught(table: Table, token: Token, result: Values) -> None:
    activities.occurred(table, token, result, passed=False)


def _again(table: Table, token: Token) -> None:
    table.leave(token, passed=False)


def _when_true(table: Table, token: Token) -> None:
    """A condition that is true already is not waited for."""
    try:
        held = bool(token.node.event) and expressions.truth(
            token.node.event.condition if token.node.event else "", table.variables(token.scope)
        )
    except Unclear:
        held = False
    if held:
        activities.occurred(table, token, {}, passed=True)
    else:
        table.rest(token)


def _catching(kind: Kind, what: str, arrive: Callable[[Table, Token], None]) -> Element:
    return Element(
        kind,
        "intermediateCatchEvent",
        arrive,
        definition=eventing.DEFINITIONS[what],
        read=eventing.reading(what),
        check=eventing.checking(what),
        leave=_caught,
        again=_again,
        waits=True,
    )


ELEMENTS = (
    _catching(Kind.TIMER_CATCH, "timer", _rest),
    _catching(Kind.MESSAGE_CATCH, "message", _rest),
    _catching(Kind.SIGNAL_CATCH, "signal", _rest),
    _catching(Kind.CONDITIONAL_CATCH, "conditional", _when_true),
)
