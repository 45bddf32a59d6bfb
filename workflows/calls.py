"""Processes that call processes: begun, told of, and cancelled, each in a transaction of its own.

The rows are the promise: `Call` is written by the step that reaches a call activity, `CallReport`
by the step in which the called instance ends or throws. A crash in between loses nothing, because
every sweep finds what is left to do; a transaction holds one instance, so that none waits in a
circle. A called instance that begins is held together with its caller: nobody else can see it yet.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Q

from workflows import (
    call_reports,
    call_rows,
    definitions,
    openings,
    reopening,
    runtime,
    version_tags,
    wakeups,
)
from workflows.models import (
    Activity,
    Call,
    CallReport,
    ProcessDefinition,
    ProcessInstance,
)
from workflows.refusals import NotValid, Refusal

BATCH = 200
DEEPEST = 50  # processes called one inside the other, below the outermost
WHICH = {"version": "version {} of ", "tag": "the version with the tag {!r} of "}
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
    return done + sum(_safely(call_reports.tell, called, now) for called in reports)


@transaction.atomic
def begin(call_id: UUID, *, now: datetime) -> bool:
    """Begin the called process; False when there is nothing to begin or the caller is busy."""
    held = call_rows.hold(Q(pk=call_id, status=Status.WANTED))
    if held is None:
        return False
    caller, call = held
    try:
        with transaction.atomic():
            called = _started(call, caller, now)
    except Refusal as refusal:
        call_rows.trouble(call, caller, str(refusal), now)
        return True
    call.status, call.called, call.look_at = Status.RUNNING, called, None
    call.save(update_fields=["status", "called", "look_at"])
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
    troubled.exclude(undoes=None).update(status=Status.WANTED, look_at=now)
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
    call.activity.instance = caller
    if call.undoes is not None:
        called = runtime.undo(instance=call.undoes, caller=call.activity, now=now)
        call_rows.note("call.undoing", call, caller, called.pk, now, undoes=str(call.undoes_id))
        return called
    definition = _definition(call, caller)
    called = runtime.start(
        definition=definition,
        variables=call.inputs,
        business_key=call.business_key,
        by="system",
        now=now,
        caller=call.activity,
    )
    call_rows.note("call.begun", call, caller, called.pk, now, version=definition.version)
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
    if call.binding == "tag":
        found = version_tags.newest(versions, call.version)
    else:
        found = versions.defer("source").first()
    if found is None:
        which = WHICH.get(call.binding, "").format(call.version)
        raise NotValid(
            f"{call.activity} calls {which}{call.process or 'nothing'}, which is not deployed. "
            "Deploy it, and try again."
        )
    return found


# --- one at a time ------------------------------------------------------------------------------


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
    held = call_rows.hold(wanted)
    if held is None:
        return
    caller, call = held
    sentence = f"{call.process} could not be called, or came back and could not be taken up."
    if work is begin:
        call_rows.trouble(call, caller, f"{sentence} See the log.", now)
        return
    CallReport.objects.filter(called=row, settled_at=None).update(look_at=None)
    call_rows.ask_somebody(call, caller, f"{sentence} See the log.", now)
