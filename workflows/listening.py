"""Listeners as they are opened: one for each message and key, and a look at what came early."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from workflows import wakeups
from workflows.literals import literal
from workflows.models import Listener, Message

MOST_WOKEN = 100  # the sweep looks after the others
OPENING = 7_331_003  # advisory locks: a message and key are taken by one at a time
HOLD = """
SELECT pg_advisory_xact_lock(hashtextextended(place, %s))
FROM (SELECT place FROM unnest(%s::text[]) AS place ORDER BY place) AS places
"""


def taken(listeners: Iterable[Listener]) -> list[Listener]:
    """Those for whose message and key somebody listens already, here or in another instance.

    Whoever asks is the only one who may open them until the transaction ends.
    """
    keyed = [each for each in listeners if each.kind == Listener.Kind.MESSAGE and each.key]
    if not keyed:
        return []
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [OPENING, [f"{each.name}\n{each.key}" for each in keyed]])
    wanted = Q()
    for each in keyed:
        wanted |= Q(name=each.name, key=each.key)
    open_ones = Listener.objects.filter(wanted, kind=literal("message"), status=literal("open"))
    seen = set(open_ones.values_list("name", "key"))
    double = []
    for each in keyed:
        place = (each.name, each.key)
        if place in seen:
            double.append(each)
        seen.add(place)
    return double


def sentence(listener: Listener, title: str) -> str:
    """Why this listener cannot be opened."""
    return (
        f"{title} cannot wait for the message {listener.name!r} with the key {listener.key!r}: "
        "somebody waits for it already. Try again when that is done, or correct the key."
    )


def look_after_commit(listeners: Sequence[Listener]) -> None:
    """Wake workers for messages that came before these listeners, once those can be seen."""
    names = sorted({each.name for each in listeners if each.kind == Listener.Kind.MESSAGE})
    if not names:
        return

    def look() -> None:  # a named function: Django logs the name when it fails
        wakeups.send_all(wakeups.TELL, map(str, _waiting(names)))

    transaction.on_commit(look, robust=True)


def is_awaited() -> Q:
    """What holds for messages that somebody listens for now."""
    named = Listener.objects.filter(
        kind=literal("message"), status=literal("open"), name=OuterRef("name")
    )
    meant = Q(key=OuterRef("key")) | Q(key="", instance__business_key=OuterRef("key"))
    return Q(Exists(named), key="") | Q(Exists(named.filter(meant)))


def _waiting(names: Sequence[str]) -> list[UUID]:
    """Messages of these names for which somebody listens now."""
    kept = Message.objects.filter(
        is_awaited(), kind=literal("message"), status=literal("waiting"), name__in=names
    )
    return list(kept.order_by("id").values_list("pk", flat=True)[:MOST_WOKEN])
