"""What a person does about a message that was not taken: send it again, or withdraw it.

Where its sender has an incident of it, that is settled by the same step.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from workflows import dead_letters, incidents, runtime, senders
from workflows.literals import literal
from workflows.models import Incident, Message
from workflows.refusals import NotValid


@transaction.atomic
def send_again(*, message_id: UUID, by: str, now: datetime) -> Message:
    """Have a message delivered that was refused, expired or withdrawn.

    Raises `OutOfDate` when it is on its way or taken, `NotValid` when it still cannot be made.
    """
    incident = _incident(message_id)
    if incident is not None:
        incidents.retry(incident_id=incident, by=by, now=now)
        return Message.objects.get(pk=message_id)
    _hold_sender(message_id)
    return senders.send_again(message_id, by=by, now=now)


@transaction.atomic
def withdraw(*, message_id: UUID, reason: str, by: str, now: datetime) -> Message:
    """Nobody has to take a message any more; `reason` stays on record.

    Raises `OutOfDate` when somebody has it, `NotValid` without a reason.
    """
    incident = _incident(message_id)
    if incident is not None:
        dead_letters.settle(incident_id=incident, reason=reason, result={}, by=by, now=now)
        return Message.objects.get(pk=message_id)
    said = reason.replace("\0", "").strip()
    if not 1 <= len(said) <= dead_letters.LONGEST_REASON:
        most = dead_letters.LONGEST_REASON
        raise NotValid(f"Say why it is withdrawn, in at most {most} characters.")
    _hold_sender(message_id)
    return senders.withdraw(message_id, reason=said, by=by, now=now)


def _incident(message_id: UUID) -> UUID | None:
    found = Incident.objects.filter(
        status=literal("open"), kind=literal("message"), activity__messages=message_id
    )
    return found.values_list("pk", flat=True).first()


def _hold_sender(message_id: UUID) -> None:
    sender = Message.objects.values_list("thrown_by", flat=True).get(pk=message_id)
    if sender is not None:
        runtime.hold(sender)
