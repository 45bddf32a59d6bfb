"""Processes that call processes: begun, told of, and cancelled, each in a transaction of its own.

The rows are the promise: `Call` is written by the step that reaches a call activity, `CallReport`
by the step in which the called instance ends or throws. A crash in between loses nothing, because
every sweep finds what is left to do; a transaction holds one instance, so that none waits in a
circle. A called instance that begins is held together with its caller: nobody else can see it yet.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q

from workflows import definitions, handover, journal, openings, reopening, runtime, wakeups
from workflows.journal import Fact
from workflows.models import (
    Activity,
    Call,
    CallReport,
    Incident,
    ProcessDefinition,
    ProcessInstance,
)
from workflows.refusals import NotValid, Refusal

BATCH = 200
DEEPEST = 50  # processes called one inside the other, below the outermost
SAID = ("process", "binding", "version", "business_key", "inputs")  # by the call activity
PAUSE = timedelta(minutes=1)  # before another try to stop what could not be stopped

logger = logging.getLogger(__name__)
Status = Call.Status


def settle_due(now: datetime, *, at_most: int = BATCH) -> int:
    """Begin what is called, tell callers, stop what nobody waits for; how many of it was done.

    An instance that somebody is working on is passed by until the next sweep.
    """
    due = Call.objects.filter(status__in=[Status.WANTED, Status.STOPPING], look_at__lte=now)
    found = list(due.order_by("look_at", "id").values_list("pk", "status")[:at_most])
    told = CallReport.objects.filter(look_at__lte=now).order_by("look_at", "id")
    reports = list(told.values_list("called_id", flat=True)[:at_most])
    done = sum(
        _safely(begin if status == Status.WANTED else stop, call, now) for call, status in found
    )
    return done + sum(_safely(tell, called, now) for called in reports)


@transaction.atomic
def begin(call_id: UUID, *, now: datetime) -> bool:
    """Begin the called process; False when there is nothing to begin or the caller is busy."""
    held = _hold(Q(pk=call_id, status=Status.WANTED))
    if held is None:
        return False
    caller, call = held
    try:
        with transaction.atomic():
            called = _started(call, caller, now)
    except Refusal as refusal:
        _trouble(call, caller, str(refusal), now)
        return True
    call.status, call.called, call.look_at = Status.RUNNING, called, None
    call.save(update_fields=["status", "called", "look_at"])
    return True


@transaction.atomic
def tell(called_id: UUID, *, now: datetime) -> bool:
    """Tell the caller what the called instance has to say, the oldest of it that is not told."""
    held = _hold(Q(called=called_id))
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
        _ask_somebody(call, runtime.hold(caller.pk), str(refusal), now)
    return True


@transaction.atomic
def stop(call_id: UUID, *, now: datetime) -> bool:
    """Cancel a called instance that nobody waits for any more; False when it is being worked on."""
    called_id = Call.objects.values_list("called", flat=True).get(pk=call_id)
    called = runtime.hold_if_free(called_id) if called_id else None
    if called is None:
        return False
    stopping = Call.objects.filter(pk=call_id, status=Status.STOPPING)
    if not stopping.update(status=Status.CANCELLED, look_at=None, ended_at=now):
        return False
    if called.status == ProcessInstance.Status.RUNNING:
        reason = "The process that called it goes on without it."
        runtime.cancel(instance_id=called.pk, by="system", reason=reason, now=now)
    return True


def try_again(activity: Activity, *, instance: ProcessInstance, now: datetime) -> None:
    """A person has removed what kept a process from being called, or its caller from going on.

    It is called with what is known now. The caller, `instance`, is held. Raises `CannotOpen`.
    """
    troubled = Call.objects.filter(activity=activity, status=Status.TROUBLED)
    if troubled.exists():
        node = definitions.process_of(instance).nodes[activity.node_id]
        fresh = openings.call_for(node, reopening.place_of(activity, instance, now))
        news = {name: getattr(fresh, name) for name in SAID}
        troubled.update(status=Status.WANTED, look_at=now, **news)
    CallReport.objects.filter(
        called__called_by__activity=activity, settled_at=None, look_at=None
    ).update(look_at=now)
    wakeups.once_after_commit(wakeups.SETTLE_CALLS)


# --- beginning ----------------------------------------------------------------------------------


def _started(call: Call, caller: ProcessInstance, now: datetime) -> ProcessInstance:
    if caller.depth >= DEEPEST:
        raise NotValid(
            f"Processes call each other {DEEPEST} deep here, which is the most that is allowed. "
            f"Look whether {call.process} calls itself."
        )
    definition = _definition(call, caller)
    call.activity.instance = caller
    called = runtime.start(
        definition=definition,
        variables=call.inputs,
        business_key=call.business_key,
        by="system",
        now=now,
        caller=call.activity,
    )
    _note("call.begun", call, caller, called.pk, now, version=definition.version)
    return called


def _definition(call: Call, caller: ProcessInstance) -> ProcessDefinition:
    """The version that the model binds to. Raises `NotValid` with what to do."""
    versions = ProcessDefinition.objects.filter(key=call.process).order_by("-version")
    if call.binding == "deployment":
        versions = versions.filter(deployed_at__lte=caller.definition.deployed_at)
    elif call.binding == "version":
        if not (call.version.isascii() and call.version.isdecimal()):
            raise NotValid(
                f"{call.version!r} is not the number of a version of {call.process}. Correct the "
                "call activity."
            )
        versions = versions.filter(version=int(call.version[:9]))
    found = versions.defer("source").first()
    if found is None:
        which = f"version {call.version} of " if call.binding == "version" else ""
        raise NotValid(
            f"{call.activity} calls {which}{call.process or 'nothing'}, which is not deployed. "
            "Deploy it, and try again."
        )
    return found


# --- telling the caller -------------------------------------------------------------------------


def _ended(call: Call, caller: ProcessInstance, report: CallReport, now: datetime) -> None:
    """The call activity is done. What the called process was given and left alone stays away:
    the caller may have changed it meanwhile."""
    Call.objects.filter(pk=call.pk).update(status=Status.RETURNED, ended_at=now)
    known = report.called.variables
    node = definitions.process_of(caller).nodes[call.activity.node_id]
    if not node.data.outputs:
        same = {name for name, value in call.inputs.items() if known.get(name) == value}
        known = {name: value for name, value in known.items() if name not in same}
    fact = _fact("call.returned", call, report.called_id)
    runtime.complete(
        activity=call.activity, instance=caller, variables=known, actor="system", now=now, fact=fact
    )


def _failed(call: Call, caller: ProcessInstance, report: CallReport, now: datetime) -> None:
    """Whoever catches the error interrupts the call; uncaught, its incident is in the called
    instance, and those further up are told."""
    runtime.throw_error(
        activity=call.activity,
        instance=caller,
        code=report.code,
        message=report.message,
        actor="system",
        now=now,
        fact=_fact("call.error", call, report.called_id, code=report.code[:100]),
    )


def _escalated(call: Call, caller: ProcessInstance, report: CallReport, now: datetime) -> None:
    fact = _fact("call.escalated", call, report.called_id, code=report.code[:100])
    runtime.escalate(
        activity=call.activity,
        instance=caller,
        code=report.code,
        actor="system",
        now=now,
        fact=fact,
    )


def _cancelled(call: Call, caller: ProcessInstance, _report: CallReport, now: datetime) -> None:
    sentence = f"{call.process} was cancelled. Try again to call it anew, or cancel this process."
    _trouble(call, caller, sentence, now)


TOLD: dict[CallReport.Kind, Callable[[Call, ProcessInstance, CallReport, datetime], None]] = {
    CallReport.Kind.ENDED: _ended,
    CallReport.Kind.ERROR: _failed,
    CallReport.Kind.ESCALATION: _escalated,
    CallReport.Kind.CANCELLED: _cancelled,
}


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


# --- holding, trouble ---------------------------------------------------------------------------


def _hold(wanted: Q) -> tuple[ProcessInstance, Call] | None:
    """The caller, then the call, both locked; None when the caller is busy."""
    found = Call.objects.filter(wanted).values_list("instance_id", "pk").first()
    caller = runtime.hold_if_free(found[0]) if found else None
    if found is None or caller is None:
        return None
    held = Call.objects.select_for_update(no_key=True, of=("self",)).select_related("activity")
    call = held.filter(wanted, pk=found[1]).first()
    return (caller, call) if call else None


def _trouble(call: Call, caller: ProcessInstance, sentence: str, now: datetime) -> None:
    """The process cannot be called as it is: a person has to look."""
    Call.objects.filter(pk=call.pk).update(status=Status.TROUBLED, look_at=None)
    _ask_somebody(call, caller, sentence, now)


def _ask_somebody(call: Call, caller: ProcessInstance, sentence: str, now: datetime) -> None:
    handover.open_incident(
        instance=caller,
        activity=call.activity,
        kind=Incident.Kind.HANDLER,
        message=sentence,
        now=now,
    )


def _fact(kind: str, call: Call, called: UUID, **detail: Any) -> Fact:
    said = {"node": call.activity.node_id, "process": call.process, **detail}
    return Fact(kind=kind, actor="system", subject=f"process:{called}", detail=said)


def _note(
    kind: str, call: Call, caller: ProcessInstance, called: UUID, now: datetime, **detail: Any
) -> None:
    journal.record_all([_fact(kind, call, called, **detail)], instance=caller, now=now)


def _safely(work: Callable[..., bool], row: UUID, now: datetime) -> bool:
    """One that fails holds up no other: it is given to a person, or tried again later."""
    try:
        return work(row, now=now)
    except OperationalError as busy:
        logger.info("Call %s is left for the next sweep: %s", row, busy)
    except Exception:
        logger.exception("Call %s cannot be settled", row)
        _give_to_a_person(work, row, now)
    return False


@transaction.atomic
def _give_to_a_person(work: Callable[..., bool], row: UUID, now: datetime) -> None:
    if work is stop:
        Call.objects.filter(pk=row, status=Status.STOPPING).update(look_at=now + PAUSE)
        return
    wanted = Q(pk=row) if work is begin else Q(called=row)
    held = _hold(wanted)
    if held is None:
        return
    caller, call = held
    sentence = f"{call.process} could not be called, or came back and could not be taken up."
    if work is begin:
        _trouble(call, caller, f"{sentence} See the log.", now)
        return
    CallReport.objects.filter(called=row, settled_at=None).update(look_at=None)
    _ask_somebody(call, caller, f"{sentence} See the log.", now)
