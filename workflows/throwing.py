"""What a process sends or tells: rows that are delivered after the commit, each on its own.

A message or signal carries the inputs that its event declares, and nothing else.
"""

from datetime import timedelta
from typing import Any

from workflows.bpmn import expressions
from workflows.bpmn.expressions import Unclear
from workflows.bpmn.model import Node
from workflows.bpmn.tokens import Threw
from workflows.models import Message
from workflows.openings import CannotOpen, Place, key_of
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
        message.variables = checked(_carried(effect.node, place))
        message.key = key_of(effect.node, place.known) if is_message else ""
    except (CannotOpen, Unclear, Refusal) as reason:
        message.status, message.problem = Message.Status.REFUSED, str(reason)
        message.ended_at = place.now
    return message


def _carried(node: Node, place: Place) -> dict[str, Any]:
    carried: dict[str, Any] = {}
    for each in node.data.inputs:
        carried[each.name] = expressions.value(each.text, {**place.known, **carried})
    return carried
