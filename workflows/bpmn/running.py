"""What the runtime runs: the one table that tells what may be deployed.

The token game knows more than rows can hold so far. Whatever is missing here is refused, with its
element and line. An element is added together with the rows that it needs.
"""

from collections.abc import Iterator

from workflows.bpmn.elements import error, title
from workflows.bpmn.kinds import ENDS, Kind
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
    if not node.outgoing and node.kind not in ENDS:
        yield error(node, f"No flow leaves {title(node)}. Lead one to the next step or to an end.")
    if node.loop:
        yield error(node, f"{title(node)}: loops and multi-instance are not supported. Remove it.")
    if node.undoes:
        yield error(
            node, f"{title(node)}: compensation is not supported. Remove isForCompensation."
        )
    if node.data.inputs or node.data.outputs:
        yield error(
            node,
            f"{title(node)}: input and output mappings of other tools are not supported. Use "
            "countersign:input.",
        )
    if node.timer and node.timer.form == "cycle" and _is_cron(node.timer.text):
        yield error(node, f"{title(node)}: {node.timer.text} is cron. Write a cycle like R/PT1H.")
    yield from _work(node)


def _work(node: Node) -> Iterator[Finding]:
    said = {extension.name for extension in node.extensions}
    if node.kind is Kind.USER_TASK and "review" not in said:
        yield error(
            node, f"{title(node)} asks nothing. Add countersign:review with the kind of review."
        )
    if node.kind is not Kind.SERVICE_TASK:
        return
    if "job" in said and node.work:
        what = f"{node.work.form} {node.work.name}"
        yield error(node, f"{title(node)} has a handler, and names {what} too. Keep one.")
    elif "job" not in said and node.work:
        yield error(
            node,
            f"{title(node)}: work by {node.work.form} is not supported. Give it a handler with "
            "countersign:job.",
        )
    elif "job" not in said:
        yield error(
            node, f"{title(node)} has no handler. Add countersign:job with the name of its handler."
        )


def _is_cron(text: str) -> bool:
    return not text.startswith(("R", "=")) and len(text.split()) > 4
