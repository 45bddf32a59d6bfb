"""Chains of events for tests of the observer: who publishes, who reacts, who calls whom."""

from datetime import datetime, timedelta

from django.db import transaction

from tests.workflows.bpmn.sketch import call, on
from tests.workflows.builders import NOW, activity_at, standing
from tests.workflows.mailed import deployed
from workflows import calls, expecting, observing, publishing, runtime
from workflows.expecting import Expected
from workflows.models import Anomaly, Expectation, JournalEntry, ProcessDefinition, ProcessInstance

HOUR = timedelta(hours=1)
CAPTURED, CONFIRMED = "capture.end", "confirmation.end"
PUBLISHER = ("start -> end",)
REACTION = ("start -> check -> end",)


def expects(publishes: str = "", within: timedelta = HOUR, after: str = CAPTURED) -> Expectation:
    """After a capture, a confirmation begins, or publishes its event."""
    link = Expected("reaction", after, "confirmation", within, publishes)
    [made] = expecting.declare(chain="Settlement", links=[link], by="user:ada", now=NOW)
    return made


def expects_answer(within: timedelta = HOUR) -> Expectation:
    """A booking gets an answer from the check that it calls."""
    link = Expected("answer", "booking", "check", within)
    [made] = expecting.declare(chain="Booking", links=[link], by="user:ada", now=NOW)
    return made


def run(process: str, key: str, at: datetime = NOW) -> ProcessInstance:
    definition = ProcessDefinition.objects.filter(key=process).latest("version")
    return runtime.start(definition=definition, variables={}, business_key=key, by="system", now=at)


def published(key: str = "T-1", at: datetime = NOW) -> ProcessInstance:
    """A capture came to its end, and its event has a place in the feed."""
    deployed(*PUBLISHER, key="capture")
    instance = run("capture", key, at)
    publishing.fan_out_due(at)
    return instance


def begun(key: str = "T-1", at: datetime = NOW) -> ProcessInstance:
    """A confirmation has begun; it waits for a person."""
    deployed(*REACTION, key="confirmation")
    return run("confirmation", key, at)


def finished(instance: ProcessInstance, at: datetime) -> None:
    """Somebody did what a process waited for, and its event has a place in the feed."""
    with transaction.atomic():
        held = runtime.hold(instance.pk)
        runtime.complete(
            activity=activity_at(held, standing(held)[0]), instance=held, variables={},
            actor="user:alice", now=at,
        )  # fmt: skip
    publishing.fan_out_due(at)


def booking(key: str = "B-1", *, limit: str = "") -> ProcessInstance:
    """A booking that calls a check, which waits for a person; with a limit of its own if wanted."""
    deployed("start -> ask -> end", key="check")
    made = {"c": call("check")}
    if limit:
        late = on("c", "timer")
        made["late"] = lambda name: late(name).replace("PT1H", limit)
        deployed("start -> c -> end", "late -> desk -> end", key="booking", **made)
    else:
        deployed("start -> c -> end", key="booking", **made)
    return run("booking", key)


def called() -> None:
    """A booking has called its check, which waits for a person."""
    booking()
    calls.settle_due(NOW)


def answered(at: datetime, *, heard_at: datetime | None = None) -> None:
    """The check is done, and the booking that called it hears of it, now or later."""
    finished(ProcessInstance.objects.get(definition__key="check"), at)
    calls.settle_due(heard_at or at)


def looked(at: datetime) -> list[str]:
    """What was noticed so far, after a look at this moment."""
    observing.look(at)
    return list(Anomaly.objects.order_by("id").values_list("kind", flat=True))


def settled() -> list[str]:
    """How what was noticed came to its end, in the order in which it was noticed."""
    return list(Anomaly.objects.order_by("id").values_list("outcome", flat=True))


def told(kind: str) -> int:
    """How often the journal says this."""
    return JournalEntry.objects.filter(kind=kind).count()
