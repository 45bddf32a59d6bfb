"""Signals from outside: told to everybody who listens, once for each idempotency key."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from workflows import canonical, signals
from workflows import variables as known
from workflows.intake import LONGEST_KEY, LONGEST_NAME, ONCE, REUSED, KeyReused, check_text
from workflows.models import Message, Receipt


def announce(
    *, signal: str, variables: Mapping[str, Any], idempotency_key: str, sender: str, now: datetime
) -> tuple[Message, bool]:
    """Broadcast a signal, and whether that is new: the same key broadcasts it once.

    Raises `KeyReused` when the key was used for something else, `NotValid` for bad input.
    """
    check_text("signal", signal, LONGEST_NAME)
    check_text("idempotency key", idempotency_key, LONGEST_KEY)
    given = known.checked(variables)
    receipt = Receipt(
        sender=sender,
        idempotency_key=idempotency_key,
        request_hash=canonical.digest(["signal", signal, given]),
        message=signal,
        received_at=now,
    )
    try:
        with transaction.atomic():
            receipt.save(force_insert=True)
            return signals.broadcast(
                name=signal, variables=given, sender=sender, now=now, receipt=receipt
            ), True
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
    first = Message.objects.filter(
        receipt__sender=sender, receipt__idempotency_key=idempotency_key,
        receipt__request_hash=receipt.request_hash,
    ).first()  # fmt: skip
    if first is None:
        raise KeyReused(REUSED)
    return first, False
