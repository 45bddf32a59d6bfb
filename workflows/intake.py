"""Messages from outside: they start a process or reach one that waits, once however often sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from workflows import beginning, canonical, correlation, definitions
from workflows import variables as known
from workflows.ids import uuid7
from workflows.models import Message, ProcessDefinition, ProcessInstance, Receipt
from workflows.refusals import NotValid

LONGEST_KEY = 255
LONGEST_NAME = 200
LONGEST_KEPT = timedelta(days=30)
ONCE = "receipt_once_per_sender"
REUSED = (
    "This idempotency key was used for another message. Send the same content again, or choose a "
    "new key."
)


class KeyReused(NotValid):
    """An idempotency key came back with another message."""

    slug = "idempotency-key-reused"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message: it is with an instance, or kept until somebody waits for it."""

    instance: ProcessInstance | None
    kept: Message | None = None
    has_started: bool = False
    is_new: bool = True


def receive(
    *,
    message: str,
    variables: Mapping[str, Any],
    business_key: str,
    idempotency_key: str,
    sender: str,
    now: datetime,
) -> tuple[ProcessInstance, bool]:
    """The instance that this message starts or that waited for it, and whether that is new.

    The same key of the same sender gives the same instance; with another content it is refused.
    """
    taken = take(
        message=message, variables=variables, business_key=business_key,
        idempotency_key=idempotency_key, sender=sender, now=now,
    )  # fmt: skip
    if taken.instance is None:
        raise _nobody(message)
    return taken.instance, taken.is_new


def take(
    *,
    message: str,
    variables: Mapping[str, Any],
    business_key: str,
    idempotency_key: str,
    sender: str,
    now: datetime,
    keep_for: timedelta | None = None,
) -> Taken:
    """Like `receive`; a message that nobody waits for is kept as long as `keep_for` says.

    Raises `NotValid` when nobody waits and it is not to be kept, `Ambiguous` when several wait.
    """
    _check_texts(message, idempotency_key, sender, business_key)
    if keep_for is not None and not timedelta(0) < keep_for <= LONGEST_KEPT:
        raise NotValid(f"A message is kept for at most {LONGEST_KEPT.days} days. Say a time.")
    given = known.checked(variables)
    receipt = Receipt(
        sender=sender,
        idempotency_key=idempotency_key,
        request_hash=canonical.digest([message, business_key, given]),
        message=message,
        received_at=now,
    )
    try:
        taken = _bring_in_order(receipt, given, business_key, keep_for)
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        return _known(receipt)
    # Somebody may have begun to wait just before the message could be seen.
    if taken.kept is not None and correlation.deliver(taken.kept.pk, now=now):
        return replace(taken, instance=_holder(taken.kept), kept=None)
    return taken


def _check_texts(message: str, idempotency_key: str, sender: str, business_key: str) -> None:
    for what, text, longest in (
        ("message", message, LONGEST_NAME),
        ("idempotency key", idempotency_key, LONGEST_KEY),
        ("sender", sender, LONGEST_NAME),
    ):
        check_text(what, text, longest)
    if business_key:
        check_text("business key", business_key, LONGEST_NAME)


def _bring_in_order(
    receipt: Receipt, variables: dict[str, Any], business_key: str, keep_for: timedelta | None
) -> Taken:
    """What came earlier with the same name and key is taken first."""
    for _ in range(correlation.LOOKS):
        try:
            return _bring(receipt, variables, business_key, keep_for)
        except correlation.Behind:
            correlation.let_earlier_pass(receipt.message, business_key, now=receipt.received_at)
    return _bring(receipt, variables, business_key, keep_for)


@transaction.atomic
def _bring(
    receipt: Receipt, variables: dict[str, Any], business_key: str, keep_for: timedelta | None
) -> Taken:
    """The receipt first: of two that come at once, one waits here and then finds it taken."""
    definition = definitions.begun_by(receipt.message, key=business_key)
    receipt.instance_id = uuid7() if definition else None
    receipt.save(force_insert=True)
    if definition is not None:
        begun = _begin(receipt, definition, variables, business_key)
        if begun.is_new:
            return Taken(begun.instance, has_started=True)
        receipt.instance, business_key = None, begun.instance.business_key
        receipt.save(update_fields=["instance"])
    said: dict[str, Any] = {
        "name": receipt.message,
        "key": business_key,
        "variables": variables,
        "sender": receipt.sender,
        "now": receipt.received_at,
    }
    instance = correlation.correlate(**said)
    if instance is not None:
        receipt.instance = instance
        receipt.save(update_fields=["instance"])
        return Taken(instance)
    if definition is not None and _was_told(receipt, begun.instance, said):
        return Taken(begun.instance)
    if keep_for is None:
        raise _nobody(receipt.message)
    until = receipt.received_at + keep_for
    return Taken(None, correlation.keep(**said, until=until, receipt=receipt))


def _begin(
    receipt: Receipt, definition: ProcessDefinition, variables: dict[str, Any], business_key: str
) -> beginning.Begun:
    return beginning.begin(
        definition=definition,
        node_id=definitions.message_start(definition, receipt.message),
        variables=variables,
        key=business_key,
        by=receipt.sender,
        now=receipt.received_at,
        instance_id=receipt.instance_id,
    )


def _was_told(receipt: Receipt, instance: ProcessInstance, said: dict[str, Any]) -> bool:
    """Whether a process that begins once knows this already, or is over: noted for people."""
    again = beginning.told_again(
        "message", receipt.message, instance=instance, actor=receipt.sender, now=receipt.received_at
    )
    if again is beginning.Again.EARLY:
        return False
    receipt.instance = instance
    receipt.save(update_fields=["instance"])
    if again is beginning.Again.LATE:
        correlation.put_aside(**said, receipt=receipt, problem=beginning.sentence(again, instance))
    return True


def _known(receipt: Receipt) -> Taken:
    first = Receipt.objects.select_related("instance__definition").get(
        sender=receipt.sender, idempotency_key=receipt.idempotency_key
    )
    kept = Message.objects.select_related("instance__definition").filter(receipt=first).first()
    if first.request_hash != receipt.request_hash or not (first.instance or kept):
        raise KeyReused(REUSED)
    instance = first.instance or (kept.instance if kept else None)
    return Taken(instance, None if instance else kept, is_new=False)


def _holder(kept: Message) -> ProcessInstance | None:
    kept.refresh_from_db()
    return kept.instance


def _nobody(message: str) -> NotValid:
    return NotValid(
        f"No process waits for the message {message!r}. Check its name and business key, deploy "
        "one, or have the message kept until somebody waits for it."
    )


def check_text(what: str, text: object, longest: int) -> None:
    """Raises `NotValid` unless this is a plain text of 1 to `longest` characters."""
    if not isinstance(text, str) or not text.strip():
        raise NotValid(f"The {what} is missing. Send a text of 1 to {longest} characters.")
    if len(text) > longest:
        raise NotValid(f"The {what} has {len(text)} characters. At most {longest} are taken.")
    if not text.isprintable():
        raise NotValid(f"The {what} holds a control character or half a character. Leave it out.")
