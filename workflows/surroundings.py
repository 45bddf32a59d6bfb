"""The open scopes of an instance, and what is known in each: read once, for many questions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflows.bpmn.kinds import CONTAINERS
from workflows.bpmn.model import Process
from workflows.bpmn.scopes import ROOT
from workflows.bpmn.tokens import Entered
from workflows.models import Activity, ProcessInstance, Scope
from workflows.openings import Place


class Around:
    """What lies around the tokens of one instance."""

    def __init__(self, instance: ProcessInstance, now: datetime) -> None:
        self.instance, self.now = instance, now
        self.variables: Mapping[str, Any] = instance.variables
        self.rows: dict[int, Scope] = {}
        if instance.last_scope:
            found = Scope.objects.filter(instance=instance, status=Scope.Status.OPEN)
            self.rows = {row.number: row for row in found}

    def place(self, number: int, activity: Activity | None = None) -> Place:
        """Where something is waited for."""
        known: dict[str, Any] = dict(self.variables)
        if number != ROOT:
            for each in (*self.rows[number].path, number):
                known |= self.rows[each].variables
        if activity and activity.inputs:
            known |= activity.inputs
        return Place(self.instance, self.now, number, activity, known)

    def entered(self, activity: Activity, process: Process, node_id: str) -> Entered:
        """How a token came to rest at this node: with its work, unless it is outside of it."""
        node, row = process.nodes[node_id], self.rows.get(activity.scope)
        in_round = row is not None and row.role == "round" and row.node_id == activity.node_id
        outside = node.kind in CONTAINERS or (node.loop is not None and not in_round)
        if row is not None and row.role == "undo" and not node.undoes:
            return Entered(node, None, activity.scope, work=False, boundary=False)  # of its call
        return Entered(node, None, activity.scope, work=not outside, boundary=not in_round)

    def listening(self) -> list[tuple[int, str]]:
        """Scopes whose event sub-processes may begin, with the nodes that they are inside of."""
        inner = (
            (row.number, row.node_id)
            for row in self.rows.values()
            if row.role in ("body", "event") and not row.interrupted
        )
        return [*inner] if self.instance.interrupted else [(ROOT, ""), *inner]
