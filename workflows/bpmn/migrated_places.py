"""Where a step lies in two versions of a process: sub-processes that came, and that are gone. Pure.

Only what begins and ends plainly can begin around running work or be left by it: an embedded
sub-process or a transaction that is performed once and undoes nothing. What people begin in an
ad-hoc sub-process stays as they began it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from workflows.bpmn import links, waits
from workflows.bpmn.kinds import GATEWAYS, STARTS, Kind
from workflows.bpmn.model import Node, Process

PLAIN = frozenset([Kind.SUB_PROCESS, Kind.TRANSACTION])
NOTHING_DONE = GATEWAYS | STARTS | {Kind.END}  # nothing is done at these


def around(process: Process, node: Node) -> list[Node]:
    """The sub-processes in which a node lies, the outermost first."""
    found: list[Node] = []
    while node.within:
        node = process.nodes[node.within]
        found.insert(0, node)
    return found


def added(new: Process, target: Node, kept: Collection[str | None]) -> tuple[Node, ...]:
    """The sub-processes around it inside of the innermost of those that stay."""
    found: list[Node] = []
    for each in around(new, target):
        found = [] if each.id in kept else [*found, each]
    return tuple(found)


def may_begin(process: Process, node: Node) -> bool:
    """Whether a sub-process may begin around work that runs."""
    return node.kind in PLAIN and not node.loop and not node.undoes and not _chosen(process, node)


def may_dissolve(process: Process, node: Node) -> bool:
    """Whether work that runs may leave a sub-process."""
    return may_begin(process, node)


def _chosen(process: Process, node: Node) -> bool:
    """Whether people choose it in an ad-hoc sub-process."""
    return bool(node.within) and process.nodes[node.within].kind is Kind.AD_HOC


def beside(process: Process, node: Node) -> list[Node]:
    """The events that are waited for as long as a sub-process runs."""
    boundary = (process.nodes[name] for name in node.boundary)
    inside = (wait.node for wait in waits.inside(process, node.id))
    return [*(each for each in boundary if each.kind in waits.EVENTS), *inside]


# --- where ways lead ----------------------------------------------------------------------------


def after(process: Process, node: Node) -> set[str]:
    """Where something is done once a token has left a sub-process; its own inside is left out."""
    found = _closure(process, list(_ways(process, node)), without=node.id)
    return {name for name in found if process.nodes[name].kind not in NOTHING_DONE}


def onward(process: Process, node: Node, is_left: Callable[[Node], bool]) -> set[str]:
    """Where a token gets to from here, also as it leaves the sub-processes that `is_left` names."""
    first = [*_ways(process, node), *_events(process, node)]
    for each in reversed(around(process, node)):
        if not is_left(each):
            break
        first += [*_ways(process, each), *_events(process, each)]
    return _closure(process, first, without="")


def _closure(process: Process, first: Iterable[Node], *, without: str) -> set[str]:
    """These nodes and all that follow, with what lies in them."""
    seen: set[str] = set()
    ahead = list(first)
    while ahead:
        node = ahead.pop()
        if node.id in seen or node.id == without:
            continue
        seen.add(node.id)
        ahead += [*_ways(process, node), *_events(process, node), *process.inside(node.id)]
    return seen


def _ways(process: Process, node: Node) -> Iterator[Node]:
    for flow in node.outgoing:
        yield process.nodes[process.flows[flow].target]
    if node.kind is Kind.LINK_THROW and (target := links.link_target(process, node)):
        yield target


def _events(process: Process, node: Node) -> Iterator[Node]:
    for name in node.boundary:
        yield process.nodes[name]
