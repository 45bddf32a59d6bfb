"""What the runtime runs: the one table that tells what may be deployed.

The token game knows more than rows can hold so far. Whatever is missing here is refused, with its
element and line. An element is added together with the rows that it needs.
"""

from collections.abc import Iterator

from workflows.bpmn.elements import error, title
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Finding, Node, Process

RUNS = frozenset(
    [
        Kind.START,
        Kind.MESSAGE_START,
        Kind.END,
        Kind.TERMINATE_END,
        Kind.SERVICE_TASK,
        Kind.USER_TASK,
        Kind.EXCLUSIVE_GATEWAY,
        Kind.PARALLEL_GATEWAY,
        Kind.BOUNDARY_TIMER,
        Kind.TIMER_CATCH,
    ]
)
SUPPORTED_WORK = frozenset(["handler"])


def check(process: Process) -> Iterator[Finding]:
    """Elements, and sides of elements, that cannot be run yet."""
    inside_refused: set[str] = set()
    for node in process.nodes.values():
        if node.within in inside_refused:
            inside_refused.add(node.id)
        elif node.kind is Kind.UNKNOWN:
            inside_refused.add(node.id)  # refused as it was read
        elif node.kind not in RUNS:
            inside_refused.add(node.id)
            yield error(node, f"{_what(node)} is not supported. Model the step in another way.")
        else:
            yield from _sides(node)


def _what(node: Node) -> str:
    if node.event or node.timer:
        what = node.event.what if node.event else "timer"
        return f"{node.tag} with a {what} event definition"
    return node.kind.value


def _sides(node: Node) -> Iterator[Finding]:
    if node.loop:
        yield error(node, f"{title(node)}: loops and multi-instance are not supported. Remove it.")
    if node.undoes:
        yield error(
            node, f"{title(node)}: compensation is not supported. Remove isForCompensation."
        )
    if node.work and node.work.form not in SUPPORTED_WORK and node.extension("job"):
        yield error(
            node,
            f"{title(node)} has a handler, and names {node.work.form} {node.work.name} too. "
            "Keep one.",
        )
    elif node.work and node.work.form == "topic":
        yield error(
            node,
            f"{title(node)}: work by topic is not supported. Give it a handler with "
            "countersign:job.",
        )
    if node.data.inputs or node.data.outputs:
        yield error(
            node,
            f"{title(node)}: input and output mappings of other tools are not supported. Use "
            "countersign:input.",
        )
    if node.timer and _is_cron(node.timer.text) and node.timer.form == "cycle":
        yield error(node, f"{title(node)}: {node.timer.text} is cron. Write a cycle like R/PT1H.")


def _is_cron(text: str) -> bool:
    return not text.startswith(("R", "=")) and len(text.split()) > 4
