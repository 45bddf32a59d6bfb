"""Where a held instance stands: its scopes as rows, as far as one step needs them.

A step reads the scope that it begins in and those around it; it writes those that it touched, with
one insert and one update. What the scopes know is kept up to date effect by effect.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from workflows import markings, postponing, sql_json, variables
from workflows.bpmn import scopes
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Process
from workflows.bpmn.scopes import ROOT, Role
from workflows.bpmn.scopes import Scope as Tokens
from workflows.bpmn.table import Table
from workflows.bpmn.tokens import Opened
from workflows.models import Activity, ProcessInstance, Scope

# What an instance knows of where it stands.
OF_THE_INSTANCE = ("live_tokens", "resting", "joins", "done", "interrupted", "last_scope")
WRITE = """
UPDATE workflows_scope AS scope SET
    live = news.live, resting = news.resting, joins = news.joins,
    variables = coalesce(news.variables, scope.variables), rounds = news.rounds, done = news.done,
    queue = news.queue, interrupted = news.interrupted, status = news.status,
    ended_at = news.ended_at
FROM jsonb_to_recordset(%s::jsonb) AS news (
    number int, live int, resting jsonb, joins jsonb, variables jsonb, rounds jsonb, done jsonb,
    queue jsonb, interrupted boolean, status text, ended_at timestamptz
)
WHERE scope.instance_id = %s AND scope.number = ANY (%s) AND scope.number = news.number
"""


class Standing:
    """The scopes of one held instance, from what a step begins with to what it ends with.

    Where tokens rest is written for inclusive gateways alone: with many branches it is long.
    """

    def __init__(self, instance: ProcessInstance, process: Process, at: int, now: datetime) -> None:
        self.instance, self.now = instance, now
        self._counts = Kind.INCLUSIVE_GATEWAY in process.kinds
        self.rows: dict[int, Scope] = {row.number: row for row in markings.around(instance, at)}
        self.had_scopes = instance.last_scope > 0  # others may be open that are not read
        self.marking = markings.of_rows(instance, self.rows.values())
        self._inner = dict(self.marking.inner)  # the marking's own, changed from play to play
        self._before = {name: getattr(instance, name) for name in OF_THE_INSTANCE}
        self._touched: set[int] = set()
        self._assigned: set[int] = set()

    # --- while effects are taken ---

    def seen(self, number: int) -> Mapping[str, Any]:
        """What is known in a scope now: its own variables, then those around it."""
        known: Mapping[str, Any] = self.instance.variables
        if number == ROOT:
            return known
        row = self.rows[number]
        for each in (*row.path, number):
            known = {**known, **self.rows[each].variables}
        return known

    def assign(self, number: int, values: Mapping[str, Any]) -> None:
        """Variables of a scope have these values now. Raises `NotValid` when they are too large."""
        self._assigned.add(number)
        if number == ROOT:
            self.instance.variables = variables.merged(self.instance.variables, values)
        else:
            row = self.rows[number]
            row.variables = variables.merged(row.variables, values)

    @property
    def has_assigned(self) -> bool:
        """Whether variables have got values in this step."""
        return bool(self._assigned)

    def open(self, effect: Opened, owner: Activity | None) -> Scope:
        """A scope began, the inside of this token."""
        parent = effect.parent
        row = Scope(
            instance=self.instance,
            number=effect.scope,
            parent=parent,
            path=[*self.rows[parent].path, parent] if parent else [],
            role=effect.role.value,
            node_id=effect.node.id,
            activity=None if effect.role is Role.ROUND else owner,
            index=effect.index,
            variables=variables.checked(effect.variables),
            opened_at=self.now,
        )
        self.rows[effect.scope] = row
        return row

    def close(self, number: int) -> Scope:
        """A scope is complete."""
        return self._end(number, Scope.Status.ENDED)

    def cancel(self, number: int) -> None:
        """A scope is cancelled, if this step knows of it; `empty` looks after those inside."""
        if number in self.rows:
            self._end(number, Scope.Status.CANCELLED)

    def empty(self, number: int) -> None:
        """Scopes inside of this one are cancelled, as far as this step knows of them."""
        for each, row in self.rows.items():
            if each != number and self.is_within(each, number) and row.status == Scope.Status.OPEN:
                self._end(each, Scope.Status.CANCELLED)

    def is_within(self, number: int, other: int) -> bool:
        """Whether a scope that this step knows is that other one, or lies inside of it."""
        return other in (ROOT, number) or (number != ROOT and other in self.rows[number].path)

    def read_inside(self, number: int) -> Mapping[int, scopes.Scope]:
        """Scopes inside of one, as far as this step has not read or opened them."""
        inside = Scope.objects.filter(
            instance=self.instance, status=Scope.Status.OPEN, path__contains=[number]
        )
        rows = {row.number: row for row in inside.exclude(number__in=list(self.rows))}
        self.rows |= rows
        return markings.of_rows(self.instance, rows.values()).inner

    def played(self, table: Table) -> None:
        """What a play left behind."""
        self.marking = table.write_into(self._inner)
        self._touched.update(table.touched)

    def _end(self, number: int, status: Scope.Status) -> Scope:
        row = self.rows[number]
        row.status, row.ended_at = status, self.now
        self._touched.add(number)
        return row

    # --- when the step is over ---

    def update_instance(self) -> list[str]:
        """Set what the instance itself knows of where it stands; the fields that changed."""
        root, instance = self.marking, self.instance
        news: dict[str, Any] = {
            "live_tokens": root.live,
            "resting": self._resting(root),
            "joins": {node: dict(flows) for node, flows in root.joins.items()},
            "done": [asdict(each) for each in root.done],
            "interrupted": root.interrupted,
            "last_scope": root.last,
        }
        for name, value in news.items():
            setattr(instance, name, value)
        changed = [name for name, value in news.items() if self._before[name] != value]
        return [*changed, *(["variables"] if ROOT in self._assigned else [])]

    def fresh(self) -> list[Scope]:
        """Scopes that began in this step, as they are now: to be written first."""
        found = [row for row in self.rows.values() if row._state.adding]
        for row in found:
            for name, value in self._state_of(row).items():
                setattr(row, name, value)
        return found

    def write(self) -> None:
        """One update for all scopes that were there before and were touched."""
        rows = (self.rows.get(number) for number in sorted(self._touched - {ROOT}))
        news = [self._news(row) for row in rows if row and not row._state.adding]
        if news:
            numbers = [each["number"] for each in news]
            values = [sql_json.text(news), self.instance.pk, numbers]
            postponing.run(Scope._meta.db_table, WRITE, values)

    def _news(self, row: Scope) -> dict[str, Any]:
        return {
            "number": row.number,
            "variables": row.variables if row.number in self._assigned else None,
            "status": row.status,
            "ended_at": row.ended_at,
            **self._state_of(row),
        }

    def _state_of(self, row: Scope) -> dict[str, Any]:
        """What is counted in a scope; nothing in one that is over."""
        scope = self.marking.inner.get(row.number)
        if scope is None or row.status != Scope.Status.OPEN:
            return {"live": 0, "resting": {}, "joins": {}, "rounds": row.rounds, "done": row.done,
                    "queue": [], "interrupted": row.interrupted}  # fmt: skip
        return {
            "live": scope.live,
            "resting": self._resting(scope),
            "joins": {node: dict(flows) for node, flows in scope.joins.items()},
            "rounds": asdict(scope.rounds) if scope.rounds else None,
            "done": [asdict(each) for each in scope.done],
            "queue": [asdict(each) for each in scope.queue],
            "interrupted": scope.interrupted,
        }

    def _resting(self, scope: Tokens) -> dict[str, int]:
        return dict(scope.resting) if self._counts else {}


def seen_by(activity: Activity, instance: ProcessInstance) -> dict[str, Any]:
    """What is known where an activity lies: its inputs, variables of its scopes, the instance's."""
    return {**seen_in(activity.scope, instance), **(activity.inputs or {})}


def seen_in(number: int, instance: ProcessInstance) -> dict[str, Any]:
    """What is known in a scope: its own variables, then those around it, then the instance's."""
    known: dict[str, Any] = dict(instance.variables)
    for row in sorted(markings.around(instance, number), key=lambda each: each.number):
        known |= row.variables
    return known


def seen_in_each(
    numbers: Collection[int], instance: ProcessInstance
) -> Mapping[int, Mapping[str, Any]]:
    """The same for several open scopes, asked for at once."""
    rows = {}
    if any(number != ROOT for number in numbers):
        open_ones = Scope.objects.filter(instance=instance, status=Scope.Status.OPEN)
        rows = {row.number: row for row in open_ones.only("number", "path", "variables")}
    return {number: _seen(number, instance, rows) for number in numbers}


def _seen(number: int, instance: ProcessInstance, rows: Mapping[int, Scope]) -> dict[str, Any]:
    known: dict[str, Any] = dict(instance.variables)
    if number != ROOT:
        for each in (*rows[number].path, number):
            known |= rows[each].variables
    return known


def owner_of(instance: ProcessInstance, scope: int) -> Activity:
    """The token that a scope is the inside of; for the instance itself, its first."""
    if scope != ROOT:
        row = Scope.objects.select_related("activity").get(instance=instance, number=scope)
        if row.activity is not None:
            return row.activity
    return Activity.objects.filter(instance=instance).earliest("id")
