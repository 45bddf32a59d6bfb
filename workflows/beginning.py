"""How a process begins because it is told something: under which key, and once where it says so.

    <countersign:start key="booking.id" once="event"/>

`once` is "process" (one instance for each key, whichever of its events begins it) or "event" (one
for each event and key). The database holds it: of two that come at once, the second waits and then
finds the first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from workflows import definitions, journal, runtime
from workflows.bpmn import expressions
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.model import Node
from workflows.ids import uuid7
from workflows.literals import literal
from workflows.models import Beginning, Listener, ProcessDefinition, ProcessInstance
from workflows.refusals import NotValid

LONGEST_KEY = 200


class Again(StrEnum):
    """What it means that something was told to a process that has begun already."""

    REPEATED = "repeated"  # it knows that
    LATE = "late"  # it is over, and never knew
    EARLY = "early"  # it does not wait for that yet


@dataclass(frozen=True, slots=True)
class Begun:
    """The instance that begins, or has begun before for the same key."""

    instance: ProcessInstance
    is_new: bool


def begin(
    *,
    definition: ProcessDefinition,
    node_id: str,
    variables: Mapping[str, Any],
    key: str,
    by: str,
    now: datetime,
    instance_id: UUID | None = None,
) -> Begun:
    """Begin a process at this event; `key` is the one that came with what was told.

    Raises `NotValid` when the model wants a key and there is none, or none that is plain text.
    """
    node = definitions.compiled(definition).nodes[node_id]
    said = node.extension("start")
    own = _key(said.get("key", ""), node, variables) or key
    wanted = instance_id or uuid7()
    if said.get("once"):
        first = _first(definition, node, own, wanted, now)
        if first != wanted:
            found = ProcessInstance.objects.select_related("definition")
            return Begun(found.get(pk=first), is_new=False)
    instance = runtime.start(
        definition=definition, variables=variables, business_key=own, by=by, now=now,
        start_node=node_id, instance_id=wanted,
    )  # fmt: skip
    return Begun(instance, is_new=True)


def told_again(
    kind: str, name: str, *, instance: ProcessInstance, actor: str, now: datetime
) -> Again:
    """Note in the journal of an instance that it was told something that does not move it on.

    `kind` is "message" or "signal". What it does not wait for yet is not noted.
    """
    held = runtime.hold(instance.pk)
    again = _meaning(kind, name, held)
    if again is not Again.EARLY:
        journal.record(f"{kind}.{again}", instance=held, actor=actor, now=now, name=name)
    return again


def sentence(again: Again, instance: ProcessInstance) -> str:
    """What became of it, for whoever looks at what was told."""
    if again is Again.REPEATED:
        return f"{instance.definition.name} knows that already. Nothing was changed."
    return (
        f"{instance.definition.name} was over when it came, and did not wait for it any more. Look "
        "whether somebody has to do something about it."
    )


def _meaning(kind: str, name: str, instance: ProcessInstance) -> Again:
    node_id = Beginning.objects.values_list("node_id", flat=True).get(instance=instance)
    node = definitions.process_of(instance).nodes[node_id]
    if node.event is not None and (node.event.what, node.event.name) == (kind, name):
        return Again.REPEATED
    heard = Listener.objects.filter(instance=instance, kind=kind, name=name)
    if heard.filter(status=literal("heard")).exists():
        return Again.REPEATED
    over = instance.status != ProcessInstance.Status.RUNNING
    return Again.LATE if over else Again.EARLY


def _first(
    definition: ProcessDefinition, node: Node, key: str, wanted: UUID, now: datetime
) -> UUID:
    """The id of the instance that has the key: `wanted`, unless another one was first."""
    if not key:
        raise NotValid(
            f"{definition.name} begins once for each key, and no key came. Send a business key."
        )
    event = node.id if node.extension("start")["once"] == "event" else ""
    row = Beginning(
        process=definition.key, event=event, key=key, instance_id=wanted, node_id=node.id,
        began_at=now,
    )  # fmt: skip
    Beginning.objects.bulk_create([row], ignore_conflicts=True)
    place = Beginning.objects.filter(process=definition.key, event=event, key=key)
    return place.values_list("instance_id", flat=True).get()


def _key(text: str, node: Node, variables: Mapping[str, Any]) -> str:
    if not text:
        return ""
    try:
        value = expressions.evaluated(text, variables)
    except Unclear as reason:
        raise NotValid(str(reason)) from reason
    plain = isinstance(value, str | int) and not isinstance(value, bool)
    if not plain or not str(value) or len(str(value)) > LONGEST_KEY or not str(value).isprintable():
        raise NotValid(
            f"The key {text} of {node.name or node.id} is no plain text of 1 to {LONGEST_KEY} "
            "characters. Send what it is made of."
        )
    return str(value)
