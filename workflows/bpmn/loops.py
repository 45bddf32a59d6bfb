"""Multi-instance activities and standard loops (BPMN 2.0.2, 10.3.8, 13.3.6 and 13.3.7).

The token rests at the activity in its own scope. Inside, a loop scope counts the rounds; each
round is a scope whose only token performs the activity. As in Camunda, a sequential loop reads its
collection anew for each round, and the completion condition is looked at after each round.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workflows.bpmn import expressions
from workflows.bpmn.details import Loop
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.model import Node
from workflows.bpmn.scopes import Role, Rounds
from workflows.bpmn.spaces import Space
from workflows.bpmn.table import Table, Token

MOST_ROUNDS = 10_000
MOST_SCOPES = 50_000  # that one step may open: rounds within rounds are many very soon


def begin(table: Table, token: Token) -> None:
    """A token came to an activity that is performed several times, or not at all."""
    loop = _of(token.node)
    try:
        items = _items(loop, table.variables(token.scope)) if loop.collection else None
        total = _total(loop, table.variables(token.scope), items)
        _refuse_too_many(table, total or 0)
        none = total == 0 or not _again(loop, table, token.scope, 0)
    except Unclear as reason:
        table.stick(token, str(reason), entering=True)
        return
    if none:
        if loop.results:
            table.assign(token, {loop.results: []})
        table.leave(token, passed=True)
        return
    table.rest(token, work=False)
    space = table.open(Role.LOOP, token.node, token.scope)
    space.rounds = Rounds(total)
    at_once = total if total is not None and not loop.sequential and not loop.standard else 1
    for _ in range(at_once):
        _start(table, space, items)


def round_done(table: Table, token: Token) -> None:
    """One round is complete: perhaps another follows, perhaps the rest is not needed."""
    done = table.space(token.scope)
    space = table.space(done.parent)
    rounds, loop = _rounds(space), _of(token.node)
    try:
        rounds = _collected(table, done, replace(rounds, completed=rounds.completed + 1), loop)
        enough = _enough(table, token, space, rounds)
        more = not enough and _more(table, space, rounds, loop)
    except Unclear as reason:
        table.stick(token, str(reason))
        return
    space.rounds = rounds
    space.done += done.all_done()
    table.close(done)
    space.live -= 1
    if enough and space.live:
        table.empty(space, token.node)
    if more:
        _start(table, space)
    if not space.live:
        table.over.append(space.number)


def results(table: Table, space: Space) -> Mapping[str, Any]:
    """What a loop as a whole brings: the list of its rounds' results, in their order."""
    loop, rounds = _of(table.process.nodes[space.node]), _rounds(space)
    if not loop.results:
        return {}
    found = dict(rounds.results)
    return {loop.results: [found.get(index) for index in range(rounds.started)]}


def _start(table: Table, space: Space, items: list[Any] | None = None) -> None:
    node = table.process.nodes[space.node]
    rounds, loop = _rounds(space), _of(node)
    index = rounds.started
    known: dict[str, Any] = {"loopCounter": index + loop.first}
    if loop.counter:
        known[loop.counter] = index + loop.first
    if loop.collection and loop.item:
        if items is None:
            items = _items(loop, table.variables(space.parent))
        known[loop.item] = items[index] if index < len(items) else None
    space.rounds = replace(rounds, started=index + 1)
    space.live += 1
    inside = table.open(Role.ROUND, node, space.number, known, index=index)
    inside.live = 1
    table.moving.append(Token(node, inside.number))


def _of(node: Node) -> Loop:
    if node.loop is None:
        raise ValueError(f"{node.id} is not performed several times.")
    return node.loop


def _rounds(space: Space) -> Rounds:
    return space.rounds or Rounds()


# --- how many ---


def _total(loop: Loop, variables: Mapping[str, Any], items: list[Any] | None) -> int | None:
    """The number of rounds, or None when a condition tells."""
    if loop.standard:
        return None
    if items is not None:
        total = len(items)
    else:
        said = expressions.evaluated(loop.cardinality, variables)
        if isinstance(said, bool) or not isinstance(said, int) or said < 0:
            raise Unclear(f"{loop.cardinality} is not a number of instances. Check its variables.")
        total = said
    if total > MOST_ROUNDS:
        raise Unclear(f"{total} instances are too many. At most {MOST_ROUNDS} are possible.")
    return total


def _refuse_too_many(table: Table, total: int) -> None:
    if table.opened + total > MOST_SCOPES:
        raise Unclear(
            f"With {total} instances more, one step would begin more than {MOST_SCOPES} at once. "
            "Let them follow each other."
        )


def _items(loop: Loop, variables: Mapping[str, Any]) -> list[Any]:
    items = expressions.evaluated(loop.collection, variables)
    if not isinstance(items, list):
        raise Unclear(f"{loop.collection} is not a list. Check the variables that it reads.")
    return items


def _more(table: Table, space: Space, rounds: Rounds, loop: Loop) -> bool:
    """Whether another round begins now that one is complete."""
    if rounds.total is None:
        return _again(loop, table, space.parent, rounds.started)
    return loop.sequential and rounds.started < rounds.total


def _again(loop: Loop, table: Table, scope: int, started: int) -> bool:
    """A standard loop: whether round number `started` is to be."""
    if not loop.standard or (started == 0 and not loop.before):
        return True
    if (loop.most is not None and started >= loop.most) or started >= MOST_ROUNDS:
        return False
    if not loop.again:
        return loop.most is not None
    known = {**table.variables(scope), "loopCounter": started + loop.first}
    return expressions.truth(loop.again, known)


# --- what rounds bring ---


def _collected(table: Table, done: Space, rounds: Rounds, loop: Loop) -> Rounds:
    """With what this round brings to the results of its loop."""
    if not loop.results:
        return rounds
    known = table.variables(done.number)
    value = expressions.evaluated(loop.result, known) if loop.result else None
    return replace(rounds, results=(*rounds.results, (done.index, value)))


def _enough(table: Table, token: Token, space: Space, rounds: Rounds) -> bool:
    loop = _of(token.node)
    if not loop.until:
        return False
    counts = _counts(rounds, space.live - 1)
    return expressions.truth(loop.until, {**table.variables(token.scope), **counts})


def _counts(rounds: Rounds, active: int) -> dict[str, Any]:
    """The counts that a completion condition may ask for, under the names of Camunda 8 and 7."""
    total = rounds.started if rounds.total is None else rounds.total
    return {
        "numberOfInstances": total,
        "numberOfActiveInstances": active,
        "numberOfCompletedInstances": rounds.completed,
        "numberOfTerminatedInstances": 0,
        "nrOfInstances": total,
        "nrOfActiveInstances": active,
        "nrOfCompletedInstances": rounds.completed,
    }
