"""A person starts an instance: sent twice, the form starts one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from workflows import beginning, canonical
from workflows import variables as known
from workflows.ids import uuid7
from workflows.intake import LONGEST_KEY, LONGEST_NAME, ONCE, KeyReused
from workflows.models import ProcessDefinition, ProcessInstance, Receipt
from workflows.refusals import NotValid


def start(
    *,
    definition: ProcessDefinition,
    start_node: str,
    variables: Mapping[str, Any],
    business_key: str,
    key: str,
    by: str,
    now: datetime,
) -> tuple[ProcessInstance, bool]:
    """The instance that this form starts, and whether it is new.

    `key` belongs to one filled-in form: with it, the same content gives the same instance and
    another content is refused.
    """
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise NotValid("The form lost its key. Open the page again and fill it in once more.")
    if len(business_key) > LONGEST_NAME or not (business_key or " ").isprintable():
        raise NotValid(f"A business key has at most {LONGEST_NAME} printable characters.")
    given = known.checked(variables)
    receipt = Receipt(
        sender=by,
        idempotency_key=key,
        request_hash=canonical.digest([str(definition.pk), start_node, business_key, given]),
        message=f"Start of {definition}"[:LONGEST_NAME],
        received_at=now,
    )
    try:
        return _started(receipt, definition, start_node, given, business_key), True
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
    return _known(receipt), False


@transaction.atomic
def _started(
    receipt: Receipt,
    definition: ProcessDefinition,
    start_node: str,
    variables: dict[str, Any],
    business_key: str,
) -> ProcessInstance:
    """The receipt first: of two that come at once, one waits here and then finds it taken."""
    receipt.instance_id = uuid7()
    receipt.save(force_insert=True)
    begun = beginning.begin(
        definition=definition,
        node_id=start_node,
        variables=variables,
        key=business_key,
        by=receipt.sender,
        now=receipt.received_at,
        instance_id=receipt.instance_id,
    )
    if not begun.is_new:
        raise NotValid(
            f"{definition.name} begins once for each key, and has begun for {begun.instance} "
            "already. Look for it among the processes, or choose another business key."
        )
    return begun.instance


def _known(receipt: Receipt) -> ProcessInstance:
    first = Receipt.objects.select_related("instance__definition").get(
        sender=receipt.sender, idempotency_key=receipt.idempotency_key
    )
    if first.request_hash != receipt.request_hash or first.instance is None:
        raise KeyReused(
            "This form was sent before with other values, and started a process then. "
            "Open the page again to start another one."
        )
    return first.instance
