"""What a step tells others, in rows that are delivered once it is there for everybody to see."""

from typing import Any

from workflows import publishing, throwing
from workflows.bpmn import answers, extensions
from workflows.bpmn.model import Node
from workflows.bpmn.tokens import Escaped, Threw
from workflows.feel import FeelError
from workflows.models import Activity, CallReport, Incident, Message
from workflows.sheet import Sheet


def publish(sheet: Sheet, activity: Activity, node: Node) -> None:
    """The event of an end: whoever subscribed to it gets to know."""
    try:
        kind, data = extensions.event(sheet.process, node, sheet.standing.seen(activity.scope))
    except FeelError as error:
        sentence = f"The event of {node.name or node.id} cannot be evaluated: {error}"
        sheet.trouble(activity, Incident.Kind.EVENT, sentence)
        return
    event = publishing.event_of(kind, instance=sheet.instance, data=data, now=sheet.now)
    sheet.fresh.events.append(event)
    sheet.note("event.published", f"event:{event.pk}", type=kind, node=node.id)


def send(sheet: Sheet, effect: Threw) -> None:
    """A message or a signal, to whoever waits for it."""
    message = throwing.message_of(effect, sheet.place(effect.scope), sheet.actor)
    message.untold = answers.are_awaited(sheet.process, effect.node)
    sheet.fresh.messages.append(message)
    said = {"node": effect.node.id, "name": message.name}
    sheet.note(f"{effect.what}.sent", f"message:{message.pk}", **said)
    if message.problem:
        said = {"name": message.name, "problem": message.problem}
        sheet.note(f"{effect.what}.refused", f"message:{message.pk}", **said)


def was_sent_by(sheet: Sheet, activity: Activity) -> None:
    """A token goes on, or waits for an answer: what it has just sent knows it, so that people find
    the way back."""
    last = sheet.fresh.messages[-1] if sheet.fresh.messages else None
    if last is None or last.activity is not None:
        return
    if activity.status != Activity.Status.COMPLETED and not last.untold:
        return
    last.activity = activity
    if last.problem and last.kind == Message.Kind.MESSAGE:
        sheet.trouble(activity, Incident.Kind.MESSAGE, throwing.complaint(last))


def report_end(sheet: Sheet) -> None:
    """Tell whoever called this instance that it is over."""
    _report(sheet, kind=CallReport.Kind.ENDED)


def report_trouble(sheet: Sheet, effect: Escaped) -> None:
    """Tell whoever called this instance what nobody in it catches, and what is known just now.

    What came along with it from a process that was called in turn is known to nobody else here.
    """
    _report(
        sheet,
        kind=CallReport.Kind(effect.what),
        code=effect.code,
        message=effect.message,
        variables={**sheet.instance.variables, **effect.result},
    )


def _report(sheet: Sheet, **said: Any) -> None:
    if sheet.instance.caller_id is not None:
        sheet.fresh.reports.append(
            CallReport(called=sheet.instance, look_at=sheet.now, created_at=sheet.now, **said)
        )
