"""Business rule tasks: the decision that a task names is asked in the step that reaches it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows import canonical, decision_definitions, decision_results, feel, version_tags
from workflows.bpmn.details import Work
from workflows.bpmn.model import Node
from workflows.models import DecisionDefinition, Incident
from workflows.openings import LONGEST_KEY, CannotOpen, Place, text_said
from workflows.refusals import NotValid, Refusal


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a decision answered: variables for the process, why, and what the journal says."""

    result: Mapping[str, Any]
    trace: Mapping[str, Any]
    detail: Mapping[str, Any]


def of(node: Node, place: Place) -> Ruling:
    """Ask the decision of a task with what is known. Raises `CannotOpen` when it has no answer."""
    work = node.work or Work("decision", "")
    key = text_said(work.name, "decision", node, place, LONGEST_KEY)
    try:
        definition, result = decision_definitions.evaluate(
            key, place.known, version=_version(work, key, place), now=place.now
        )
        if result.errors:
            raise _trouble(node, result.errors[0])
        value = feel.as_json(result.value)
        model = decision_definitions.compiled(definition)
        decision = decision_definitions.default_of(model, key)
        kept = decision_results.kept(work, value, model, decision)
    except Refusal as refusal:
        raise _trouble(node, str(refusal)) from refusal
    return Ruling(
        result=kept,
        trace={"decision": definition.key, "version": definition.version, **result.as_json()},
        detail={
            "node": node.id,
            "decision": definition.key,
            "version": definition.version,
            "digest": definition.digest,
            "result_sha256": canonical.digest({"value": value}),
        },
    )


def _version(work: Work, key: str, place: Place) -> int | None:
    """The version that the model binds to; none for the one in force. Raises `NotValid`."""
    versions = DecisionDefinition.objects.filter(key=key).order_by("-version")
    if work.binding == "version":
        if not (work.version.isascii() and work.version.isdecimal()):
            raise NotValid(f"{work.version!r} is not the number of a version of {key}.")
        return int(work.version[:9])
    if work.binding == "tag":
        tagged = version_tags.newest(versions, work.version)
        if tagged is None:
            raise NotValid(f"No version of {key} has the tag {work.version!r}.")
        return tagged.version
    if work.binding == "deployment":
        deployed_at = place.instance.definition.deployed_at
        versions = versions.filter(published_at__lte=deployed_at)
        return versions.values_list("version", flat=True).first()
    return None


def _trouble(node: Node, sentence: str) -> CannotOpen:
    return CannotOpen(Incident.Kind.HANDLER, f"{node.name or node.id} has no answer: {sentence}")
