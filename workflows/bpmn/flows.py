"""Sequence flows and their conditions (BPMN 2.0.2, 8.4.13)."""

import re
from collections.abc import Iterator
from itertools import chain, count

from lxml import etree

from workflows import feel
from workflows.bpmn import expressions, families, juel, listeners, skipping, written
from workflows.bpmn.elements import LONGEST_ID, Reading, name_of
from workflows.bpmn.model import Finding, Flow, Process, Severity
from workflows.bpmn.source import BPMN, child, line_of, reference, text_of

SCRIPTS = frozenset(
    ["javascript", "ecmascript", "groovy", "python", "jython", "ruby", "jruby", "java", "mvel"]
)


def name(root: etree._Element) -> None:
    """Flows need no id in a file (BPMN 2.0.2, 8.3.1): those without get one from both their ends.

    So it stays the same when something else in the file is changed.
    """
    taken = {each.get("id") for each in root.iter(f"{{{BPMN}}}*")}
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        if not flow.get("id"):
            ends = f"{flow.get('sourceRef', '')}-{flow.get('targetRef', '')}"[: LONGEST_ID - 5]
            further = (f"{ends}-{number}" for number in count(2))
            free = next(each for each in chain([ends], further) if each not in taken)
            flow.set("id", free)
            taken.add(free)


def read(element: etree._Element, reading: Reading) -> Flow:
    """The flow that a `sequenceFlow` describes; a condition may begin with `=`."""
    reading.warn(element, listeners.sentence(element))
    skipping.read(element, reading.warn, is_activity=False)
    said = child(element, "conditionExpression")
    condition = "" if said is None else text_of(said)
    return Flow(
        id=element.get("id", ""),
        source=reference(element.get("sourceRef", "")),
        target=reference(element.get("targetRef", "")),
        name=name_of(element, reading),
        condition=_condition(said, condition, element, reading) if condition else None,
        line=line_of(element),
    )


def _condition(
    said: etree._Element | None, text: str, element: etree._Element, reading: Reading
) -> str:
    language = "" if said is None else said.get("language", "").strip().lower()[:100]
    # jBPM names a language by an address, such as http://www.java.com/java.
    if SCRIPTS.intersection(re.split(r"[^a-z]+", language)) and not juel.is_expression(text):
        reading.refuse(
            element,
            f"The condition is written in {language}. Write it in FEEL, without a language.",
        )
    return written.condition(text, element, reading.refuse)


def condition(flow: Flow, reading: Reading) -> feel.Expression | None:
    """The compiled condition; one that is not FEEL is an error at the flow."""
    if flow.condition is None or flow.id in reading.refused:
        return None
    try:
        compiled = expressions.compiled(flow.condition)
        negated = next((name for name in compiled.names if name.startswith("not ")), "")
        if negated:
            sentence = (
                f"{negated!r} is a name in FEEL. Write not({negated[4:]}) where it is not so."
            )
            reading.findings.append(Finding(flow.id, flow.line, sentence))
        return compiled
    except feel.FeelError as error:
        sentence = f"The condition is not FEEL. {error}"
        reading.findings.append(Finding(flow.id, flow.line, sentence))
        return None


def check(process: Process) -> Iterator[Finding]:
    """Flows that lead nowhere, into a beginning, out of an end or back to where they began."""
    errors = (each for each in process.findings if each.severity is Severity.ERROR)
    known = {finding.element for finding in errors}
    for flow in process.flows.values():
        problem = _problem(flow, process, known)
        if problem:
            yield Finding(flow.id, flow.line, problem)
    for node in process.nodes.values():
        if node.default_flow is not None and node.default_flow not in node.outgoing:
            sentence = f"The default flow {node.default_flow} does not leave this element."
            yield Finding(node.id, node.line, sentence)


def _problem(flow: Flow, process: Process, known: set[str]) -> str | None:
    source, target = process.nodes.get(flow.source), process.nodes.get(flow.target)
    if source is None or target is None:
        missing = flow.source if source is None else flow.target
        if missing in known:  # refused already, with a better sentence
            return None
        return f"The flow refers to {missing or 'nothing'}, which does not exist. Connect it."
    if source is target:
        return f"The flow leads from {source.name or source.id} back to itself. Remove it."
    if families.of(target).begins:
        return "A flow may not lead to a start or boundary event."
    if families.of(source).last:
        return "A flow may not leave an end event."
    if source.within != target.within:
        return "A flow may not cross the border of a sub-process."
    return None
