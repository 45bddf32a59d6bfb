"""What a process sends or tells: rows that are delivered after the commit, each on its own.

A message or signal carries the inputs that its event declares, and nothing else.
"""

from datetime import timedelta
from typing import Any

from workflows.bpmn import expressions
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.model import Node
from workflows.bpmn.tokens import Threw
from workflows.models import Incident, Message
from workflows.openings import CannotOpen, Place, key_of, name_of
from workflows.refusals import Refusal
from workflows.variables import checked

KEPT_FOR = timedelta(hours=1)  # how long a message that nobody waits for yet may find somebody


def message_of(effect: Threw, place: Place, actor: str) -> Message:
    """The row of a message or signal; one that cannot be made is refused, and says why."""
    is_message = effect.what == Message.Kind.MESSAGE
    message = Message(
        kind=effect.what,
        name=effect.name,
        sender=actor,
        thrown_by=place.instance,
        received_at=place.now,
        expires_at=place.now + KEPT_FOR if is_message else None,
    )
    try:
        fill(message, effect.node, place)
    except CannotOpen as reason:
        message.status, message.problem = Message.Status.REFUSED, str(reason)
        message.ended_at = place.now
    return message


def fill(message: Message, node: Node, place: Place) -> None:
    """Its name, what it carries, and its key. Raises `CannotOpen` when these cannot be told."""
    is_message = message.kind == Message.Kind.MESSAGE
    message.name = name_of(node, place)
    try:
        message.variables = checked(_carried(node, place))
    except (Unclear, Refusal) as reason:
        raise CannotOpen(Incident.Kind.MESSAGE, str(reason)) from reason
    message.key = key_of(node, place.known) if is_message else ""


def complaint(message: Message) -> str:
    """What an incident says of a message that was not taken."""
    key = f" with the key {message.key!r}" if message.key else ""
    what = "was not taken" if message.status == Message.Status.EXPIRED else "was refused"
    return f"The message {message.name!r}{key} {what}. {message.problem}"


def _carried(node: Node, place: Place) -> dict[str, Any]:
    carried: dict[str, Any] = {}
    for each in node.data.inputs:
        carried[each.name] = expressions.value(each.text, {**place.known, **carried})
    return carried
