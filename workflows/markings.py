"""Rows of scopes as the marking that the engine plays on."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Count

from workflows.bpmn import scopes
from workflows.bpmn.scopes import ROOT, Marking, Role
from workflows.fetching import fetch_all
from workflows.models import Activity, ProcessInstance, Scope

# The scope with this number, and everything around it.
AROUND = """
self.instance_id = %s AND self.number = ANY (ARRAY (
    SELECT unnest(inner_most.number || inner_most.path) FROM workflows_scope AS inner_most
     WHERE inner_most.instance_id = %s AND inner_most.number = %s
))
"""


def around(instance: ProcessInstance, number: int) -> list[Scope]:
    """The rows of a scope and of those around it; none for the instance itself."""
    if number == ROOT:
        return []
    return fetch_all(Scope, AROUND, [instance.pk, instance.pk, number])


def of(instance: ProcessInstance) -> Marking:
    """Where an instance stands as a whole, every open scope of it; where tokens rest is counted."""
    rows = list(Scope.objects.filter(instance=instance, status=Scope.Status.OPEN))
    known = of_rows(instance, rows)
    at = _resting_tokens(instance)
    inner = {
        number: replace(scope, resting=at.get(number, {})) for number, scope in known.inner.items()
    }
    return replace(known, resting=at.get(ROOT, {}), inner=inner)


def _resting_tokens(instance: ProcessInstance) -> dict[int, dict[str, int]]:
    """How many tokens rest at each node, by scope."""
    tokens = Activity.objects.filter(instance=instance, status=Activity.Status.ACTIVE)
    found: dict[int, dict[str, int]] = {}
    for scope, node, many in tokens.values_list("scope", "node_id").annotate(many=Count("id")):
        found.setdefault(scope, {})[node] = many
    return found


def of_rows(instance: ProcessInstance, rows: Iterable[Scope]) -> Marking:
    """The marking of an instance as far as these rows of scopes tell it."""
    return scopes.from_json(
        {
            "live": instance.live_tokens,
            "joins": instance.joins,
            "resting": instance.resting,
            "role": Role.PROCESS.value,
            "node": "",
            "parent": ROOT,
            "variables": {},
            "rounds": None,
            "index": 0,
            "done": instance.done,
            "queue": [],
            "interrupted": instance.interrupted,
            "inner": {row.number: _scope(row) for row in rows},
            "last": instance.last_scope,
        }
    )


def _scope(row: Scope) -> dict[str, Any]:
    return {
        "live": row.live,
        "joins": row.joins,
        "resting": row.resting,
        "role": row.role,
        "node": row.node_id,
        "parent": row.parent,
        "variables": row.variables,
        "rounds": row.rounds,
        "index": row.index,
        "done": row.done,
        "queue": row.queue,
        "interrupted": row.interrupted,
    }
