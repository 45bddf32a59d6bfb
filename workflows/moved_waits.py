"""Timers and listeners of one instance in another version of its process.

What has a counterpart is kept: a timer with its moment, unless its definition changed and it is to
be set anew; a message, signal or condition as the new version says. What has none is withdrawn,
what is new is opened.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from workflows import listening, openings
from workflows.bpmn import moving, waits
from workflows.bpmn.migrating import WORK, Plan
from workflows.bpmn.model import Node
from workflows.bpmn.moving import DoesNotFit, Matched
from workflows.bpmn.tokens import Entered
from workflows.bpmn.waits import Wait
from workflows.literals import literal
from workflows.models import Activity, Listener, Timer
from workflows.moved_scopes import Scopes
from workflows.openings import Openings, Place
from workflows.surroundings import Around

AT_ONCE = 500  # rows of one statement
GONE = -1  # whatever belongs to scopes that are gone
SET_ANEW = ("due_at", "repeats_left", "period", "cron")
OF_A_TIMER = ("node_id", "scope", *SET_ANEW)
OF_A_LISTENER = ("node_id", "scope")

AnyRow = TypeVar("AnyRow", Timer, Listener)


@dataclass(slots=True)
class Waits:
    """What is waited for from now on, as far as it is different."""

    timers: list[Timer] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    gone_timers: list[Timer] = field(default_factory=list)
    gone_listeners: list[Listener] = field(default_factory=list)
    opened: Openings = field(default_factory=Openings)

    @property
    def withdrawn(self) -> list[str]:
        """The events that nobody waits for any more."""
        timers, listeners = self.gone_timers, self.gone_listeners
        return sorted({row.node_id for row in timers} | {row.node_id for row in listeners})

    @property
    def fresh(self) -> list[str]:
        """The events that are waited for from now on."""
        timers, listeners = self.opened.timers, self.opened.listeners
        return sorted({row.node_id for row in timers} | {row.node_id for row in listeners})

    def write(self, *, now: datetime) -> None:
        """What is gone first, so that its message can be waited for by what is new."""
        over = {"status": "cancelled", "ended_at": now}
        if self.gone_timers:
            Timer.objects.filter(pk__in=[row.pk for row in self.gone_timers]).update(**over)
        if self.gone_listeners:
            Listener.objects.filter(pk__in=[row.pk for row in self.gone_listeners]).update(**over)
        if double := listening.taken(self.opened.listeners):
            raise DoesNotFit([listening.sentence(double[0], double[0].node_id)])
        if self.timers:
            Timer.objects.bulk_update(self.timers, OF_A_TIMER, batch_size=AT_ONCE)
        if self.listeners:
            Listener.objects.bulk_update(self.listeners, OF_A_LISTENER, batch_size=AT_ONCE)
        Timer.objects.bulk_create(self.opened.timers)
        Listener.objects.bulk_create(self.opened.listeners)
        listening.look_after_commit(self.opened.listeners)


@dataclass(frozen=True, slots=True)
class Spot:
    """A token, or a scope for its event sub-processes, with what it waits for before and after."""

    around: Around
    scope: int
    activity: Activity | None
    matched: Matched

    @property
    def key(self) -> UUID | int:
        """What its rows are found by."""
        return self.activity.pk if self.activity else self.scope

    @property
    def place(self) -> Place:
        """Where it is, and what is known there."""
        return self.around.place(self.scope, self.activity)


def of(
    tokens: Sequence[Activity], around: Around, plan: Plan, scopes: Scopes, *, anew: bool
) -> Waits:
    """What these tokens and the scopes around them wait for. Raises `CannotOpen`."""
    found = Waits()
    timers, listeners = _rows(around, tokens, plan, scopes)
    spots = (
        *_tokens(tokens, around, plan),
        *_scopes(around, plan, scopes),
        *_begun(around, plan, scopes),
    )
    for spot in spots:
        for timer in timers.pop(spot.key, ()):
            _timer(found, timer, spot, plan, anew=anew)
        for listener in listeners.pop(spot.key, ()):
            _listener(found, listener, spot, plan)
        if spot.matched.fresh:
            found.opened.add(spot.matched.fresh, spot.place)
    ended: list[UUID | int] = [GONE, *(each.pk for each in scopes.owners)]
    for gone in ended:
        found.gone_timers += timers.pop(gone, ())
        found.gone_listeners += listeners.pop(gone, ())
    return found


def _tokens(tokens: Iterable[Activity], around: Around, plan: Plan) -> Iterator[Spot]:
    for each in tokens:
        node = plan.place(each.node_id)
        if node is None or each.stuck or each.status != Activity.Status.ACTIVE:
            continue
        before = waits.of(plan.old, around.entered(each, plan.old, each.node_id))
        after = waits.of(plan.new, around.entered(each, plan.new, node.id))
        matched = moving.matched(plan, _aside(before), _aside(after))
        yield Spot(around, each.scope, each, matched)


def _scopes(around: Around, plan: Plan, scopes: Scopes) -> Iterator[Spot]:
    for number, node_id in around.listening():
        if number in scopes.begun:
            continue
        node = plan.place(node_id) if node_id else None
        before = waits.inside(plan.old, node_id)
        after = waits.inside(plan.new, node.id if node else "")
        yield Spot(around, number, None, moving.matched(plan, before, after))


def _begun(around: Around, plan: Plan, scopes: Scopes) -> Iterator[Spot]:
    """What a sub-process that is new waits for, on its boundary and inside."""
    for number, token in scopes.begun.items():
        node = plan.new.nodes[token.node_id]
        beside = waits.of(plan.new, Entered(node, None, token.scope, work=False))
        yield Spot(around, token.scope, token, moving.matched(plan, (), beside))
        inside = waits.inside(plan.new, node.id)
        yield Spot(around, number, None, moving.matched(plan, (), inside))


def _aside(found: Iterable[Wait]) -> list[Wait]:
    """Everything but the work itself, which goes on as it is."""
    return [wait for wait in found if wait.what not in WORK]


# --- rows ---


def _rows(
    around: Around, tokens: Sequence[Activity], plan: Plan, scopes: Scopes
) -> tuple[dict[UUID | int, list[Timer]], dict[UUID | int, list[Listener]]]:
    """What is waited for, and what was and is called otherwise from now on, by token or scope."""
    names = [old for old, pair in plan.pairs.items() if pair.new and pair.new.id != old]
    live = [each.pk for each in tokens] if names else []
    renamed = Q(node_id__in=names, activity__in=live)
    timers = Timer.objects.filter(Q(status=literal("pending")) | renamed, instance=around.instance)
    listeners = Listener.objects.filter(
        Q(status=literal("open")) | renamed, instance=around.instance
    )
    return _by_spot(timers, scopes), _by_spot(listeners, scopes)


def _by_spot(rows: Iterable[AnyRow], scopes: Scopes) -> dict[UUID | int, list[AnyRow]]:
    """Scopes are known by the numbers that they have from now on."""
    found: dict[UUID | int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        found[row.activity_id or scopes.numbers.get(row.scope, GONE)].append(row)
    return found


def _timer(found: Waits, timer: Timer, spot: Spot, plan: Plan, *, anew: bool) -> None:
    wait = spot.matched.kept.get(timer.node_id)
    is_pending = timer.status == Timer.Status.PENDING
    if wait is None:
        found.gone_timers += [timer] if is_pending else []
        return
    before, node = plan.old.nodes[timer.node_id], wait.node
    timer.node_id = node.id
    if is_pending and anew and before.timer != node.timer:
        fresh = openings.timer_for(node, spot.place)
        for name in SET_ANEW:
            setattr(timer, name, getattr(fresh, name))
    elif before.id == node.id and timer.scope == spot.scope:
        return
    timer.scope = spot.scope
    found.timers.append(timer)


def _listener(found: Waits, listener: Listener, spot: Spot, plan: Plan) -> None:
    wait = spot.matched.kept.get(listener.node_id)
    is_open = listener.status == Listener.Status.OPEN
    if wait is None:
        found.gone_listeners += [listener] if is_open else []
        return
    before, node = plan.old.nodes[listener.node_id], wait.node
    if is_open and before.event != node.event:
        fresh = _heard_anew(listener, before, node, spot.place)
        if (fresh.name, fresh.key) != (listener.name, listener.key):
            # What was said to the old name and is on its way is not for the new one.
            found.gone_listeners.append(listener)
            found.opened.listeners.append(fresh)
            return
    if before.id != node.id or listener.scope != spot.scope:
        listener.node_id, listener.scope = node.id, spot.scope
        found.listeners.append(listener)


def _heard_anew(listener: Listener, before: Node, node: Node, place: Place) -> Listener:
    """Who waits as the new version says; with the same key, unless the model says another one."""
    if before.event and node.event and before.event.key == node.event.key:
        plain = replace(node, event=replace(node.event, key=""))
        fresh = openings.listener_for(plain, place)
        fresh.key = listener.key
        return fresh
    return openings.listener_for(node, place)
