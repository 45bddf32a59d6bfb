"""What a model asks of the installation and is not there yet: told at deployment, as warnings.

The model runs all the same; an instance that comes to such a step waits there with an incident.
"""

from collections.abc import Iterator

from workflows.bpmn.elements import title, warning
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Finding, Node, Process
from workflows.models import DecisionDefinition, ProcessDefinition


def of(process: Process) -> Iterator[Finding]:
    """A warning for each step whose decision or process nobody has published or deployed."""
    asks = {node.id: _decision(node) for node in process.nodes.values()}
    calls = {node.id: _process(node) for node in process.nodes.values()}
    published = _there(DecisionDefinition, set(asks.values()))
    deployed = _there(ProcessDefinition, set(calls.values())) | {process.id}
    for node in process.nodes.values():
        decision, called = asks[node.id], calls[node.id]
        if decision and decision not in published:
            yield warning(
                node,
                f"{title(node)} asks the decision {decision}, which is not published yet. Publish "
                "it before an instance comes there.",
            )
        if called and called not in deployed:
            yield warning(
                node,
                f"{title(node)} calls the process {called}, which is not deployed yet. Deploy it "
                "before an instance comes there.",
            )


def _decision(node: Node) -> str:
    asks = node.kind is Kind.RULE_TASK and node.work is not None and node.work.form == "decision"
    return "" if not asks or node.work is None else _fixed(node.work.name)


def _process(node: Node) -> str:
    return "" if node.call is None else _fixed(node.call.element)


def _fixed(name: str) -> str:
    """A name that does not depend on variables."""
    return "" if name.startswith("=") else name


def _there(model: type[DecisionDefinition | ProcessDefinition], keys: set[str]) -> set[str]:
    wanted = keys - {""}
    if not wanted:
        return set()
    found = model._default_manager.filter(key__in=wanted).order_by().values_list("key", flat=True)
    return set(found.distinct())
