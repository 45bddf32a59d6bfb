"""The token game, pure: where tokens stand plus what happened gives what has to be done.

Semantics follow BPMN 2.0.2, chapter 13; where it leaves room, Camunda. Nothing here reads a clock
or a database; `runtime` turns the effects into rows. The cost of a step does not depend on the size
of the instance: it opens up only the scopes that it touches, and tokens in them are counts.
"""

from collections import Counter
from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from workflows.bpmn import (
    activities,
    adhoc,
    compensation,
    endings,
    event_subprocesses,
    families,
    inclusive,
    propagation,
    subprocesses,
)
from workflows.bpmn.gateways import choose, gateway_before
from workflows.bpmn.model import Node, Process
from workflows.bpmn.propagation import Trouble
from workflows.bpmn.scopes import ROOT, Done, Marking
from workflows.bpmn.spaces import Unread, nothing_unread
from workflows.bpmn.table import Table, Token
from workflows.bpmn.tokens import (
    Activated,
    BoundaryFired,
    Compensated,
    Completed,
    Effect,
    Ended,
    ErrorThrown,
    Escalated,
    Escaped,
    Finished,
    Happening,
    Retried,
    SaidDone,
    Started,
    Triggered,
)

MOST_VISITS = 10_000  # nodes that one step may walk through in one scope
MOST_IN_ALL = 200_000  # and in all scopes together: large loops have a scope for each round


def step(
    process: Process, marking: Marking, happening: Happening, variables: Mapping[str, Any]
) -> tuple[Marking, list[Effect]]:
    """Run tokens until all of them rest, wait at a join, are stuck or have ended.

    Raises `KeyError` for a node or scope that there is not. `marking` is left as it is.
    """
    table = play(process, marking, happening, variables)
    return table.marking(), table.effects


def play(
    process: Process,
    marking: Marking,
    happening: Happening,
    variables: Mapping[str, Any],
    unread: Unread = nothing_unread,
) -> Table:
    """The table after a step: `effects`, and in `touched` the scopes that it opened up.

    `unread` reads scopes that `marking` leaves out, where a step looks into one from outside.
    """
    table = Table(process, marking, variables, unread)
    _happen(happening, table, process.nodes[happening.node])
    _run(table)
    if table.root.live == 0:
        table.effects.append(Finished(_last(table)))
    return table


# --- what happened ---


@singledispatch
def _happen(happening: Happening, _table: Table, _node: Node) -> None:
    raise TypeError(f"{happening!r} is not a happening.")


@_happen.register
def _started(happening: Started, table: Table, node: Node) -> None:
    table.space(happening.scope).live += 1
    activities.occurred(table, Token(node, happening.scope), {}, passed=True)


@_happen.register
def _compensated(happening: Compensated, table: Table, node: Node) -> None:
    table.root.interrupted = True  # nothing else begins in it
    event = table.process.nodes[node.within]
    compensation.begin(table, table.root, event, Done(event.id, inner=happening.done))


@_happen.register
def _completed(happening: Completed, table: Table, node: Node) -> None:
    token = Token(node, happening.scope, inputs=happening.inputs, called=happening.called)
    gateway = gateway_before(table.process, node)
    if gateway is not None:
        choose(table, gateway, token, happening.result)
        return
    table.take(node.id, token.scope)
    families.of(node).leave(table, token, happening.result)


@_happen.register
def _boundary_fired(happening: BoundaryFired, table: Table, node: Node) -> None:
    fire = families.of(node).fire
    fire(table, node, happening.scope, happening.inner, happening.result)


@_happen.register
def _triggered(happening: Triggered, table: Table, node: Node) -> None:
    event_subprocesses.begin(table, node, table.space(happening.scope), happening.result)


@_happen.register
def _error_thrown(happening: ErrorThrown, table: Table, node: Node) -> None:
    token = Token(node, happening.scope)
    told = activities.told(table, token, happening.result)
    trouble = Trouble("error", happening.code, happening.message, told)
    _spread(table, token, happening.inner, trouble)


@_happen.register
def _escalated(happening: Escalated, table: Table, node: Node) -> None:
    token = Token(node, happening.scope)
    told = activities.told(table, token, happening.result)
    trouble = Trouble("escalation", happening.code, result=told)
    _spread(table, token, happening.inner, trouble)


def _spread(table: Table, token: Token, inner: int | None, trouble: Trouble) -> None:
    if not propagation.from_activity(table, token, inner, trouble):
        table.effects.append(
            Escaped(token.node, trouble.what, trouble.code, trouble.message, token.scope,
                    trouble.result)
        )  # fmt: skip


@_happen.register
def _activated(happening: Activated, table: Table, node: Node) -> None:
    subprocesses.activate(table, node, happening.scope)


@_happen.register
def _said_done(happening: SaidDone, table: Table, _node: Node) -> None:
    adhoc.say_done(table, table.space(happening.scope))


@_happen.register
def _retried(happening: Retried, table: Table, node: Node) -> None:
    token, family = Token(node, happening.scope, happening.flow), families.of(node)
    table.take(node.id, token.scope)
    if happening.entering:
        family.arrive(table, token)
    elif family.again:
        family.again(table, token)
    else:
        family.leave(table, token, {})


# --- what follows ---


def _run(table: Table) -> None:
    """Tokens move in the order in which they set out, so a step always plays alike."""
    visits: Counter[int] = Counter()
    in_all = 0
    while True:
        if table.moving:
            token = table.moving.popleft()
            visits[token.scope] += 1
            in_all += 1
            if visits[token.scope] > MOST_VISITS or in_all > MOST_IN_ALL:
                reason = f"The process ran through {MOST_VISITS} nodes or more without a wait."
                table.stick(token, reason, entering=True)
            else:
                families.of(token.node).arrive(table, token)
        elif table.over:
            endings.end(table, table.over.popleft())
        elif not inclusive.settle(table):
            return


def _last(table: Table) -> Node:
    """Where the last token of the instance itself ended."""
    ends = (effect for effect in reversed(table.effects) if isinstance(effect, Ended))
    last = next((effect for effect in ends if effect.scope == ROOT), None)
    return last.node if last else table.effects[-1].node
