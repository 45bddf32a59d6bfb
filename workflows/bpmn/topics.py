"""Work that workers do: under which topic it waits, and what is said where a file names code.

What another engine would run by itself, such as a Java class, waits here for a worker outside or
a handler of that name: the topic stands for the code.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from workflows.bpmn import retries
from workflows.bpmn.details import ELSEWHERE, Work
from workflows.bpmn.elements import error, title, warning
from workflows.bpmn.kinds import WORKED, Kind
from workflows.bpmn.model import Finding, Node

# What a worker's token can name.
TOPIC = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:$-]{0,199}")

RUNS: Mapping[str, str] = MappingProxyType(
    {
        "class": "runs the Java class {}",
        "delegate": "runs the delegate {}",
        "expression": "runs {}",
        "connector": "uses the connector {}",
        "built-in": "is a {} task, done by the engine,",
    }
)


def check(node: Node) -> Iterator[Finding]:
    """Whether a worker can be told of this step's work, and what stands for what elsewhere."""
    own = any(extension.name == "job" for extension in node.extensions)
    if node.kind not in WORKED or (own and node.work is None):
        return
    if own and node.work is not None:
        what = f"{node.work.form} {node.work.name}"
        yield error(node, f"{title(node)} has a handler, and names {what} too. Keep one.")
    elif node.work is not None and node.work.by_worker:
        yield from _check_work(node, node.work)
    elif node.work is None and node.kind is Kind.SERVICE_TASK:
        yield error(
            node,
            f"{title(node)} has no handler. Add countersign:job with the name of its handler, or "
            "give it a topic.",
        )


def _check_work(node: Node, work: Work) -> Iterator[Finding]:
    if not work.name.strip():
        yield error(node, f"{title(node)} names no topic. Give it one.")
    elif not work.name.startswith("=") and not TOPIC.fullmatch(work.name):
        yield error(
            node,
            f"The topic {work.name[:60]} of {title(node)} is none that a token can name. Use "
            "letters, digits and . : $ - _ alone.",
        )
    elif work.form in ELSEWHERE:
        runs = RUNS[work.form].format(work.headers.get("expression", work.name))
        yield warning(
            node,
            f"{title(node)} {runs} elsewhere. Here its work waits under the topic {work.name}, "
            "for a worker outside or a handler of that name.",
        )
    if not retries.is_understood(work.retries):
        yield warning(
            node,
            f"How often {title(node)} is tried again is not understood: {work.retries[:60]}. It "
            "is tried five times.",
        )
