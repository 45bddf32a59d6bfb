"""What a token waits for where it rests, and what a scope listens for: said once, for any runtime.

for wait in waits.of(process, entered): open the row that `wait.what` asks for
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from workflows.bpmn import answers
from workflows.bpmn.kinds import STARTS, WORKED, Kind
from workflows.bpmn.model import Node, Process
from workflows.bpmn.tokens import Entered, Opened


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that may happen. `node` is the event or activity that it happens to.

    `what` is job, person, decision, call, undo, answer, timer, message, signal or conditional. `of`
    is the called instance that is to be undone.
    """

    what: str
    node: Node
    of: str = ""


WORK: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.SERVICE_TASK: "job",
        Kind.USER_TASK: "person",
        Kind.RULE_TASK: "decision",
        Kind.CALL_ACTIVITY: "call",
        Kind.RECEIVE_TASK: "message",
    }
)
EVENTS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.TIMER_CATCH: "timer",
        Kind.MESSAGE_CATCH: "message",
        Kind.SIGNAL_CATCH: "signal",
        Kind.CONDITIONAL_CATCH: "conditional",
        Kind.BOUNDARY_TIMER: "timer",
        Kind.BOUNDARY_MESSAGE: "message",
        Kind.BOUNDARY_SIGNAL: "signal",
        Kind.BOUNDARY_CONDITIONAL: "conditional",
        Kind.TIMER_START: "timer",
        Kind.MESSAGE_START: "message",
        Kind.SIGNAL_START: "signal",
        Kind.CONDITIONAL_START: "conditional",
    }
)


def of(process: Process, entered: Entered) -> Iterator[Wait]:
    """What the token that just came to rest waits for: its work, then its boundary."""
    node = entered.node
    if node.kind is Kind.EVENT_GATEWAY:
        for flow in node.outgoing:
            yield from _event(process.nodes[process.flows[flow].target])
        return
    if entered.undoes:
        yield Wait("undo", node, entered.undoes)
    elif entered.work:
        yield from _work(node)
    if entered.boundary:
        for name in node.boundary:
            yield from _event(process.nodes[name])


def in_scope(process: Process, opened: Opened) -> Iterator[Wait]:
    """What begins the event sub-processes of a scope that was just opened."""
    if opened.role in ("body", "event"):
        yield from inside(process, opened.node.id)


def inside(process: Process, container: str = "") -> Iterator[Wait]:
    """What begins the event sub-processes of a sub-process, or of the process itself for ""."""
    for node in process.inside(container):
        if node.kind is Kind.EVENT_SUB_PROCESS:
            for start in process.inside(node.id):
                if start.kind in STARTS:
                    yield from _event(start)


def _work(node: Node) -> Iterator[Wait]:
    if has_job(node):
        yield Wait("job", node)
    elif answers.sends(node):  # as it came to rest, its answer was awaited
        yield Wait("answer", node)
    elif node.kind in WORK:
        yield Wait(WORK[node.kind], node)
    else:
        yield from _event(node)


def has_job(node: Node) -> bool:
    """Whether a handler or an external worker does what a token here waits for."""
    return node.kind is Kind.SERVICE_TASK or (node.kind in WORKED and node.by_worker)


def _event(node: Node) -> Iterator[Wait]:
    if node.kind in EVENTS:
        yield Wait(EVENTS[node.kind], node)
    elif node.kind is Kind.RECEIVE_TASK:  # behind an event-based gateway
        yield Wait("message", node)
