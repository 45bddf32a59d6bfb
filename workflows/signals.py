"""Signals reach everybody who listens, each in a transaction and through a row of its own."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from workflows import beginning, definitions, runtime, wakeups
from workflows.bpmn.kinds import Kind
from workflows.literals import literal
from workflows.models import Listener, Message, ProcessDefinition, Receipt
from workflows.refusals import NotValid
from workflows.variables import checked

SHARES = 1_000  # rows in one statement


@transaction.atomic
def broadcast(
    *, name: str, variables: Mapping[str, Any], sender: str, now: datetime,
    receipt: Receipt | None = None,
) -> Message:  # fmt: skip
    """Tell everybody who listens to this signal when it is spread, soon after the commit."""
    message = Message.objects.create(
        kind=Message.Kind.SIGNAL, name=name, variables=checked(variables), sender=sender,
        received_at=now, receipt=receipt,
    )  # fmt: skip
    wakeups.after_commit(wakeups.TELL, [message.pk])
    return message


def deliver(message: Message, *, now: datetime) -> bool:
    """Spread a signal, or bring one share of it to whom it is meant for."""
    return _share(message, now=now) if message.is_share else _spread(message, now=now)


@transaction.atomic
def _spread(message: Message, *, now: datetime) -> bool:
    if _taken(message) is None:
        return False
    shares = Message.objects.bulk_create(_shares(message, now), batch_size=SHARES)
    _end(message, Message.Status.DELIVERED, now=now)
    wakeups.after_commit(wakeups.TELL, [share.pk for share in shares])
    return True


def _shares(message: Message, now: datetime) -> Iterator[Message]:
    said: dict[str, Any] = {
        "kind": Message.Kind.SIGNAL,
        "name": message.name,
        "sender": message.sender,
        "origin": message,
        "received_at": now,
    }
    for definition in definitions.started_by_signal(message.name):
        yield Message(definition=definition, **said)
    open_ones = Listener.objects.filter(
        kind=literal("signal"), status=literal("open"), name=message.name
    )
    for listener in open_ones.order_by("id").values_list("pk", flat=True):
        yield Message(listener_id=listener, **said)


@transaction.atomic
def _share(message: Message, *, now: datetime) -> bool:
    if message.definition_id is not None:
        return _start(message, now=now)
    waiting = message.listener
    if waiting is None:
        raise ValueError("A share of a signal is told to a listener or starts a process.")
    instance = runtime.hold(waiting.instance_id)
    share = _taken(message)
    if share is None or share.origin is None:
        return False
    listener = (
        Listener.objects.select_related("activity")
        .filter(pk=waiting.pk, status=literal("open"))
        .first()
    )
    if listener is None:
        _end(message, Message.Status.DROPPED, now=now)
        return False
    runtime.hear(
        listener, instance=instance, variables=share.origin.variables, actor=message.sender, now=now
    )
    _end(message, Message.Status.DELIVERED, now=now, instance=instance)
    return True


def _start(message: Message, *, now: datetime) -> bool:
    share = _taken(message)
    if share is None or share.origin is None or share.definition is None:
        return False
    begun = beginning.begin(
        definition=share.definition, variables=share.origin.variables, key="",
        by=message.sender, now=now, node_id=_start_node(share.definition, message.name),
    )  # fmt: skip
    if begun.is_new:
        _end(message, Message.Status.DELIVERED, now=now, instance=begun.instance)
        return True
    again = beginning.told_again(
        "signal", message.name, instance=begun.instance, actor=message.sender, now=now
    )
    problem = beginning.sentence(again, begun.instance)
    _end(message, Message.Status.DROPPED, now=now, instance=begun.instance, problem=problem)
    return False


def _start_node(definition: ProcessDefinition, signal: str) -> str:
    for node in definitions.compiled(definition).inside(""):
        if node.kind is Kind.SIGNAL_START and node.event and node.event.name == signal:
            return node.id
    raise NotValid(f"{definition} has no start event for {signal!r}.")


def _taken(message: Message) -> Message | None:
    """The row, locked, unless somebody was faster."""
    held = Message.objects.select_for_update(no_key=True, of=("self",))
    waiting = held.filter(pk=message.pk, status=literal("waiting"))
    return waiting.select_related("origin", "definition").first()


def _end(message: Message, status: Message.Status, *, now: datetime, **more: Any) -> None:
    Message.objects.filter(pk=message.pk).update(status=status, tried_at=now, ended_at=now, **more)
