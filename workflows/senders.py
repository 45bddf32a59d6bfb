"""What the sender of a message learns of it: that it was refused, or that nobody took it.

A message is a command: it can be refused, not ignored. A process that sent one catches that, or
gets an incident, and a person sends it again or does without; a program asks the API, for its
message belongs to no process. Lock order: the sender's instance, then the message.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, transaction

from workflows import (
    answering,
    definitions,
    handover,
    journal,
    reopening,
    runtime,
    throwing,
    wakeups,
)
from workflows.journal import Fact
from workflows.literals import literal
from workflows.models import Activity, Incident, Message, ProcessInstance
from workflows.openings import CannotOpen
from workflows.refusals import NotValid, OutOfDate

BATCH = 200
NOBODY = "Nobody took it in the time for which it was kept."
Status = Message.Status
logger = logging.getLogger(__name__)
NOT_TAKEN = (Status.REFUSED, Status.EXPIRED, Status.WITHDRAWN)


def refuse(message: Message, sentence: str, *, now: datetime) -> bool:
    """Whoever it is meant for cannot take it; False when that is left to the next sweep."""
    return _close_safely(message.pk, message.thrown_by_id, Status.REFUSED, sentence, now=now)


def expire_due(now: datetime, *, at_most: int = BATCH) -> int:
    """Messages that nobody waited for in their time, each told to the process that sent it."""
    late = Message.objects.filter(status=literal("waiting"), expires_at__lte=now)
    thrown = late.filter(thrown_by__isnull=False).order_by("expires_at")
    found = list(thrown.values_list("pk", "thrown_by_id")[:at_most])
    told = sum(_close_safely(pk, sender, Status.EXPIRED, NOBODY, now=now) for pk, sender in found)
    of_programs = late.filter(thrown_by=None)
    return told + of_programs.update(status=Status.EXPIRED, problem=NOBODY, ended_at=now)


def send_again(message_id: UUID, *, by: str, now: datetime) -> Message:
    """Have a message tried once more, and kept for a while if nobody waits for it.

    In the caller's transaction; its sender's instance is held, if it has one. A message that could
    not be made is made of what is known now. Raises `NotValid` when that fails again.
    """
    message = hold(message_id)
    if message.status not in NOT_TAKEN:
        raise OutOfDate(f"The message is {message.get_status_display().lower()}. Nothing was sent.")
    if message.was_never_made:
        make_anew(message, now=now)
    if message.expires_at is not None:
        message.expires_at = now + throwing.KEPT_FOR
    message.status, message.problem, message.ended_by = Status.WAITING, "", ""
    message.tried_at = message.ended_at = message.instance = None
    message.save()
    _note("message.sent_again", message, by=by, now=now)
    wakeups.after_commit(wakeups.TELL, [message.pk])
    return message


def withdraw(message_id: UUID, *, reason: str, by: str, now: datetime) -> Message:
    """Nobody has to take it any more, and `reason` says why. In the caller's transaction."""
    message = hold(message_id)
    if message.status not in (Status.WAITING, Status.REFUSED, Status.EXPIRED):
        raise OutOfDate(f"The message is {message.get_status_display().lower()}. It stays so.")
    message.status, message.problem, message.ended_by = Status.WITHDRAWN, reason, by
    message.ended_at = now
    message.save(update_fields=["status", "problem", "ended_by", "ended_at"])
    if message.untold:
        wakeups.after_commit(wakeups.TELL, [message.pk])
    _note("message.withdrawn", message, by=by, now=now, reason=reason)
    return message


def make_anew(message: Message, *, now: datetime) -> None:
    """Its key and contents from what its sender knows now. Raises `NotValid`."""
    if message.thrown_by is None or message.activity is None:
        raise NotValid("The message has no sender whose variables could be read.")
    node = definitions.process_of(message.thrown_by).nodes[message.activity.node_id]
    place = reopening.place_of(message.activity, message.thrown_by, now)
    try:
        throwing.fill(message, node, place)
    except CannotOpen as trouble:
        raise NotValid(str(trouble)) from trouble


def of_activity(activity: Activity) -> UUID:
    """The message that an event or task has sent."""
    found = Message.objects.filter(activity=activity, kind=literal("message"))
    return found.values_list("pk", flat=True).latest("id")


def hold(message_id: UUID) -> Message:
    """The message as it is now, locked until the transaction ends; after its sender's instance."""
    held = Message.objects.select_for_update(no_key=True, of=("self",))
    return held.select_related("thrown_by", "activity").get(pk=message_id)


def _close_safely(
    message_id: UUID, sender: UUID | None, status: Message.Status, sentence: str, *, now: datetime
) -> bool:
    """A sender that is busy holds up nobody: the next sweep finds its message again."""
    try:
        return _close(message_id, sender, status, sentence, now=now)
    except OperationalError as busy:
        logger.info("The sender of message %s is told by the next sweep: %s", message_id, busy)
        return False


@transaction.atomic
def _close(
    message_id: UUID, sender: UUID | None, status: Message.Status, sentence: str, *, now: datetime
) -> bool:
    instance = runtime.hold(sender) if sender else None
    waiting = Message.objects.filter(pk=message_id, status=literal("waiting"))
    if status == Status.EXPIRED:
        waiting = waiting.filter(expires_at__lte=now)
    if not waiting.update(status=status, problem=sentence, tried_at=now, ended_at=now):
        return False
    if instance is not None:
        _tell(instance, Message.objects.select_related("activity").get(pk=message_id), now=now)
    return True


def _tell(instance: ProcessInstance, message: Message, *, now: datetime) -> None:
    """The journal of the sender, and whoever looks after it: the model, or else a person."""
    said = {"name": message.name, "problem": message.problem}
    fact = Fact(f"{message.kind}.{message.status}", "system", f"message:{message.pk}", said)
    if answering.waiting_for(message, instance) is None:
        journal.record_all([fact], instance=instance, now=now)
    elif answering.is_caught(message, instance=instance, fact=fact, now=now):
        return
    given_up = instance.status == ProcessInstance.Status.CANCELLED
    if message.activity is not None and message.kind == Message.Kind.MESSAGE and not given_up:
        handover.open_incident(
            instance=instance, activity=message.activity, kind=Incident.Kind.MESSAGE,
            message=throwing.complaint(message), now=now,
        )  # fmt: skip


def _note(kind: str, message: Message, *, by: str, now: datetime, **detail: str) -> None:
    subject = f"message:{message.pk}"
    detail["name"] = message.name
    if message.thrown_by is None:
        journal.record_outside(kind, subject=subject, actor=by, now=now, **detail)
    else:
        journal.record(
            kind, instance=message.thrown_by, actor=by, now=now, subject=subject, **detail
        )
