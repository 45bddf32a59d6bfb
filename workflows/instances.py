"""A new instance: its row, and the first step of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from workflows import canonical, definitions, markings
from workflows import variables as known
from workflows.advancing import advance
from workflows.bpmn import compensation
from workflows.bpmn.kinds import STARTS, Kind
from workflows.bpmn.model import Node, Process
from workflows.bpmn.tokens import Compensated, Started
from workflows.ids import uuid7
from workflows.inserting import insert_all
from workflows.journal import Fact
from workflows.models import Activity, ProcessDefinition, ProcessInstance
from workflows.refusals import NotValid


@transaction.atomic(savepoint=False)
def start(
    *,
    definition: ProcessDefinition,
    variables: Mapping[str, Any],
    business_key: str,
    by: str,
    now: datetime,
    start_node: str | None = None,
    instance_id: UUID | None = None,
    caller: Activity | None = None,
) -> ProcessInstance:
    """A new instance that has run as far as it can without waiting; `by` is who or what began it.

    `start_node` may be left out where the process has one plain start, or one start in all.
    `caller` is the call activity that waits for it, of an instance that is held.
    """
    node = _start_node(definitions.compiled(definition), start_node)
    instance = ProcessInstance(
        id=instance_id or uuid7(),
        definition=definition,
        business_key=business_key,
        variables=known.checked(variables),
        started_at=now,
        started_by=by,
        **_below(caller),
    )
    insert_all([instance])
    fact = _fact(instance, node, caller)
    advance(instance, Started(node.id), actor=by, now=now, facts=[fact])
    return instance


@transaction.atomic(savepoint=False)
def undo(*, instance: ProcessInstance, caller: Activity, now: datetime) -> ProcessInstance:
    """A new instance that undoes what this one, which is over and was called, has done.

    It is of the same version, knows what that one knew at its end, and begins with the compensation
    event sub-process of the process.
    """
    node = compensation.beginning_of(definitions.process_of(instance))
    if node is None:
        raise NotValid(f"{instance.definition} has no compensation event sub-process.")
    fresh = ProcessInstance(
        id=uuid7(),
        definition=instance.definition,
        business_key=instance.business_key,
        variables=instance.variables,
        started_at=now,
        started_by="system",
        **_below(caller),
    )
    insert_all([fresh])
    done = markings.of(instance).done
    fact = _fact(fresh, node, caller, undoes=str(instance.pk))
    happening = Compensated(node.id, done=tuple(done))
    advance(fresh, happening, actor="system", now=now, facts=[fact])
    return fresh


def _start_node(process: Process, wanted: str | None) -> Node:
    starts = [node for node in process.inside("") if node.kind in STARTS]
    if wanted is not None:
        starts = [node for node in starts if node.id == wanted]
    elif len(starts) > 1:
        starts = [node for node in starts if node.kind is Kind.START]
    if len(starts) != 1:
        raise NotValid(f"{process.name} cannot be started like this. Name one of its start events.")
    return starts[0]


def _below(caller: Activity | None) -> dict[str, Any]:
    """Where a called instance belongs."""
    if caller is None:
        return {}
    above = caller.instance
    return {"caller": caller, "root_id": above.root_id or above.pk, "depth": above.depth + 1}


def _fact(instance: ProcessInstance, node: Node, caller: Activity | None, **more: str) -> Fact:
    detail = {
        "definition": instance.definition.key,
        "version": instance.definition.version,
        "node": node.id,
        "variables_sha256": canonical.digest(instance.variables),
        **more,
    }
    if caller:
        detail["caller"] = str(caller.instance_id)
    subject = f"process:{instance.pk}"
    return Fact(kind="process.started", actor=instance.started_by, subject=subject, detail=detail)
