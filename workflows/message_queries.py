"""Questions about messages and signals: what was told, by whom, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet

from workflows import definitions, queries, receivers
from workflows.definition_queries import in_force
from workflows.literals import literal
from workflows.models import (
    Listener,
    Message,
    ProcessDefinition,
    ProcessInstance,
    Receipt,
    StartTimer,
)
from workflows.queries import SHOWN_AT_MOST, Viewer
from workflows.reading import Page

SHARES = ("waiting", "delivered", "refused", "dropped")


def visible_to(user: Viewer) -> QuerySet[Message]:
    """Administrators see every message; others their own, and those of processes that they see.

    A signal counts once, however many heard it.
    """
    found = Message.objects.filter(origin=None).select_related(
        "instance__definition", "thrown_by__definition", "activity", "receipt"
    )
    if not user.is_active:
        return found.none()
    if user.is_person and user.is_admin:
        return found
    theirs = queries.instances_visible_to(user).values("pk")
    return found.filter(Q(sender=user.actor) | Q(thrown_by__in=theirs))


def can_be_told_again(user: Viewer) -> QuerySet[Message]:
    """What somebody may have sent again: messages, and shares of a signal."""
    signals = visible_to(user).filter(kind=literal("signal")).values("pk")
    alone = visible_to(user).values("pk")
    return Message.objects.filter(Q(pk__in=alone) | Q(origin__in=signals))


def sent_by(instance: ProcessInstance) -> QuerySet[Message]:
    """What an instance has sent or told, the newest first, with how many heard a signal."""
    found = Message.objects.filter(thrown_by=instance, origin=None)
    shown = found.select_related("instance__definition", "activity").order_by("-id")
    return with_shares(shown)[:SHOWN_AT_MOST]


def with_shares(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Each with how many heard a signal, are still to, could not take it, or were gone."""
    counts = {f"shares_{each}": Count("shares", filter=Q(shares__status=each)) for each in SHARES}
    return messages.annotate(**counts)


def shares_of(message: Message) -> QuerySet[Message]:
    """Who was told of a signal, those in trouble first."""
    found = message.shares.select_related(
        "instance__definition", "listener__instance__definition", "definition"
    )
    return found.order_by("-status", "id")[:SHOWN_AT_MOST]


def narrowed(
    user: Viewer, *, state: str = "", kind: str = "", name: str = "", key: str = ""
) -> QuerySet[Message]:
    """Messages that somebody may see, of this state and kind, with this name and key."""
    said = {"status": state, "kind": kind, "name": name, "key": key}
    return visible_to(user).filter(**{field: value for field, value in said.items() if value})


def page_of(messages: QuerySet[Message], *, after: UUID | None, size: int) -> Page[Message]:
    """Some of them, the newest first; who heard a signal is counted for these alone."""
    if after:
        messages = messages.filter(pk__lt=after)
    ids = list(messages.order_by("-pk").values_list("pk", flat=True)[: size + 1])
    shown = with_shares(messages.filter(pk__in=ids[:size])).order_by("-pk")
    return Page(list(shown), str(ids[size - 1]) if len(ids) > size else "", after is None)


def receipts(*, sender: str = "", after: UUID | None, size: int) -> Page[Receipt]:
    """What programs and people have sent, whether it was taken at once or kept."""
    found = Receipt.objects.select_related("instance__definition", "kept__instance__definition")
    if sender:
        found = found.filter(sender=sender)
    if after:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: size + 1])
    return Page(rows[:size], str(rows[size - 1].pk) if len(rows) > size else "", after is None)


@dataclass(frozen=True, slots=True)
class Waits:
    """How many listen to one name, at one step of one process."""

    kind: str
    name: str
    process: str
    node: str
    many: int
    since: datetime
    keyed: int  # those that wait with a key of their own


def open_listeners(*, kind: str = "", name: str = "") -> list[Waits]:
    """Who listens to what now, grouped by name and step; conditions listen to nobody."""
    waiting = Listener.objects.filter(status=literal("open")).exclude(kind=literal("conditional"))
    if kind:
        waiting = waiting.filter(kind=kind)
    if name:
        waiting = waiting.filter(name__icontains=name)
    grouped = (
        waiting.order_by()
        .values("kind", "name", "node_id", process=F("instance__definition__name"))
        .annotate(many=Count("pk"), since=Min("opened_at"), keyed=Count("pk", filter=~Q(key="")))
        .order_by("kind", "name", "process", "node_id")
    )
    return [
        Waits(row["kind"], row["name"], row["process"], row["node_id"], row["many"], row["since"],
              row["keyed"])
        for row in grouped[:SHOWN_AT_MOST]
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who would get a message or signal if it were sent now."""

    starts: Sequence[ProcessDefinition]
    instances: Sequence[Listener]
    many: int
    refusal: str = ""


def would_take(name: str, key: str) -> Hearers:
    """Who a message is meant for now: what it begins, or the one who waits."""
    begun = definitions.begun_by(name, key=key)
    if begun is not None:
        return Hearers([begun], [], 0)
    try:
        found = receivers.the_one(name, key)
    except receivers.Ambiguous as refusal:
        return Hearers([], [], 0, str(refusal))
    return Hearers([], [found] if found else [], 1 if found else 0)


def would_hear(name: str) -> Hearers:
    """Everybody who would hear a signal now."""
    starts = [each for each in in_force() if name in each.signals]
    waiting = Listener.objects.filter(kind=literal("signal"), status=literal("open"), name=name)
    shown = waiting.select_related("instance__definition").order_by("id")[:SHOWN_AT_MOST]
    return Hearers(starts, list(shown), waiting.count())


def start_timers() -> QuerySet[StartTimer]:
    """Timers of the versions in force, and the last of those that have fired for good."""
    found = StartTimer.objects.exclude(status=literal("cancelled"))
    shown = found.select_related("definition", "last_instance__definition").defer(
        "definition__source"
    )
    return shown.order_by("definition__name", "node_id")


def step_of(timer: StartTimer) -> str:
    """What the model calls the event that starts a process; its id where it has no name."""
    node = definitions.compiled_by_id(timer.definition_id).nodes[timer.node_id]
    return node.name or node.id


def names_known(kind: str) -> list[str]:
    """Names that processes begin with or wait for; `kind` is message or signal."""
    starts: list[Any] = [getattr(each, f"{kind}s") for each in in_force()]
    waited = Listener.objects.filter(kind=kind, status=literal("open")).order_by()
    heard = waited.values_list("name", flat=True).distinct()[:SHOWN_AT_MOST]
    return sorted({name for names in starts for name in names} | set(heard))
