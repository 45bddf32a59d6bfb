"""Business rule tasks: the decision that a task names is asked in the step that reaches it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows import canonical, decision_definitions, feel
from workflows.bpmn.details import Work
from workflows.bpmn.model import Node
from workflows.models import DecisionDefinition, Incident
from workflows.openings import CannotOpen, Place
from workflows.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a decision answered: variables for the process, why, and what the journal says."""

    result: Mapping[str, Any]
    trace: Mapping[str, Any]
    detail: Mapping[str, Any]


def of(node: Node, place: Place) -> Ruling:
    """Ask the decision of a task with what is known. Raises `CannotOpen` when it has no answer."""
    work = node.work or Work("decision", "")
    try:
        definition, result = decision_definitions.evaluate(
            work.name, place.known, version=_version(work, place), now=place.now
        )
    except Refusal as refusal:
        raise _trouble(node, str(refusal)) from refusal
    if result.errors:
        raise _trouble(node, result.errors[0])
    value = feel.as_json(result.value)
    return Ruling(
        result={work.result: value} if work.result else {},
        trace={"decision": definition.key, "version": definition.version, **result.as_json()},
        detail={
            "node": node.id,
            "decision": definition.key,
            "version": definition.version,
            "digest": definition.digest,
            "result_sha256": canonical.digest({"value": value}),
        },
    )


def _version(work: Work, place: Place) -> int | None:
    """The version that the model binds to; none for the one in force."""
    if work.binding == "version":
        if not work.version.isdecimal():
            sentence = f"{work.version!r} is not the number of a version of {work.name}."
            raise CannotOpen(Incident.Kind.HANDLER, sentence)
        return int(work.version[:9])
    if work.binding == "deployment":
        deployed_at = place.instance.definition.deployed_at
        versions = DecisionDefinition.objects.filter(key=work.name, published_at__lte=deployed_at)
        return versions.order_by("-version").values_list("version", flat=True).first()
    return None


def _trouble(node: Node, sentence: str) -> CannotOpen:
    return CannotOpen(Incident.Kind.HANDLER, f"{node.name or node.id} has no answer: {sentence}")
