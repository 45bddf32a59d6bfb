"""A call and its caller, held together: what both sides of a call read and write."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from workflows import handover, journal, runtime
from workflows.journal import Fact
from workflows.models import Call, Incident, ProcessInstance


def hold(wanted: Q) -> tuple[ProcessInstance, Call] | None:
    """The caller, then the call, both locked; None when the caller is busy."""
    found = Call.objects.filter(wanted).values_list("instance_id", "pk").first()
    caller = runtime.hold_if_free(found[0]) if found else None
    if found is None or caller is None:
        return None
    held = Call.objects.select_for_update(no_key=True, of=("self",)).select_related("activity")
    call = held.filter(wanted, pk=found[1]).first()
    return (caller, call) if call else None


def trouble(call: Call, caller: ProcessInstance, sentence: str, now: datetime) -> None:
    """The process cannot be called as it is: a person has to look."""
    Call.objects.filter(pk=call.pk).update(status=Call.Status.TROUBLED, look_at=None)
    ask_somebody(call, caller, sentence, now)


def ask_somebody(call: Call, caller: ProcessInstance, sentence: str, now: datetime) -> None:
    """A person has to look at the call activity."""
    handover.open_incident(
        instance=caller,
        activity=call.activity,
        kind=Incident.Kind.HANDLER,
        message=sentence,
        now=now,
    )


def fact(kind: str, call: Call, called: UUID, **detail: Any) -> Fact:
    """What the caller's journal says of a call."""
    said = {"node": call.activity.node_id, "process": call.process, **detail}
    return Fact(kind=kind, actor="system", subject=f"process:{called}", detail=said)


def note(
    kind: str, call: Call, caller: ProcessInstance, called: UUID, now: datetime, **detail: Any
) -> None:
    """Write it into the caller's journal."""
    journal.record_all([fact(kind, call, called, **detail)], instance=caller, now=now)
