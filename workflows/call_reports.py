"""What a called instance has to say, told to its caller in the order in which it was said."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from workflows import call_rows, definitions, runtime
from workflows.bpmn import compensation
from workflows.bpmn.details import Data
from workflows.models import Call, CallReport, ProcessInstance
from workflows.refusals import Refusal

Status = Call.Status


@transaction.atomic
def tell(called_id: UUID, *, now: datetime) -> bool:
    """Tell the caller what the called instance has to say, the oldest of it that is not told."""
    held = call_rows.hold(Q(called=called_id))
    if held is None:
        return _nobody_waits(called_id, now)
    caller, call = held
    report = _next_report(called_id)
    if report is None or report.look_at is None:
        # What is younger waits for it, out of the way of others.
        CallReport.objects.filter(called=called_id, settled_at=None).update(look_at=None)
        return False
    try:
        with transaction.atomic():
            _settle(report, now)
            if call.status == Status.RUNNING:
                TOLD[CallReport.Kind(report.kind)](call, caller, report, now)
    except Refusal as refusal:
        CallReport.objects.filter(pk=report.pk).update(look_at=None, settled_at=None)
        call_rows.ask_somebody(call, runtime.hold(caller.pk), str(refusal), now)
    return True


def _ended(call: Call, caller: ProcessInstance, report: CallReport, now: datetime) -> None:
    """The call activity is done."""
    Call.objects.filter(pk=call.pk).update(status=Status.RETURNED, ended_at=now)
    undoes, called = call.undoes_id is not None, report.called
    runtime.complete(
        activity=call.activity,
        instance=caller,
        variables={} if undoes else _let_out(_data(call, caller), call, called.variables),
        called="" if undoes or not _can_be_undone(called) else str(called.pk),
        actor="system",
        now=now,
        fact=call_rows.fact("call.undone" if undoes else "call.returned", call, called.pk),
    )


def _can_be_undone(called: ProcessInstance) -> bool:
    return compensation.beginning_of(definitions.process_of(called)) is not None


def _failed(call: Call, caller: ProcessInstance, report: CallReport, now: datetime) -> None:
    """Whoever catches the error interrupts the call; uncaught, its incident is in the called
    instance, and those further up are told."""
    runtime.throw_error(
        activity=call.activity,
        instance=caller,
        code=report.code,
        message=report.message,
        variables=_come_along(call, caller, report),
        actor="system",
        now=now,
        fact=call_rows.fact("call.error", call, report.called_id, code=report.code[:100]),
    )


def _escalated(call: Call, caller: ProcessInstance, report: CallReport, now: datetime) -> None:
    fact = call_rows.fact("call.escalated", call, report.called_id, code=report.code[:100])
    runtime.escalate(
        activity=call.activity,
        instance=caller,
        code=report.code,
        variables=_come_along(call, caller, report),
        actor="system",
        now=now,
        fact=fact,
    )


def _cancelled(call: Call, caller: ProcessInstance, _report: CallReport, now: datetime) -> None:
    sentence = f"{call.process} was cancelled. Try again to call it anew, or cancel this process."
    call_rows.trouble(call, caller, sentence, now)


TOLD: dict[CallReport.Kind, Callable[[Call, ProcessInstance, CallReport, datetime], None]] = {
    CallReport.Kind.ENDED: _ended,
    CallReport.Kind.ERROR: _failed,
    CallReport.Kind.ESCALATION: _escalated,
    CallReport.Kind.CANCELLED: _cancelled,
}


# --- what comes back ----------------------------------------------------------------------------


def _come_along(call: Call, caller: ProcessInstance, report: CallReport) -> Mapping[str, Any]:
    """What comes with an error or escalation: nothing, unless the model says what comes out."""
    data, known = _data(call, caller), report.variables
    if call.undoes_id or not data.says_out:
        return {}
    return _let_out(data, call, report.called.variables if known is None else known)


def _let_out(data: Data, call: Call, known: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the called process was given and left alone stays away where nothing is mapped: its
    caller may have changed it meanwhile."""
    if data.outputs:
        return known
    same = {name for name, value in call.inputs.items() if known.get(name) == value}
    return {name: value for name, value in known.items() if name not in same}


def _data(call: Call, caller: ProcessInstance) -> Data:
    return definitions.process_of(caller).nodes[call.activity.node_id].data


# --- one after the other ------------------------------------------------------------------------


def _next_report(called_id: UUID) -> CallReport | None:
    """The oldest that is not settled: they are told in their order. The caller is held."""
    waiting = CallReport.objects.filter(called=called_id, settled_at=None)
    return waiting.select_related("called").order_by("id").first()


def _settle(report: CallReport, now: datetime) -> None:
    CallReport.objects.filter(pk=report.pk).update(look_at=None, settled_at=now)


def _nobody_waits(called_id: UUID, now: datetime) -> bool:
    """Whether the reports of an instance are settled because no call waits for it any more."""
    call = Call.objects.filter(called=called_id).first()
    if call is not None and call.status not in (Status.CANCELLED, Status.RETURNED):
        return False  # the caller is busy
    open_ones = CallReport.objects.filter(called=called_id, settled_at=None)
    return bool(open_ones.update(look_at=None, settled_at=now))
