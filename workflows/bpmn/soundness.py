"""Does every run come to an end? Loops that never wait, joins that wait for nobody.

Joins are judged by playing the process without variables: each choice is tried both ways. Since a
token's choices are its own, trying them one token at a time finds every dead end, and the states
stay few. Beyond the budget nothing is claimed.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from workflows.bpmn import families, waits
from workflows.bpmn.elements import error, title, warning
from workflows.bpmn.kinds import STARTS
from workflows.bpmn.links import link_target
from workflows.bpmn.model import Finding, Kind, Node, Process
from workflows.bpmn.subprocesses import begins_by_itself

MOST_STATES = 3_000
MOST_TOKENS = 50
MOST_WAYS = 200  # in which a token may leave one node

State = frozenset[tuple[str, int]]  # flows and the number of tokens on each


def check(process: Process) -> Iterator[Finding]:
    """Findings about the whole of the graph."""
    yield from _check_loops(process)
    if any(node.kind is Kind.INCLUSIVE_GATEWAY for node in process.nodes.values()):
        return  # how many tokens come out of one depends on the conditions that made them
    if any(_is_join(node) for node in process.nodes.values()):
        yield from _check_joins(process)


# --- loops ---


def _check_loops(process: Process) -> Iterator[Finding]:
    """A circle in which no token ever rests would run for ever, unless a script ends it."""
    restless = {
        name
        for name, node in process.nodes.items()
        if not (families.of(node).waits or waits.has_job(node))
    }
    circles = _in_circles(process, restless)
    may_end = any(process.nodes[name].kind is Kind.SCRIPT_TASK for name in circles)
    for name in circles:
        node = process.nodes[name]
        sentence = (
            f"{title(node)} is part of a loop in which nothing waits. Put a task or a timer in it."
        )
        yield warning(node, sentence) if may_end else error(node, sentence)


def _in_circles(process: Process, among: set[str]) -> list[str]:
    """Those of these nodes that lie on, or between, circles made of these nodes alone."""
    after = {name: set(process.targets(process.nodes[name])) & among for name in among}
    before: dict[str, set[str]] = {name: set() for name in among}
    for name, targets in after.items():
        for target in targets:
            before[target].add(name)
    left = _peeled(_peeled(set(among), after, before), before, after)
    return [name for name in process.nodes if name in left]


def _peeled(left: set[str], ahead: dict[str, set[str]], back: dict[str, set[str]]) -> set[str]:
    """Take away, again and again, what has nothing ahead."""
    counts = {name: len(ahead[name] & left) for name in left}
    ready = [name for name, count in counts.items() if count == 0]
    while ready:
        name = ready.pop()
        left.discard(name)
        for previous in back[name] & left:
            counts[previous] -= 1
            if counts[previous] == 0:
                ready.append(previous)
    return left


# --- joins ---


def _check_joins(process: Process) -> Iterator[Finding]:
    try:
        joined, starved = _explore(process)
    except BeyondBudget:
        return
    for node in process.nodes.values():
        if node.id in starved and node.id not in joined:
            yield error(
                node,
                f"{title(node)} waits for tokens that never all arrive. Join the branches of a "
                "choice with an exclusive gateway, those of a split with a parallel one.",
            )
        elif node.id in starved:
            yield warning(
                node, f"On some paths {title(node)} waits for a token that never arrives."
            )


class BeyondBudget(Exception):
    """The process has more runs than are worth trying."""


def _explore(process: Process) -> tuple[set[str], set[str]]:
    """Joins that can complete, and joins at which a token can be left."""
    joined: set[str] = set()
    starved: set[str] = set()
    todo = [
        _state(Counter(flows))
        for node in process.nodes.values()
        if node.kind in STARTS or begins_by_itself(node)
        for flows in _ways(process, node)
    ]
    seen = set(todo)
    while todo:
        state = todo.pop()
        following = _following(process, state, joined)
        if not following:
            starved.update(process.flows[flow].target for flow, _ in state)
        for each in following:
            if sum(count for _, count in each) > MOST_TOKENS or len(seen) > MOST_STATES:
                raise BeyondBudget
            if each not in seen:
                seen.add(each)
                todo.append(each)
    return joined, starved


def _state(tokens: Counter[str]) -> State:
    return frozenset((flow, count) for flow, count in tokens.items() if count > 0)


def _following(process: Process, state: State, joined: set[str]) -> list[State]:
    """Where one token's move leads; the end of everything comes last, a dead end is empty."""
    tokens = Counter(dict(state))
    last: list[State] = []
    for flow in sorted(tokens):
        node = process.nodes[process.flows[flow].target]
        if node.kind is Kind.TERMINATE_END:
            last = [frozenset()]
        elif not _is_join(node):
            return [_moved(tokens, (flow,), way) for way in _ways(process, node)]
        elif all(tokens[each] for each in node.incoming):
            joined.add(node.id)
            return [_moved(tokens, node.incoming, way) for way in _ways(process, node)]
    return last


def _moved(tokens: Counter[str], taken: tuple[str, ...], put: tuple[str, ...]) -> State:
    left = tokens.copy()
    left.subtract(taken)
    left.update(put)
    return _state(left)


def _ways(process: Process, node: Node) -> list[tuple[str, ...]]:
    """Every set of flows over which a token may leave this node, boundary events included."""
    ways = _own_ways(process, node)
    for name in node.boundary:
        event = process.nodes[name]
        if event.kind is Kind.BOUNDARY_COMPENSATION:
            continue  # no token leaves there
        fired = _own_ways(process, event)
        if event.interrupting:
            ways = ways + fired
        else:
            ways = ways + [own + added for own in ways for added in fired]
        if len(ways) > MOST_WAYS:
            raise BeyondBudget
    return list(dict.fromkeys(ways))


def _own_ways(process: Process, node: Node) -> list[tuple[str, ...]]:
    if node.kind is Kind.LINK_THROW:
        target = link_target(process, node)
        return [()] if target is None else _own_ways(process, target)
    if node.kind in (Kind.EXCLUSIVE_GATEWAY, Kind.EVENT_GATEWAY):
        return [(flow,) for flow in node.outgoing] or [()]
    if node.kind is Kind.PARALLEL_GATEWAY:
        return [node.outgoing]
    choices = [flow for flow in node.outgoing if process.flows[flow].condition is not None]
    if not choices or len(choices) > 6:
        return [node.outgoing]
    always = tuple(f for f in node.outgoing if f not in choices and f != node.default_flow)
    ways = [
        always + some for size in range(len(choices) + 1) for some in combinations(choices, size)
    ]
    default = (node.default_flow,) if node.default_flow else ()
    return [way or default for way in ways if way or default]


def _is_join(node: Node) -> bool:
    return node.kind is Kind.PARALLEL_GATEWAY and len(node.incoming) > 1
