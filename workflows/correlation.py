"""Messages find the one who waits for them; those that come early are kept for a while.

A message says its name and a key. Whoever waits says the same name, and its own key; one without a
key is found by the business key of its process. Where nobody waits for its key, a message begins
the process that it starts. A message without a key is for anybody who waits
for its name. More than one is too many: the message is refused.

Lock order: the instance, then the message.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q

from workflows import beginning, definitions, journal, listening, runtime, signals
from workflows.literals import literal
from workflows.models import Listener, Message, ProcessDefinition, ProcessInstance
from workflows.refusals import NotValid, Refusal
from workflows.variables import checked

BATCH = 200
NAMED = 5  # candidates that a refusal names
LOOKS = 5  # before a message that finds its listener gone each time is left to the next sweep

logger = logging.getLogger(__name__)


class Ambiguous(NotValid):
    """More than one process waits for a message."""

    slug = "message-ambiguous"


class TooLate(Refusal):
    """A process that begins once for each key is over, and never had this message."""

    slug = "message-too-late"

    def __init__(self, sentence: str, instance: ProcessInstance) -> None:
        super().__init__(sentence)
        self.instance = instance


@transaction.atomic
def correlate(
    *, name: str, key: str, variables: Mapping[str, Any], sender: str, now: datetime
) -> ProcessInstance | None:
    """Tell the one who waits for this message; None when nobody does.

    Raises `Ambiguous` with the candidates when it might be meant for several.
    """
    for _ in range(LOOKS):
        found = the_one(name, key)
        if found is None:
            return None
        instance = runtime.hold(found.instance_id)
        listener = _still_open(found.pk)
        if listener is not None:
            runtime.hear(listener, instance=instance, variables=variables, actor=sender, now=now)
            return instance
    return None


def the_one(name: str, key: str) -> Listener | None:
    """The open listener that is meant. Raises `Ambiguous` when there are several."""
    waiting = Listener.objects.filter(kind=literal("message"), status=literal("open"), name=name)
    if key:
        own = waiting.filter(key=key).first()
        if own is not None:
            return own
        waiting = waiting.filter(key="", instance__business_key=key)
    found = list(waiting.select_related("instance").order_by("id")[: NAMED + 1])
    if len(found) > 1:
        raise _ambiguous(name, found)
    return found[0] if found else None


def keep(
    *, name: str, key: str, variables: Mapping[str, Any], sender: str, now: datetime,
    until: datetime, **more: Any,
) -> Message:  # fmt: skip
    """Keep a message for whoever will wait for it."""
    return Message.objects.create(
        kind=Message.Kind.MESSAGE, name=name, key=key, variables=checked(variables), sender=sender,
        received_at=now, tried_at=now, expires_at=until, **more,
    )  # fmt: skip


def put_aside(
    *, name: str, key: str, variables: Mapping[str, Any], sender: str, now: datetime, problem: str,
    **more: Any,
) -> Message:  # fmt: skip
    """A message that came when it could not be taken any more, kept for people to see."""
    return Message.objects.create(
        kind=Message.Kind.MESSAGE, status=Message.Status.REFUSED, name=name, key=key,
        variables=checked(variables), sender=sender, received_at=now, tried_at=now, ended_at=now,
        problem=problem, **more,
    )  # fmt: skip


def deliver(message_id: UUID, *, now: datetime) -> bool:
    """Bring what was kept or thrown to whom it is meant for; whether somebody has it now.

    What cannot be taken is refused with a sentence, which the journal of its sender tells too.
    """
    message = Message.objects.filter(pk=message_id, status=literal("waiting")).first()
    if message is None or (message.expires_at and message.expires_at <= now):
        return False
    try:
        if message.kind == Message.Kind.SIGNAL:
            return signals.deliver(message, now=now)
        return _deliver(message, now=now)
    except OperationalError as busy:
        logger.info("%s is left for the next sweep: %s", message, busy)
    except TooLate as late:
        with transaction.atomic():
            _told_again(message, late.instance, now=now)
        _refuse(message, str(late), now=now)
    except Refusal as refusal:
        _refuse(message, str(refusal), now=now)
    except Exception:
        logger.exception("%s cannot be delivered", message)
        _refuse(message, "It could not be taken. See the log.", now=now)
    return False


def deliver_due(now: datetime, *, at_most: int = BATCH) -> int:
    """Deliver what nobody has looked at yet, and what somebody has begun to wait for since."""
    waiting = Message.objects.filter(status=literal("waiting"))
    due = waiting.filter(Q(tried_at=None) | (Q(kind=literal("message")) & listening.is_awaited()))
    due = due.filter(Q(expires_at=None) | Q(expires_at__gt=now))
    found = list(due.order_by("id").values_list("pk", flat=True)[:at_most])
    return sum(deliver(each, now=now) for each in found)


def expire_due(now: datetime) -> int:
    """Messages that nobody waited for in their time."""
    late = Message.objects.filter(status=literal("waiting"), expires_at__lte=now)
    return late.update(status=Message.Status.EXPIRED, ended_at=now)


# --- one message ---


@transaction.atomic
def _deliver(message: Message, *, now: datetime) -> bool:
    definition = definitions.begun_by(message.name, key=message.key)
    begun = _begin(message, definition, now=now) if definition else None
    if begun is not None and begun.is_new:
        return _end(message, begun.instance, now=now)
    if _tell(message, now=now):
        return True
    if begun is not None:
        _note_again(message, begun.instance, now=now)
    Message.objects.filter(pk=message.pk, tried_at=None).update(tried_at=now)
    return False


def _begin(
    message: Message, definition: ProcessDefinition, *, now: datetime
) -> beginning.Begun | None:
    """What the message begins, or has begun before; None when somebody has the message."""
    if not _take(message, now=now):
        return None
    return beginning.begin(
        definition=definition,
        node_id=definitions.message_start(definition, message.name),
        variables=message.variables,
        key=message.key,
        by=message.sender,
        now=now,
    )


def _tell(message: Message, *, now: datetime) -> bool:
    """Tell the one who waits for it, if somebody does."""
    for _ in range(LOOKS):
        found = the_one(message.name, message.key)
        if found is None:
            return False
        instance = runtime.hold(found.instance_id)
        listener = _still_open(found.pk)
        if listener is None:
            continue
        if not _take(message, now=now):
            return False
        runtime.hear(
            listener, instance=instance, variables=message.variables, actor=message.sender, now=now
        )
        return _end(message, instance, now=now)
    return False


def _note_again(message: Message, instance: ProcessInstance, *, now: datetime) -> None:
    """A process that begins once has begun: it knows the message, is over, or will wait for it."""
    again = _told_again(message, instance, now=now)
    if again is beginning.Again.LATE:
        raise TooLate(beginning.sentence(again, instance), instance)
    if again is beginning.Again.REPEATED:
        Message.objects.filter(pk=message.pk).update(
            status=Message.Status.DROPPED, problem=beginning.sentence(again, instance),
            instance=instance, tried_at=now, ended_at=now,
        )  # fmt: skip


def _told_again(message: Message, instance: ProcessInstance, *, now: datetime) -> beginning.Again:
    return beginning.told_again(
        "message", message.name, instance=instance, actor=message.sender, now=now
    )


def _take(message: Message, *, now: datetime) -> bool:
    """Lock the message; False when somebody has it already."""
    held = Message.objects.select_for_update(no_key=True)
    alive = Q(expires_at=None) | Q(expires_at__gt=now)
    return held.filter(alive, pk=message.pk, status=literal("waiting")).first() is not None


def _end(message: Message, instance: ProcessInstance, *, now: datetime) -> bool:
    Message.objects.filter(pk=message.pk).update(
        status=Message.Status.DELIVERED, instance=instance, tried_at=now, ended_at=now
    )
    return True


def _still_open(listener_id: UUID) -> Listener | None:
    """The listener, if it listens still now that its instance is held."""
    found = Listener.objects.select_related("activity")
    return found.filter(pk=listener_id, status=literal("open")).first()


@transaction.atomic
def _refuse(message: Message, sentence: str, *, now: datetime) -> None:
    sender = runtime.hold(message.thrown_by_id) if message.thrown_by_id else None
    waiting = Message.objects.filter(pk=message.pk, status=literal("waiting"))
    refused = waiting.update(
        status=Message.Status.REFUSED, problem=sentence, tried_at=now, ended_at=now
    )
    if refused and sender is not None:
        journal.record(
            f"{message.kind}.refused", instance=sender, actor="system", now=now,
            subject=f"message:{message.pk}", name=message.name, problem=sentence,
        )  # fmt: skip


def _ambiguous(name: str, found: list[Listener]) -> Ambiguous:
    named = ", ".join(
        f"{each.node_id} of {each.instance_id}"
        + (f" ({each.instance.business_key})" if each.instance.business_key else "")
        for each in found[:NAMED]
    )
    more = " and others" if len(found) > NAMED else ""
    return Ambiguous(
        f"Several wait for the message {name!r}: {named}{more}. Say in its business key which one "
        "is meant.",
        [{"element": each.node_id, "sentence": str(each.instance_id)} for each in found[:NAMED]],
    )
