"""Messages from outside that start processes: sent twice, they start one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from workflows import canonical, definitions, runtime
from workflows import variables as known
from workflows.bpmn.model import Process
from workflows.ids import uuid7
from workflows.models import ProcessDefinition, ProcessInstance, Receipt
from workflows.refusals import NotValid

LONGEST_KEY = 255
LONGEST_NAME = 200
ONCE = "receipt_once_per_sender"


class KeyReused(NotValid):
    """An idempotency key came back with another message."""

    slug = "idempotency-key-reused"


def receive(
    *,
    message: str,
    variables: Mapping[str, Any],
    business_key: str,
    idempotency_key: str,
    sender: str,
    now: datetime,
) -> tuple[ProcessInstance, bool]:
    """The instance that this message starts, and whether it is new.

    The same key of the same sender gives the same instance; with another content it is refused.
    """
    for what, text, longest in (
        ("message", message, LONGEST_NAME),
        ("idempotency key", idempotency_key, LONGEST_KEY),
        ("sender", sender, LONGEST_NAME),
    ):
        _check_text(what, text, longest)
    if business_key:
        _check_text("business key", business_key, LONGEST_NAME)
    given = known.checked(variables)
    receipt = Receipt(
        sender=sender,
        idempotency_key=idempotency_key,
        request_hash=canonical.digest([message, business_key, given]),
        message=message,
        received_at=now,
    )
    try:
        return _start(receipt, given, business_key), True
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
    return _known(receipt), False


@transaction.atomic
def _start(receipt: Receipt, variables: dict[str, Any], business_key: str) -> ProcessInstance:
    """The receipt first: of two that come at once, one waits here and then finds it taken."""
    receipt.instance_id = uuid7()
    receipt.save(force_insert=True)
    definition = definitions.started_by(receipt.message)
    if definition is None:
        raise NotValid(
            f"No process waits for the message {receipt.message!r}. Check its name, or deploy one."
        )
    return runtime.start(
        definition=definition,
        variables=variables,
        business_key=business_key,
        by=receipt.sender,
        now=receipt.received_at,
        start_node=_start_node(definition, definitions.compiled(definition), receipt.message),
        instance_id=receipt.instance_id,
    )


def _known(receipt: Receipt) -> ProcessInstance:
    first = Receipt.objects.select_related("instance__definition").get(
        sender=receipt.sender, idempotency_key=receipt.idempotency_key
    )
    if first.request_hash != receipt.request_hash or first.instance is None:
        raise KeyReused(
            "This idempotency key was used for another message. Send the same content again, or "
            "choose a new key."
        )
    return first.instance


def _start_node(definition: ProcessDefinition, process: Process, message: str) -> str:
    for node in process.nodes.values():
        if node.message == message:
            return node.id
    raise NotValid(f"{definition} has no start event for {message!r}.")


def _check_text(what: str, text: object, longest: int) -> None:
    if not isinstance(text, str) or not text.strip():
        raise NotValid(f"The {what} is missing. Send a text of 1 to {longest} characters.")
    if len(text) > longest:
        raise NotValid(f"The {what} has {len(text)} characters. At most {longest} are taken.")
    if not text.isprintable():
        raise NotValid(f"The {what} holds a control character or half a character. Leave it out.")
