"""What all activities share (BPMN 2.0.2, 13.3.2): loops around, data in, data out, what is done."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from workflows.bpmn import adhoc, compensation, expressions, loops, skipping
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.model import Node
from workflows.bpmn.scopes import Done, Role
from workflows.bpmn.table import Table, Token
from workflows.bpmn.tokens import Passed, Skipped

Values = Mapping[str, Any]
Perform = Callable[[Table, Token, Values | None], None]


def arriving(perform: Perform) -> Callable[[Table, Token], None]:
    """What a token does that comes to an activity which is performed like this."""

    def arrive(table: Table, token: Token) -> None:
        if token.node.loop and not in_round(table, token):
            loops.begin(table, token)
            return
        try:
            skipped = bool(token.node.skip) and skipping.holds(
                token.node, table.variables(token.scope)
            )
            inputs = None if skipped else given(table, token)
        except Unclear as reason:
            table.stick(token, str(reason), entering=True)
            return
        if skipped:
            table.effects.append(Skipped(token.node, token.scope))
            move_on(table, token, passed=True)
        else:
            perform(table, token, inputs)

    return arrive


def in_round(table: Table, token: Token) -> bool:
    """Whether this token performs one round of a loop."""
    space = table.space(token.scope)
    return space.role is Role.ROUND and space.node == token.node.id


def rest(table: Table, token: Token, inputs: Values | None) -> None:
    """Somebody has to do the work."""
    table.rest(token, boundary=not in_round(table, token), inputs=inputs)


def finish(
    table: Table,
    token: Token,
    result: Values,
    inner: Iterable[Done] = (),
    *,
    own: Values = compensation.NOTHING,
    passed: bool = False,
) -> None:
    """The work is done, and the token rests no longer; what the activity brings is kept.

    Of a sub-process, `inner` is what can be undone in it, and `own` what it knew. `passed`: it
    never rested here, so that its going through is recorded as it leaves.
    """
    if compensation.undoes_a_call(table, token):
        move_on(table, token)
        return
    compensation.record(table, token, inner, own)
    try:
        kept = brought(table, token, result)
    except Unclear as reason:
        table.assign(token, {**own, **_let_out(token, result)})  # or nobody could mend it
        table.stick(token, str(reason))
        return
    if kept:
        table.assign(token, kept)
    move_on(table, token, passed=passed)


def move_on(table: Table, token: Token, *, passed: bool = False) -> None:
    """A completed activity lets its token go: to the loop around, to the next handler, or on."""
    is_round = in_round(table, token)
    if not is_round and not compensation.undoes(table, token):
        _go_on(table, token, passed=passed)
        return
    if passed:
        table.effects.append(Passed(token.node, (), token.flow, token.scope))
    if is_round:
        loops.round_done(table, token)
    else:
        compensation.handled(table, token)


def _go_on(table: Table, token: Token, *, passed: bool) -> None:
    try:
        enough = adhoc.is_inside(table, token) and adhoc.is_enough(table, token)
    except Unclear as reason:
        table.stick(token, str(reason))
        return
    if not enough:
        table.leave(token, passed=passed)
        return
    if passed:
        table.effects.append(Passed(token.node, (), token.flow, token.scope))
    adhoc.cut_short(table, token)


def occurred(table: Table, token: Token, result: Values, *, passed: bool) -> None:
    """An event occurred: what it brings is kept, and the token goes on."""
    if kept_of_event(table, token, result):
        table.leave(token, passed=passed)


def kept_of_event(table: Table, token: Token, result: Values) -> bool:
    """Keep what an event brings, as its mappings say; False when the token is stuck there."""
    kept = result
    if token.node.data.outputs:
        try:
            inside = replace(token, inputs=given(table, token) or {})
            kept = {**brought(table, inside, result), **_said_of_it(token, result)}
        except Unclear as reason:
            table.assign(token, result)
            table.stick(token, str(reason))
            return False
    if kept:
        table.assign(token, kept)
    return True


def _said_of_it(token: Token, result: Values) -> Values:
    """The code and message of what was caught, under the names that the event gives them."""
    event = token.node.event
    names = (event.code_variable, event.text_variable) if event else ()
    return {name: result[name] for name in names if name and name in result}


def given(table: Table, token: Token) -> Values | None:
    """What the model gives to whoever works here, beside variables. Raises `Unclear`."""
    if not token.node.data.inputs:
        return None
    return given_of(token.node, table.variables(token.scope))


def given_of(node: Node, around: Values) -> Values:
    """What an activity is given where these variables are known. Raises `Unclear`."""
    known: dict[str, Any] = {}
    for each in node.data.inputs:
        known[each.name] = expressions.value(each.text, {**around, **known})
    return known


def brought(table: Table, token: Token, result: Values) -> Values:
    """What the work leaves behind, of what it brings. Raises `Unclear`."""
    data = token.node.data
    kept: dict[str, Any] = _let_out(token, result) if data.all_out else {}
    if not data.outputs:
        return kept
    known = {**table.variables(token.scope), **token.inputs, **result}
    for each in data.outputs:
        known[each.name] = kept[each.name] = expressions.value(each.text, known)
    return kept


def told(table: Table, token: Token, result: Values) -> Values:
    """What comes along as the work fails or escalates: of a call, what its mappings let out.

    Raises `Unclear`.
    """
    if token.node.call is None or compensation.undoes_a_call(table, token):
        return result
    return brought(table, token, result)


def _let_out(token: Token, result: Values) -> dict[str, Any]:
    """A result under the name of an input is a change of that input, which stays inside."""
    return {name: value for name, value in result.items() if name not in token.inputs}
