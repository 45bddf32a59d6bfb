"""What the runtime runs: the one table that tells what may be deployed.

The token game knows more than rows can hold so far. Whatever is missing here is refused, with its
element and line. An element is added together with the rows that it needs.
"""

from collections.abc import Iterator

from workflows.bpmn import topics
from workflows.bpmn.elements import error
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Finding, Node, Process

RUNS = frozenset(
    [
        Kind.START,
        Kind.MESSAGE_START,
        Kind.SIGNAL_START,
        Kind.CONDITIONAL_START,
        Kind.TIMER_START,
        Kind.ERROR_START,
        Kind.ESCALATION_START,
        Kind.COMPENSATION_START,
        Kind.END,
        Kind.TERMINATE_END,
        Kind.ERROR_END,
        Kind.MESSAGE_END,
        Kind.SIGNAL_END,
        Kind.ESCALATION_END,
        Kind.COMPENSATION_END,
        Kind.CANCEL_END,
        Kind.TASK,
        Kind.MANUAL_TASK,
        Kind.SCRIPT_TASK,
        Kind.RULE_TASK,
        Kind.SERVICE_TASK,
        Kind.USER_TASK,
        Kind.CALL_ACTIVITY,
        Kind.SEND_TASK,
        Kind.RECEIVE_TASK,
        Kind.SUB_PROCESS,
        Kind.EVENT_SUB_PROCESS,
        Kind.TRANSACTION,
        Kind.AD_HOC,
        Kind.EXCLUSIVE_GATEWAY,
        Kind.PARALLEL_GATEWAY,
        Kind.INCLUSIVE_GATEWAY,
        Kind.EVENT_GATEWAY,
        Kind.BOUNDARY_TIMER,
        Kind.BOUNDARY_MESSAGE,
        Kind.BOUNDARY_SIGNAL,
        Kind.BOUNDARY_CONDITIONAL,
        Kind.BOUNDARY_ERROR,
        Kind.BOUNDARY_ESCALATION,
        Kind.BOUNDARY_COMPENSATION,
        Kind.BOUNDARY_CANCEL,
        Kind.TIMER_CATCH,
        Kind.MESSAGE_CATCH,
        Kind.SIGNAL_CATCH,
        Kind.CONDITIONAL_CATCH,
        Kind.LINK_CATCH,
        Kind.NONE_THROW,
        Kind.MESSAGE_THROW,
        Kind.SIGNAL_THROW,
        Kind.LINK_THROW,
        Kind.ESCALATION_THROW,
        Kind.COMPENSATION_THROW,
    ]
)
IN_EVENT_SUB_PROCESSES = (Kind.CONDITIONAL_START,)  # not at the beginning of a process


def check(process: Process) -> Iterator[Finding]:
    """Elements, and sides of elements, that cannot be run yet."""
    inside_refused: set[str] = set()
    for node in process.nodes.values():
        if node.within in inside_refused:
            inside_refused.add(node.id)
        elif node.kind is Kind.UNKNOWN:
            inside_refused.add(node.id)  # refused as it was read
        elif node.kind not in RUNS or not _stands_right(node):
            inside_refused.add(node.id)
            yield error(node, f"{_what(node)} is not supported. Model the step in another way.")
        else:
            yield from _sides(node)


def _stands_right(node: Node) -> bool:
    return bool(node.within) or node.kind not in IN_EVENT_SUB_PROCESSES


def _what(node: Node) -> str:
    if node.event or node.timer:
        what = node.event.what if node.event else "timer"
        return f"{node.tag} with a {what} event definition"
    return node.kind.value


def _sides(node: Node) -> Iterator[Finding]:
    yield from topics.check(node)
