"""Scopes of one instance in another version of its process, as rows.

Those of sub-processes that are new begin with a token of their own, those of sub-processes that are
gone end with theirs. What lies in a new one has another number, because a scope is younger than the
one around it; tokens and whatever is waited for there are told so (`moves`, `moved_waits`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from workflows import cancelling, variables
from workflows.bpmn.moving import Moved
from workflows.bpmn.regrouping import Begun
from workflows.bpmn.scopes import ROOT
from workflows.bpmn.scopes import Scope as Counts
from workflows.models import Activity, ProcessInstance, Scope
from workflows.surroundings import Around

WRITTEN = (
    "number", "parent", "path", "node_id", "live", "resting", "joins", "variables", "done", "queue",
)  # fmt: skip
AT_ONCE = 500  # rows of one statement


@dataclass(slots=True)
class Scopes:
    """What begins, ends and is told otherwise."""

    instance: ProcessInstance
    numbers: Mapping[int, int]  # of those that stay: old number, new number
    begun: dict[int, Activity] = field(default_factory=dict)  # tokens of new scopes, by number
    fresh: list[Scope] = field(default_factory=list)
    left: list[Scope] = field(default_factory=list)
    owners: list[Activity] = field(default_factory=list)  # tokens that end with those
    changed: list[Scope] = field(default_factory=list)
    _before: dict[UUID, list[Any]] = field(default_factory=dict)

    @property
    def entered(self) -> list[str]:
        """The sub-processes that begin."""
        return sorted(row.node_id for row in self.fresh)

    @property
    def gone(self) -> list[str]:
        """The sub-processes that end because they are gone."""
        return sorted(row.node_id for row in self.left)

    def tell(self, around: Around, moved: Moved) -> None:
        """Nodes and counts as they are in the new version; `changed` are those that differ."""
        for number, row in around.rows.items():
            for name, value in _told(moved.marking.inner[number]).items():
                setattr(row, name, value)
            if row.pk in self._before and _values(row) != self._before[row.pk]:
                self.changed.append(row)

    def write(self, *, now: datetime) -> None:
        """What ends first; new tokens before their scopes."""
        cancelling.end_scopes(self.instance, [row.number for row in self.left], now=now)
        cancelling.rows(self.owners, now=now)
        Activity.objects.bulk_create(self.begun.values())
        Scope.objects.bulk_create(self.fresh)
        if self.changed:
            Scope.objects.bulk_update(self.changed, WRITTEN, batch_size=AT_ONCE)


def of(around: Around, moved: Moved, tokens: Iterable[Activity]) -> Scopes:
    """Rows for what begins and ends.

    `around` has the new scopes and numbers from then on; the nodes of those that stay are told by
    `Scopes.tell`. Raises `NotValid` when variables of a scope become too large.
    """
    found = Scopes(around.instance, moved.grouping.numbers)
    found._before = {row.pk: _values(row) for row in around.rows.values()}
    found.left = [row for number, row in around.rows.items() if moved.is_left(number)]
    owners = {row.activity_id for row in found.left}
    found.owners = [each for each in tokens if each.pk in owners]
    kept = [row for number, row in around.rows.items() if not moved.is_left(number)]
    for row in kept:
        row.number = found.numbers[row.number]
    around.rows = {row.number: row for row in kept}
    for begun in moved.begun:
        _begin(found, around, begun)
    for number, row in around.rows.items():
        _settle(row, moved.marking.inner, number)
    around.variables = {**around.instance.variables, **moved.let_out}
    return found


def _begin(found: Scopes, around: Around, begun: Begun) -> None:
    node = begun.node
    token = Activity(
        instance=around.instance, node_id=node.id, kind=node.kind, name=node.name[:200],
        scope=begun.parent, entered_at=around.now,
    )  # fmt: skip
    row = Scope(
        instance=around.instance, number=begun.number, role=Scope.Role.BODY, activity=token,
        node_id=node.id, opened_at=around.now,
    )  # fmt: skip
    found.begun[begun.number] = token
    found.fresh.append(row)
    around.rows[begun.number] = row


def _settle(row: Scope, inner: Mapping[int, Counts], number: int) -> None:
    """Where a scope lies, and what it knows."""
    row.parent = inner[number].parent
    row.path = [*_around(inner, row.parent)]
    row.variables = variables.checked(inner[number].variables)


def _around(inner: Mapping[int, Counts], number: int) -> Iterator[int]:
    """This scope and those around it, the outermost first; without the instance."""
    if number != ROOT:
        yield from _around(inner, inner[number].parent)
        yield number


def _told(counts: Counts) -> dict[str, Any]:
    return {
        "node_id": counts.node,
        "live": counts.live,
        "resting": dict(counts.resting),
        "joins": {node: dict(flows) for node, flows in counts.joins.items()},
        "done": [asdict(each) for each in counts.done],
        "queue": [asdict(each) for each in counts.queue],
    }


def _values(row: Scope) -> list[Any]:
    return [getattr(row, name) for name in WRITTEN]
