"""Tokens that wait at joins: which rows a gateway consumes, the longest waiting first.

How many wait is counted in their scope, so rows are looked for only when a gateway goes on.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from workflows.bpmn.scopes import ROOT, Marking
from workflows.bpmn.tokens import Joined
from workflows.models import Activity, ProcessInstance

Place = tuple[int, str, str]  # scope, gateway and flow


class Joins:
    """Who waits at the joins of one held instance."""

    def __init__(self, marking: Marking) -> None:
        self._before = _counts(marking)  # in the database, and not consumed yet
        self._fresh: dict[Place, deque[Activity]] = defaultdict(deque)
        self._taken: Counter[Place] = Counter()

    def arrived(self, activity: Activity) -> None:
        """A token that came in this step waits."""
        self._fresh[activity.scope, activity.node_id, activity.flow_id].append(activity)

    def joined(self, effect: Joined) -> list[Activity]:
        """One token of each flow is consumed; those that came in this step."""
        fresh = []
        for flow in effect.flows:
            place = (effect.scope, effect.node.id, flow)
            if self._before[place]:
                self._before[place] -= 1
                self._taken[place] += 1
            else:
                fresh.append(self._fresh[place].popleft())
        return fresh

    def forget(self, is_within: Callable[[int], bool]) -> None:
        """Those who wait in these scopes were cancelled."""
        for place in [*self._before, *self._fresh]:
            if is_within(place[0]):
                self._before.pop(place, None)
                self._fresh.pop(place, None)

    def consumed(self, instance: ProcessInstance) -> Iterable[UUID]:
        """The rows, written before this step, whose tokens are consumed."""
        if not self._taken:
            return []
        scopes, nodes, flows = (set(each) for each in zip(*self._taken, strict=True))
        waiting = Activity.objects.filter(
            instance=instance,
            status=Activity.Status.WAITING,
            scope__in=scopes,
            node_id__in=nodes,
            flow_id__in=flows,
        ).annotate(place=_PLACE)
        rows = waiting.filter(place__lte=max(self._taken.values()))
        found = rows.values_list("pk", "scope", "node_id", "flow_id", "place")
        return [pk for pk, *where, place in found if place <= self._taken[_place(where)]]


_PLACE = Window(
    RowNumber(), partition_by=[F("scope"), F("node_id"), F("flow_id")], order_by=F("id").asc()
)


def _place(where: list[Any]) -> Place:
    scope, node, flow = where
    return scope, node, flow


def _counts(marking: Marking) -> Counter[Place]:
    found: Counter[Place] = Counter()
    for number, scope in [(ROOT, marking), *marking.inner.items()]:
        for node, flows in scope.joins.items():
            for flow, many in flows.items():
                found[number, node, flow] = many
    return found
