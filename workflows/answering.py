"""Senders that wait for their message to be taken (`bpmn.answers`): told what became of it.

That somebody has the message is written while the receiver is held; its sender is told of it in a
transaction of its own. The row is the promise: `untold` stays until that was done. That nobody
takes it is told at once, for the sender is held then.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q

from workflows import runtime
from workflows.bpmn import answers
from workflows.journal import Fact
from workflows.literals import literal
from workflows.models import Activity, Message, ProcessInstance
from workflows.refusals import Refusal

BATCH = 200
Status = Message.Status
CODES = {Status.REFUSED: answers.REFUSED, Status.EXPIRED: answers.NOT_TAKEN}
OVER = ("delivered", "dropped", "withdrawn")  # whatever became of it, the sender goes on
SETTLED = Q(untold=True, status__in=[literal(each) for each in OVER])

logger = logging.getLogger(__name__)


def tell_due(now: datetime, *, at_most: int = BATCH) -> int:
    """Let senders go on whose message somebody has, or nobody has to take; how many did."""
    found = Message.objects.filter(SETTLED).order_by("id").values_list("pk", flat=True)[:at_most]
    return sum(_safely(message, now) for message in found)


@transaction.atomic
def tell(message_id: UUID, *, now: datetime) -> bool:
    """The same for one message; False when nobody waits for it, or its sender is busy."""
    settled = Message.objects.filter(SETTLED, pk=message_id)
    sender = settled.values_list("thrown_by", flat=True).first()
    instance = runtime.hold_if_free(sender) if sender else None
    if instance is None:
        return False
    message = settled.select_for_update(no_key=True, of=("self",)).first()
    if message is None:
        return False
    told(message)
    activity = waiting_for(message, instance)
    if activity is not None:
        fact = Fact("message.taken", "system", f"message:{message.pk}", {"name": message.name})
        runtime.complete(
            activity=activity, instance=instance, variables={}, actor="system", now=now, fact=fact
        )
    return True


def is_caught(message: Message, *, instance: ProcessInstance, fact: Fact, now: datetime) -> bool:
    """Whether the model catches that nobody takes this message, for which a sender waits.

    The sender, `instance`, is held. `fact` goes into its journal in any case.
    """
    activity = waiting_for(message, instance)
    if activity is None:
        raise ValueError("Nobody waits for the message.")
    caught = runtime.throw_error(
        activity=activity,
        instance=instance,
        code=CODES[Status(message.status)],
        message=message.problem,
        actor="system",
        now=now,
        fact=fact,
    )
    if caught:
        told(message)
    return caught


def waiting_for(message: Message, instance: ProcessInstance) -> Activity | None:
    """The step that waits until this message is taken. Its instance is held."""
    if message.activity_id is None or instance.status != ProcessInstance.Status.RUNNING:
        return None
    waiting = Activity.objects.filter(pk=message.activity_id, status=Activity.Status.ACTIVE)
    return waiting.first() if message.untold else None


def told(message: Message) -> None:
    """The sender knows what became of its message."""
    Message.objects.filter(pk=message.pk).update(untold=False)


def _safely(message_id: UUID, now: datetime) -> bool:
    """One that fails holds up no other, and is tried again by the next sweep."""
    try:
        return tell(message_id, now=now)
    except OperationalError as busy:
        logger.info("The sender of message %s is told by the next sweep: %s", message_id, busy)
    except Refusal:
        logger.exception("The sender of message %s cannot go on", message_id)
    return False
