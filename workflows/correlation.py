"""Messages find the one who waits for them; those that come early are kept for a while.

A message says its name and a key. Whoever waits says the same name, and its own key; one without a
key is found by the business key of its process. Where nobody waits for its key, a message begins
the process that it starts. A message without a key is for anybody who waits for its name. More than
one is too many: the message is refused. Of several with the same name and key, the one that came
first is taken first.

Lock order: the instance, then the message.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet

from workflows import (
    beginning,
    definitions,
    listening,
    receivers,
    runtime,
    senders,
    signals,
    wakeups,
)
from workflows.literals import literal
from workflows.models import Listener, Message, ProcessDefinition, ProcessInstance
from workflows.refusals import Refusal
from workflows.variables import checked

BATCH = 200
LOOKS = 5  # before a message that finds its listener gone each time is left to the next sweep
MOST_EARLIER = 100  # messages that one delivery brings first

logger = logging.getLogger(__name__)


class Behind(Refusal):
    """Messages with the same name and key came earlier and are still on their way."""

    slug = "message-behind"


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

    Raises `Ambiguous` with the candidates when it might be meant for several, and `Behind` when
    others came first (`let_earlier_pass` brings them).
    """
    met = _meet(name, key)
    if met is None:
        return None
    if _waiting(now).filter(name=name, key=key).exists():
        raise Behind(
            f"Other messages {name!r} with this key came earlier and are still on their way. Send "
            "this one again in a moment."
        )
    instance, listener = met
    runtime.hear(listener, instance=instance, variables=variables, actor=sender, now=now)
    return instance


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

    What cannot be taken is refused with a sentence, which its sender is told.
    """
    message = Message.objects.filter(pk=message_id, status=literal("waiting")).first()
    if message is None or (message.expires_at and message.expires_at <= now):
        return False
    if message.kind == Message.Kind.MESSAGE:
        let_earlier_pass(message.name, message.key, now=now, before=message.pk)
    return _deliver_safely(message, now=now)


def let_earlier_pass(name: str, key: str, *, now: datetime, before: UUID | None = None) -> None:
    """Bring messages that came earlier and that somebody waits for, each in its turn."""
    for _ in range(MOST_EARLIER):
        earlier = _waiting(now, before).filter(listening.is_awaited(), name=name, key=key)
        first = earlier.order_by("id").first()
        if first is None:
            return
        if not _deliver_safely(first, now=now) and _waiting(now).filter(pk=first.pk).exists():
            return  # somebody is busy with it


def deliver_due(now: datetime, *, at_most: int = BATCH) -> int:
    """Deliver what nobody has looked at yet, and what somebody has begun to wait for since."""
    waiting = Message.objects.filter(status=literal("waiting"))
    due = waiting.filter(Q(tried_at=None) | (Q(kind=literal("message")) & listening.is_awaited()))
    due = due.filter(Q(expires_at=None) | Q(expires_at__gt=now))
    found = list(due.order_by("id").values_list("pk", flat=True)[:at_most])
    return sum(deliver(each, now=now) for each in found)


# --- one message ---


def _deliver_safely(message: Message, *, now: datetime) -> bool:
    try:
        if message.kind == Message.Kind.SIGNAL:
            return signals.deliver(message, now=now)
        return _deliver(message, now=now)
    except OperationalError as busy:
        logger.info("%s is left for the next sweep: %s", message, busy)
    except TooLate as late:
        with transaction.atomic():
            _told_again(message, late.instance, now=now)
        senders.refuse(message, str(late), now=now)
    except Refusal as refusal:
        senders.refuse(message, str(refusal), now=now)
    except Exception:
        logger.exception("%s cannot be delivered", message)
        senders.refuse(message, "It could not be taken. See the log.", now=now)
    return False


@transaction.atomic
def _deliver(message: Message, *, now: datetime) -> bool:
    definition = definitions.begun_by(message.name, key=message.key)
    begun = _begin(message, definition, now=now) if definition else None
    if begun is not None and begun.is_new:
        return _end(message, begun.instance, now=now)
    if _tell(message, begun.instance.business_key if begun else message.key, now=now):
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


def _tell(message: Message, key: str, *, now: datetime) -> bool:
    """Tell the one who waits for it, if somebody does and nothing came earlier."""
    met = _meet(message.name, key)
    if met is None:
        return False
    if _waiting(now, message.pk).filter(name=message.name, key=message.key).exists():
        return False
    if not _take(message, now=now):
        return False
    instance, listener = met
    runtime.hear(
        listener, instance=instance, variables=message.variables, actor=message.sender, now=now
    )
    return _end(message, instance, now=now)


def _meet(name: str, key: str) -> tuple[ProcessInstance, Listener] | None:
    """The one who waits, with its instance held; None when nobody does."""
    for _ in range(LOOKS):
        found = receivers.the_one(name, key)
        if found is None:
            return None
        instance = runtime.hold(found.instance_id)
        listener = receivers.still_open(found.pk)
        if listener is not None:
            return instance, listener
    return None


def _waiting(now: datetime, before: UUID | None = None) -> QuerySet[Message]:
    """Messages that are still to be taken; `before` leaves out this one and later ones."""
    alive = Q(expires_at=None) | Q(expires_at__gt=now)
    found = Message.objects.filter(alive, kind=literal("message"), status=literal("waiting"))
    return found.filter(pk__lt=before) if before else found


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
    if message.untold:
        wakeups.after_commit(wakeups.TELL, [message.pk])
    Message.objects.filter(pk=message.pk).update(
        status=Message.Status.DELIVERED, instance=instance, tried_at=now, ended_at=now
    )
    return True
