"""What pages show of a migration before it is done: a row for each step, and both pictures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from workflows import definitions, model_changes, overlays
from workflows.bpmn import migrating
from workflows.bpmn.drawing import Mark
from workflows.bpmn.kinds import BOUNDARIES
from workflows.bpmn.migrating import ASIDE, Fit, Pair, Plan
from workflows.bpmn.migrating_words import called
from workflows.migration import Wanted
from workflows.migration_queries import Standing
from workflows.models import ProcessMigration
from workflows.overlays import Label

NOBODY = Standing(0, 0)
NONE = "-"  # chosen by somebody who wants no counterpart
WORDS = {Fit.FITS: "fits", Fit.CHANGES: "fits, changes", Fit.NOT: "does not fit"}
TAGS = {Fit.FITS: "ok", Fit.CHANGES: "warn", Fit.NOT: "danger"}
ICONS = {Fit.FITS: "check", Fit.CHANGES: "edit", Fit.NOT: "cross"}
NAMES = {Fit.FITS: "", Fit.CHANGES: "is-warning", Fit.NOT: "is-error"}


@dataclass(frozen=True, slots=True)
class Row:
    """One step of the old version, what it becomes, and how many stand there."""

    pair: Pair
    standing: Standing
    choices: tuple[tuple[str, str], ...]  # ids and titles, where it has to be said
    chosen: str

    @property
    def id(self) -> str:
        return self.pair.old.id

    @property
    def title(self) -> str:
        return called(self.pair.old)

    @property
    def kind(self) -> str:
        return model_changes.kind_words(self.pair.old)

    @property
    def becomes(self) -> str:
        return called(self.pair.new) if self.pair.new else ""

    @property
    def fit(self) -> str:
        return WORDS[self.pair.fit]

    @property
    def tag(self) -> str:
        return TAGS[self.pair.fit]

    @property
    def icon(self) -> str:
        return ICONS[self.pair.fit]

    @property
    def sentences(self) -> tuple[str, ...]:
        return (self.pair.problem,) if self.pair.problem else self.pair.changes


def rows(plan: Plan, standing: Mapping[str, Standing], mapping: Mapping[str, str]) -> list[Row]:
    """Steps at which something stands or may stand; those where most stand and do not fit first."""
    found = [
        _row(pair, standing.get(name, NOBODY), plan, mapping)
        for name, pair in plan.pairs.items()
        if name in standing or name in mapping or migrating.can_hold(plan.old, pair.old)
    ]
    fits = list(Fit)
    return sorted(found, key=lambda row: (-fits.index(row.pair.fit), -row.standing.instances))


def _row(pair: Pair, standing: Standing, plan: Plan, mapping: Mapping[str, str]) -> Row:
    has_to_be_said = pair.new is None or pair.chosen
    choices = tuple(_choices(pair, plan)) if has_to_be_said else ()
    chosen = mapping.get(pair.old.id)
    return Row(pair, standing, choices, "" if chosen is None else chosen or NONE)


def _choices(pair: Pair, plan: Plan) -> Iterator[tuple[str, str]]:
    named: dict[str, int] = {}
    own = pair.old.id if pair.new is None and not pair.chosen else ""
    fitting = [node for node in migrating.candidates(pair.old, plan.new) if node.id != own]
    for node in fitting:
        named[called(node)] = named.get(called(node), 0) + 1
    for node in fitting:
        title = called(node)
        yield node.id, title if named[title] == 1 else f"{title} ({node.id})"


def context(
    wish: Wanted,
    standing: Mapping[str, Standing],
    going: Mapping[str, Standing],
    *,
    only_there: bool = False,
) -> dict[str, Any]:
    """What both pages show: the versions, a row for each step, both pictures.

    `going` is where those stand that fit. `only_there` leaves out steps at which nothing stands
    and of which nobody has said anything.
    """
    plan = wish.plan()
    found = rows(plan, standing, wish.mapping)
    if only_there:
        found = [row for row in found if row.standing.tokens or row.chosen]
    return {
        "wish": wish,
        "rows": found,
        "picture": before(plan, found),
        "picture_after": after(plan, going),
    }


def mapped(migration: ProcessMigration) -> list[tuple[str, str]]:
    """What somebody has said beyond ids, by the names of steps."""
    old, new = definitions.compiled(migration.old), definitions.compiled(migration.new)
    return [
        (called(old.nodes[name]), called(new.nodes[target]) if target else "")
        for name, target in migration.mapping.items()
    ]


# --- pictures -----------------------------------------------------------------------------------


def before(plan: Plan, found: list[Row]) -> SafeString:
    """The old version: how many stand where, and whether they fit, in words."""
    labels, marks = {}, {}
    for row in found:
        if row.standing.instances or row.pair.fit is not Fit.FITS:
            many = f"{row.standing.instances:,} · " if row.standing.instances else ""
            note = f"{many}{row.fit}. {' '.join(row.sentences)}".strip()
            text = f"{many}{row.fit}" if row.pair.old.kind not in BOUNDARIES else _sign(row)
            labels[row.id] = Label(text, NAMES[row.pair.fit], note)
        if row.standing.instances:
            marks[row.id] = Mark("incident" if row.pair.fit is Fit.NOT else "active")
    return _drawn(overlays.svg(plan.old, labels, marks))


def _sign(row: Row) -> str:
    """A boundary event sits on its activity, whose name a longer label would hide."""
    return "✎" if row.pair.new else "−"


def after(plan: Plan, going: Mapping[str, Standing]) -> SafeString:
    """The new version: where those that fit go on, and what is new."""
    coming: dict[str, int] = {}
    for name, standing in going.items():
        if place := plan.place(name):
            coming[place.id] = coming.get(place.id, 0) + standing.instances
    labels = {
        name: Label(f"{many:,} {'goes' if many == 1 else 'go'} on here")
        for name, many in coming.items()
    }
    known = {pair.new.id for pair in plan.pairs.values() if pair.new} | set(plan.old.nodes)
    for node in plan.new.nodes.values():
        if node.id not in known and (node.kind in ASIDE or migrating.can_hold(plan.new, node)):
            text = "+" if node.kind in BOUNDARIES else "new"
            labels[node.id] = Label(text, "is-warning", "New.")
    return _drawn(overlays.svg(plan.new, labels, {name: Mark("active") for name in coming}))


def _drawn(svg: str) -> SafeString:
    # Drawn by us as elements, every name escaped by the XML library.
    return mark_safe(svg)  # noqa: S308 - see above
