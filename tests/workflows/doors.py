"""What may happen to an instance, through the doors by which it happens: timers fire because they
are due, messages and signals arrive, somebody corrects a variable, a called process ends.
"""

from typing import Any

from django.db import connection, transaction

from tests.workflows.builders import NOW, later
from workflows import (
    answering,
    calls,
    correlation,
    incidents,
    runtime,
    senders,
    signals,
    timers,
    variable_changes,
)
from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Process
from workflows.bpmn.tokens import (
    Activated,
    BoundaryFired,
    Completed,
    ErrorThrown,
    Escalated,
    Happening,
    Retried,
    SaidDone,
    Triggered,
)
from workflows.journal import Fact
from workflows.models import Activity, Incident, Listener, Message, ProcessInstance, Timer

EVENTS = (Completed, BoundaryFired, Triggered)
CALLED = "other"  # the process that models call: somebody works, and it fails or does not


def happen(happening: Happening, token: Activity | None, process: Process, pk: Any) -> None:
    """Have this happen to an instance; `token` is the activity that it happens to."""
    node = process.nodes[happening.node]
    if isinstance(happening, EVENTS):
        if timer := _timer(happening, token, pk):
            _fire(timer)
            return
        if listener := _listener(happening, token, pk):
            _tell(listener)
            return
    if node.kind is Kind.CALL_ACTIVITY and isinstance(happening, Completed | ErrorThrown):
        assert token is not None
        _come_back(token, fails=isinstance(happening, ErrorThrown))
        return
    if node.kind is Kind.SEND_TASK and isinstance(happening, Completed | ErrorThrown):
        assert token is not None
        _answer(token, refused=isinstance(happening, ErrorThrown))
        return
    if isinstance(happening, Retried):
        incident = Incident.objects.get(activity=token, status="open")
        incidents.retry(incident_id=incident.pk, by="user:ada", now=NOW)
        return
    _by_hand(happening, token, pk)


def settle() -> None:
    """Processes that are called begin, those that nobody waits for are cancelled."""
    while calls.settle_due(NOW):
        pass


@transaction.atomic
def _by_hand(happening: Happening, token: Activity | None, pk: Any) -> None:
    held = runtime.hold(pk)
    said: dict[str, Any] = {"instance": held, "actor": "user:ada", "now": NOW}
    fact = Fact(kind="test.happened", actor="user:ada")
    if isinstance(happening, Activated | SaidDone):
        runtime.choose(happening, fact=fact, **said)
        return
    assert token is not None
    match happening:
        case Completed():
            runtime.complete(
                activity=token, variables=happening.result, event=happening.node, **said
            )
        case BoundaryFired():
            runtime.fire_boundary(activity=token, node_id=happening.node, fact=fact, **said)
        case ErrorThrown():
            runtime.throw_error(activity=token, code=happening.code, fact=fact, **said)
        case Escalated():
            runtime.escalate(activity=token, code=happening.code, fact=fact, **said)


# --- timers -------------------------------------------------------------------------------------


def _timer(happening: Any, token: Activity | None, pk: Any) -> Timer | None:
    wanted = {"activity": token} if token else {"activity": None, "scope": happening.scope}
    waiting = Timer.objects.filter(instance=pk, node_id=happening.node, status="pending", **wanted)
    return waiting.first()


def _fire(timer: Timer) -> None:
    """Only this one is due: no other is before an hour has passed."""
    Timer.objects.filter(pk=timer.pk).update(due_at=NOW)
    fired = timers.fire_due(NOW)
    assert fired == 1, f"{timer} fired, and nothing else did"


# --- messages, signals, conditions --------------------------------------------------------------


def _listener(happening: Any, token: Activity | None, pk: Any) -> Listener | None:
    wanted = {"activity": token} if token else {"activity": None, "scope": happening.scope}
    waiting = Listener.objects.filter(instance=pk, node_id=happening.node, status="open", **wanted)
    return waiting.first()


def _tell(listener: Listener) -> None:
    """Through the front door where nobody else is meant, else straight to this one."""
    alike = Listener.objects.filter(node_id=listener.node_id, status="open")
    if alike.count() > 1:
        with transaction.atomic():
            held = runtime.hold(listener.instance_id)
            runtime.hear(listener, instance=held, actor="api:shop", now=NOW)
        return
    {"message": _send, "signal": _broadcast, "conditional": _come_true}[listener.kind](listener)


def _send(listener: Listener) -> None:
    said = {"name": listener.name, "key": "", "variables": {}, "sender": "api:shop", "now": NOW}
    if listener.name.endswith(tuple("13579")):
        assert correlation.correlate(**said) is not None
    else:
        message = correlation.keep(**said, until=later(hours=1))
        assert correlation.deliver(message.pk, now=NOW)


def _broadcast(listener: Listener) -> None:
    signal = signals.broadcast(name=listener.name, variables={}, sender="api:shop", now=NOW)
    correlation.deliver(signal.pk, now=NOW)
    [share] = Message.objects.filter(origin=signal)
    assert correlation.deliver(share.pk, now=NOW)


def _come_true(listener: Listener) -> None:
    """The variable that it is about is named after the event."""
    correct(listener.instance_id, listener.node_id, True)


def correct(pk: Any, name: str, value: Any) -> None:
    """Somebody gives a variable another value."""
    was = variable_changes.mark(ProcessInstance.objects.get(pk=pk).variables, name)
    variable_changes.change(
        instance_id=pk, name=name, value=value, was=was, reason="So it is.", by="user:ada", now=NOW
    )


def _answer(token: Activity, *, refused: bool) -> None:
    """Somebody takes the message for which its sender waits, or cannot."""
    message = Message.objects.get(activity=token)
    if refused:
        assert senders.refuse(message, "Not here.", now=NOW)
    else:
        Message.objects.filter(pk=message.pk).update(status="delivered", ended_at=NOW)
        assert answering.tell_due(NOW) == 1


# --- calls --------------------------------------------------------------------------------------


def _come_back(token: Activity, *, fails: bool) -> None:
    called = ProcessInstance.objects.get(called_by__activity=token)
    work = Activity.objects.get(instance=called, status="active", kind=Kind.USER_TASK)
    with transaction.atomic():
        held = runtime.hold(called.pk)
        runtime.complete(
            activity=work, instance=held, variables={"fails": True} if fails else {},
            actor="user:ada", now=NOW,
        )  # fmt: skip
    settle()


# --- crashes ------------------------------------------------------------------------------------


class Crash(BaseException):
    """The worker dies."""


class Fuse:
    """Lets a number of writes through, and then the worker dies."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("INSERT", "UPDATE")):
            self.left -= 1
            if self.left < 0:
                raise Crash
        return execute(sql, params, many, context)


def crash(after: int, happening: Happening, *what: Any) -> bool:
    """Whether the worker died in the middle of this, after so many writes."""
    try:
        with transaction.atomic(), connection.execute_wrapper(Fuse(after)):
            happen(happening, *what)
            raise Crash  # so few writes: undone all the same
    except Crash:
        return True
