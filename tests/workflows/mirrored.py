"""The same instance twice: rows in the database, and the reference in memory.

After every step both have to say the same: which scopes are open and what they know, which tokens
rest or wait where, and for which timers and listeners.
"""

from collections import Counter
from typing import Any

from django.db import transaction

from tests.workflows.bpmn.world import Row, World
from tests.workflows.builders import NOW
from workflows import runtime, standing
from workflows.bpmn import waits
from workflows.bpmn.parser import parse
from workflows.bpmn.scopes import ROOT
from workflows.bpmn.tokens import (
    BoundaryFired,
    Completed,
    ErrorThrown,
    Happening,
    Retried,
    Triggered,
)
from workflows.journal import Fact
from workflows.models import Activity, Listener, ProcessDefinition, ProcessInstance, Scope, Timer

LIVE = ("active", "waiting")
COUNTED = ("timer", "message", "signal", "conditional")


class Mirrored:
    """An instance of a model in the database, and the world that it has to equal."""

    def __init__(self, source: bytes, **variables: Any) -> None:
        (process,) = parse(source)
        self.world = World(process, **variables)
        definition = ProcessDefinition.objects.create(
            key=process.id,
            version=ProcessDefinition.objects.count() + 1,
            name="Drawn",
            source=source,
            source_sha256="0" * 64,
            deployed_at=NOW,
            deployed_by="user:ada",
        )
        instance = runtime.start(
            definition=definition, variables=variables, business_key="", by="x", now=NOW
        )
        self.pk = instance.pk
        self.world.begin()
        self.check()

    @property
    def instance(self) -> ProcessInstance:
        return ProcessInstance.objects.get(pk=self.pk)

    def know(self, **variables: Any) -> None:
        """Somebody corrects variables of the instance."""
        self.world.variables.update(variables)
        instance = self.instance
        instance.variables |= variables
        instance.save(update_fields=["variables"])

    def do(self, happening: Happening, row: Row | None = None) -> None:
        """The same thing happens to both."""
        token = self._token(row) if row else None
        with transaction.atomic():
            self._happen(happening, token)
        self.world.do(happening, row)
        self.check()

    def complete(self, node: str, at: int = 0, **result: Any) -> "Mirrored":
        """The work at this node is done, or its event occurred."""
        row = self.world._row(node, at)
        self.do(Completed(node, row.scope, result), row)
        return self

    def offer(self, node: str, at: int = 0) -> "Mirrored":
        """Something that may happen at this node happens."""
        found = [each for each in self.world.offers() if each[0].node == node]
        self.do(*found[at])
        return self

    def _happen(self, happening: Happening, token: Activity | None) -> None:
        held = runtime.hold(self.pk)
        said: dict[str, Any] = {"instance": held, "actor": "user:ada", "now": NOW}
        fact = Fact(kind="test.happened", actor="user:ada")
        match happening:
            case Completed():
                runtime.complete(
                    activity=token, variables=happening.result, event=happening.node, **said
                )
            case BoundaryFired():
                runtime.fire_boundary(activity=token, node_id=happening.node, fact=fact, **said)
            case Triggered():
                runtime.trigger(node_id=happening.node, scope=happening.scope, fact=fact, **said)
            case ErrorThrown():
                runtime.throw_error(activity=token, code=happening.code, fact=fact, **said)
            case Retried():
                runtime.retry(activity=token, fact=fact, **said)

    def _token(self, row: Row) -> Activity:
        """The row in the database: among those of one place, the one as old."""
        same = [
            each
            for each in self.world.rows
            if (each.node, each.scope, each.waiting) == (row.node, row.scope, row.waiting)
        ]
        rows = Activity.objects.filter(
            instance=self.pk, node_id=row.node, scope=row.scope,
            status="waiting" if row.waiting else "active",
        )  # fmt: skip
        return rows.order_by("id")[same.index(row)]

    # --- both say the same ---

    def check(self) -> None:
        """Compare everything."""
        instance, world = self.instance, self.world
        assert (instance.status == "completed") == world.over
        assert instance.variables == world.variables
        marking = standing.marking_of(instance)
        assert marking == world.marking
        live = Activity.objects.filter(instance=self.pk, status__in=LIVE)
        tokens = Counter((each.node_id, each.scope, each.status == "waiting") for each in live)
        assert tokens == Counter((row.node, row.scope, row.waiting) for row in world.rows)
        for number, row in world.scopes.items():
            kept = Scope.objects.get(instance=self.pk, number=number)
            assert (kept.activity is None) == (row.owner is None)
            assert kept.path == self._path(number)
            if kept.activity and row.owner:
                assert (kept.activity.node_id, kept.activity.scope) == (
                    row.owner.node, row.owner.scope,
                )  # fmt: skip
        assert self._waiting() == self._to_be_waited_for()

    def _path(self, number: int) -> list[int]:
        parent = self.world.scopes[number].opened.parent
        return [*self._path(parent), parent] if parent != ROOT else []

    def _waiting(self) -> Counter[tuple[str, int, bool]]:
        timers = Timer.objects.filter(instance=self.pk, status="pending")
        listeners = Listener.objects.filter(instance=self.pk, status="open")
        rows = [*timers, *listeners]
        return Counter((row.node_id, row.scope, row.activity_id is None) for row in rows)

    def _to_be_waited_for(self) -> Counter[tuple[str, int, bool]]:
        found: Counter[tuple[str, int, bool]] = Counter()
        process = self.world.process
        for row in self.world.rows:
            for wait in waits.of(process, row.entered) if row.entered else ():
                if wait.what in COUNTED:
                    found[wait.node.id, row.scope, False] += 1
        for number in [ROOT, *self.world.scopes] if not self.world.over else []:
            if number == ROOT:
                inside, space = waits.inside(process), self.world.marking
            else:
                opened = self.world.scopes[number].opened
                inside, space = waits.in_scope(process, opened), self.world.marking.inner[number]
            for wait in inside if not space.interrupted else ():
                found[wait.node.id, number, True] += 1
        return found
