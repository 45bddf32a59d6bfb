"""The picture of one instance: its process, and where it stands in it."""

from collections import Counter, defaultdict

from django.utils.safestring import SafeString, mark_safe

from workflows import definitions, queries
from workflows.bpmn import drawing
from workflows.bpmn.drawing import Mark
from workflows.models import Activity, Incident, ProcessInstance

Status = Activity.Status
WORDS = {
    "active": "It stands here.",
    "done": "Done.",
    "incident": "An incident is open here.",
    "cancelled": "Left without finishing.",
}


def of(instance: ProcessInstance) -> SafeString:
    process = definitions.process_of(instance)
    # Drawn by us as elements, every name escaped by the XML library.
    return mark_safe(drawing.svg(process, marks(instance)))  # noqa: S308 - see above


def names(instance: ProcessInstance) -> dict[str, str]:
    """What the steps are called, by node id."""
    nodes = definitions.process_of(instance).nodes.values()
    return {node.id: node.name for node in nodes if node.name}


def marks(instance: ProcessInstance) -> dict[str, Mark]:
    """By node and by flow. What is open outranks what is over."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for node, status, many in queries.visits(instance):
        counts[node][status] += many
    troubled = {
        incident.activity.node_id
        for incident in queries.incidents_of(instance)
        if incident.status == Incident.Status.OPEN
    }
    found = {flow: Mark(state="done") for flow in queries.flows_taken(instance)}
    for node, count in counts.items():
        state = "incident" if node in troubled else _state(count)
        tokens = count[Status.ACTIVE] + count[Status.WAITING]
        found[node] = Mark(state=state, tokens=tokens, note=WORDS[state])
    return found


def _state(count: Counter[str]) -> str:
    if count[Status.ACTIVE] or count[Status.WAITING]:
        return "active"
    return "done" if count[Status.COMPLETED] else "cancelled"
