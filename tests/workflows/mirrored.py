"""The same instance twice: rows in the database, and the reference in memory.

After every step both have to say the same: which scopes are open and what they know, which tokens
rest or wait where, and for which timers and listeners. Between two steps everything is forgotten
that a process keeps in memory.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q

from tests.workflows import doors
from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.world import Row, World
from tests.workflows.builders import NOW
from workflows import definitions, markings, runtime
from workflows.bpmn import waits
from workflows.bpmn.kinds import Kind
from workflows.bpmn.parser import parse
from workflows.bpmn.scopes import ROOT
from workflows.bpmn.tokens import Completed, Happening
from workflows.models import (
    Activity,
    Call,
    Incident,
    Job,
    Listener,
    ProcessDefinition,
    ProcessInstance,
    Scope,
    Timer,
)

LIVE = ("active", "waiting")
COUNTED = ("timer", "message", "signal", "conditional")
OPEN = (
    (Activity, LIVE),
    (Scope, ["open"]),
    (Timer, ["pending"]),
    (Listener, ["open"]),
    (Job, ["ready", "leased", "dead"]),
    (Incident, ["open"]),
    (Call, ["wanted", "troubled", "running", "stopping"]),
)
OTHER = sketch.xml(
    "start -> work -> x? -[fails = true]-> failed",
    "x? -[else]-> end",
    failed=sketch.end("error", "E9"),
    back=sketch.on_event(sketch.start("compensation"), "begin -> refund -> end_back"),
).replace(b'"drawn"', f'"{doors.CALLED}"'.encode())


class Mirrored:
    """An instance of a model in the database, and the world that it has to equal."""

    def __init__(self, source: bytes, *, forgets: bool = True, **variables: Any) -> None:
        (process,) = parse(source)
        self.forgets = forgets
        self.world = World(process, **variables)
        if any(node.kind is Kind.CALL_ACTIVITY for node in process.nodes.values()):
            deployed(OTHER)
        instance = runtime.start(
            definition=deployed(source), variables=variables, business_key="", by="x", now=NOW
        )
        self.pk = instance.pk
        self.world.begin()
        doors.settle()
        self.check()

    @property
    def instance(self) -> ProcessInstance:
        return ProcessInstance.objects.get(pk=self.pk)

    def know(self, **variables: Any) -> None:
        """Variables of the instance are what they are now."""
        self.world.variables.update(variables)
        instance = self.instance
        instance.variables |= variables
        instance.save(update_fields=["variables"])

    def do(self, happening: Happening, row: Row | None = None) -> None:
        """The same thing happens to both."""
        if self.forgets:
            definitions._compiled.cache_clear()
        is_condition = self._is_met_by_a_variable(happening)
        happening = self._with_what_was_called(happening, row)
        doors.happen(*self._what(happening, row))
        if is_condition:
            self.world.variables[happening.node] = True
        self.world.do(happening, row)
        if is_condition:
            self._go_on_while_true(happening)
        doors.settle()
        self.check()

    def crash(self, after: int, happening: Happening, row: Row | None = None) -> None:
        """The worker dies in the middle: everything is as it was."""
        assert doors.crash(after, *self._what(happening, row))
        self.check()

    def cancel(self) -> None:
        """Somebody cancels the instance; nothing of it is left, and then it was never so."""
        with transaction.atomic():
            runtime.cancel(instance_id=self.pk, by="user:ada", reason="Enough.", now=NOW)
            doors.settle()
            assert self.left_open() == []
            transaction.set_rollback(True)

    def left_open(self) -> list[Any]:
        """Whatever is still to be done for this instance, or for one that it called."""
        family = ProcessInstance.objects.filter(Q(pk=self.pk) | Q(root=self.pk))
        rows = (
            model.objects.filter(instance__in=family, status__in=open_) for model, open_ in OPEN
        )
        return [each for found in (*rows, family.filter(status="running")) for each in found]

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

    def _what(self, happening: Happening, row: Row | None) -> tuple[Any, ...]:
        token = self._token(row) if row else None
        return happening, token, self.world.process, self.pk

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

    def _with_what_was_called(self, happening: Happening, row: Row | None) -> Happening:
        """A call that comes back names the instance, which can be undone."""
        if not isinstance(happening, Completed) or not happening.called or row is None:
            return happening
        called = ProcessInstance.objects.get(called_by__activity=self._token(row))
        return replace(happening, called=str(called.pk))

    # --- conditions ---

    def _is_met_by_a_variable(self, happening: Happening) -> bool:
        """Whether the door of this is a variable: of several alike, one is told by hand."""
        event = self.world.process.nodes[happening.node].event
        if event is None or event.what != "conditional":
            return False
        alike = Listener.objects.filter(node_id=happening.node, status="open")
        return alike.count() == 1

    def _go_on_while_true(self, happening: Happening) -> None:
        """Those who begin to wait while it is true have their turn as well; then it is over."""
        seen = {id(row) for _, row in self._alike(happening)}
        if not isinstance(happening, Completed):
            while fresh := [each for each in self._alike(happening) if id(each[1]) not in seen]:
                seen.add(id(fresh[0][1]))
                self.world.do(*fresh[0])
        self.world.variables[happening.node] = False
        if self.world.over:
            self.know(**{happening.node: False})
        else:
            doors.correct(self.pk, happening.node, False)

    def _alike(self, happening: Happening) -> list[tuple[Happening, Row | None]]:
        return [each for each in self.world.offers() if each[0].node == happening.node]

    # --- both say the same ---

    def check(self) -> None:
        """Compare everything."""
        instance, world = self.instance, self.world
        assert (instance.status == "completed") == world.over
        assert instance.variables == world.variables
        marking = markings.of(instance)
        assert marking == world.marking
        self._check_what_is_kept_for_inclusive_gateways()
        live = Activity.objects.filter(instance=self.pk, status__in=LIVE)
        tokens = Counter((each.node_id, each.scope, each.status == "waiting") for each in live)
        assert tokens == Counter((row.node, row.scope, row.waiting) for row in world.rows)
        stuck = Counter(live.exclude(stuck="").values_list("node_id", flat=True))
        assert stuck == Counter(row.node for row in world.rows if row.stuck)
        self._check_scopes()
        assert self._waiting() == self._to_be_waited_for()

    def _check_what_is_kept_for_inclusive_gateways(self) -> None:
        if Kind.INCLUSIVE_GATEWAY not in self.world.process.kinds:
            return
        rows = Scope.objects.filter(instance=self.pk, status="open")
        kept = {ROOT: self.instance.resting, **{row.number: row.resting for row in rows}}
        marking = self.world.marking
        assert kept == {
            number: scope.resting for number, scope in [(ROOT, marking), *marking.inner.items()]
        }

    def _check_scopes(self) -> None:
        kept = {row.number: row for row in Scope.objects.filter(instance=self.pk, status="open")
                .select_related("activity")}  # fmt: skip
        assert kept.keys() == self.world.scopes.keys()
        for number, row in self.world.scopes.items():
            owner = kept[number].activity
            assert (owner is None) == (row.owner is None)
            assert kept[number].path == self._path(number)
            if owner and row.owner:
                assert (owner.node_id, owner.scope) == (row.owner.node, row.owner.scope)

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
                if wait.what in COUNTED:
                    found[wait.node.id, number, True] += 1
        return found


def deployed(source: bytes) -> ProcessDefinition:
    """A version of a model, whether it may be deployed or not."""
    (process,) = parse(source)
    return ProcessDefinition.objects.create(
        key=process.id,
        version=ProcessDefinition.objects.count() + 1,
        name="Drawn",
        source=source,
        source_sha256="0" * 64,
        deployed_at=NOW,
        deployed_by="user:ada",
    )
