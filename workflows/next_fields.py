"""What the flows after a step ask of whoever does it, where the model has no form for it. Pure.

A user task that is followed by the condition `approved` wants to know whether it is approved. What
kind of value each is, is read off the conditions that ask for it.
"""

from collections.abc import Iterator
from decimal import Decimal

from workflows import feel
from workflows.bpmn import expressions
from workflows.bpmn.kinds import GATEWAYS, Kind
from workflows.bpmn.model import Node, Process
from workflows.feel import syntax
from workflows.form_fields import MOST_FIELDS, Asked
from workflows.readable import words
from workflows.start_fields import brought_by

PASSED = GATEWAYS | {Kind.NONE_THROW, Kind.TASK, Kind.MANUAL_TASK}
COUNTS = ("nrOf", "numberOf")  # what loops count, as Camunda 7 and 8 call it
Value = str | bool | Decimal | None  # what a variable is compared with; True where it is a truth


def asked(process: Process, node: Node) -> tuple[Asked, ...]:
    """A field for each variable that is looked at next and that no other step brings."""
    compared: dict[str, list[Value]] = {}
    flows = dict.fromkeys(_flows_decided_next(process, node))
    for tree in (*(process.conditions[flow].tree for flow in flows), *_of_loop(node)):
        for name, value in _compared(tree):
            compared.setdefault(name, []).append(value)
    found = compared.keys() - brought_by(process)
    names = sorted(name for name in found if not name.startswith(COUNTS))
    return tuple(filter(None, (_field(name, compared[name]) for name in names)))[:MOST_FIELDS]


def _flows_decided_next(process: Process, node: Node) -> Iterator[str]:
    """Flows with a condition that a token meets before anybody else does something."""
    seen, ahead = {node.id}, [node]
    while ahead:
        at = ahead.pop()
        for flow in at.outgoing:
            if flow in process.conditions:
                yield flow
            target = process.nodes.get(process.flows[flow].target)
            if target is not None and target.kind in PASSED and target.id not in seen:
                seen.add(target.id)
                ahead.append(target)


def _of_loop(node: Node) -> Iterator[syntax.Tree]:
    """Whether there is another round."""
    for text in (node.loop.until, node.loop.again) if node.loop else ():
        try:
            yield expressions.compiled(text).tree
        except feel.FeelError:
            continue


def _compared(tree: syntax.Tree) -> Iterator[tuple[str, Value]]:
    """Variables of a truth value, each with what it is compared with."""
    match tree:
        case syntax.Name(name):
            yield name, True
        case syntax.Comparison(_, syntax.Name(name), syntax.Literal(value)):
            yield name, value
        case syntax.Comparison(_, syntax.Literal(value), syntax.Name(name)):
            yield name, value
        case syntax.Comparison(_, inner, syntax.Literal(True | False)):
            yield from _compared(inner)
        case syntax.Membership(syntax.Name(name), tests):
            yield from ((name, each.value) for each in tests if isinstance(each, syntax.Literal))
        case _:
            for each in _truths(tree):
                yield from _compared(each)


def _truths(tree: syntax.Tree) -> tuple[syntax.Tree, ...]:
    """What has to be true or false for this to be."""
    match tree:
        case syntax.Conjunction(operands) | syntax.Disjunction(operands):
            return operands
        case syntax.Invocation(syntax.Name("not"), (inner,)):
            return (inner,)
    return ()


def _field(name: str, values: list[Value]) -> Asked | None:
    label = words(name)
    if any(isinstance(each, bool) for each in values):
        return Asked(name, label, "yes or no")
    if any(isinstance(each, Decimal) for each in values):
        return Asked(name, label, "number")
    texts = [each for each in dict.fromkeys(values) if isinstance(each, str) and each]
    if not texts:
        return None
    return Asked(name, label, "choice", choices=tuple((each, each) for each in texts))
