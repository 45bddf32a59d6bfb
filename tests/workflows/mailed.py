"""Processes that send and wait for messages, and who sends to them."""

from datetime import timedelta

from tests.workflows.bpmn import sketch
from tests.workflows.bpmn.sketch import (
    throw,
)
from tests.workflows.builders import NOW
from workflows import (
    definitions,
    intake,
    runtime,
)

HOUR = timedelta(hours=1)


def receives(message, key=""):
    """A receive task, which waits with this key."""
    said = f'<extensionElements><c:message key="{key}"/></extensionElements>' if key else ""
    what = f'messageRef="message_{message}"'
    return lambda name: f'<receiveTask id="{name}" name="{name}" {what}>{said}</receiveTask>'


def send_task(name):
    return f'<sendTask id="{name}" name="{name}" messageRef="message_order"/>'


def sends(message, key="", **inputs):
    """An event that throws a message with a key, and carries these inputs."""
    said = f'<c:message key="{key}"/>' if key else ""
    said += "".join(f'<c:input name="{name}" value="{text}"/>' for name, text in inputs.items())
    inside = f"<extensionElements>{said}</extensionElements>" if said else ""
    thrown = throw("message", message)
    return lambda name: thrown(name).replace("><message", f">{inside}<message")


def deployed(*arrows, key="drawn", **made):
    source = sketch.xml(*arrows, **made).replace(b'id="drawn"', f'id="{key}"'.encode())
    [definition] = definitions.deploy(source=source, by="user:ada", now=NOW)
    return definition


def begin(definition, *, business_key="", **variables):
    return runtime.start(
        definition=definition, variables=variables, business_key=business_key, by="x", now=NOW
    )


def waiting(message="paid", key="= order", **variables):
    """An instance that waits for a message with the key that its variable says."""
    definition = deployed("start -> r -> after -> end", r=receives(message, key))
    return begin(definition, **variables)


def send(name="paid", key="A-1", message_id="k1", now=NOW, keep_for=None, **variables):
    return intake.take(
        message=name, variables=variables, business_key=key, idempotency_key=message_id,
        sender="api:shop", now=now, keep_for=keep_for,
    )  # fmt: skip
