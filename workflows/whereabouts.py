"""Where processes stand, in a word and in a sentence: what a customer is told who asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

from workflows import definitions, queries
from workflows.bpmn.kinds import CONTAINERS, Kind
from workflows.models import Activity, ProcessInstance

WORDS = ("working", "waiting", "stuck", "ended", "cancelled")
NAMED = 3  # steps that a sentence names

# What a token does at a step of this kind; at any other, an automated step works.
WAITS: Mapping[str, str] = MappingProxyType(
    {
        Kind.USER_TASK: "waits for a person",
        Kind.RECEIVE_TASK: "waits for a message",
        Kind.MESSAGE_CATCH: "waits for a message",
        Kind.SIGNAL_CATCH: "waits for a signal",
        Kind.CONDITIONAL_CATCH: "waits until a condition is met",
        Kind.TIMER_CATCH: "waits for its time",
        Kind.EVENT_GATEWAY: "waits for what happens first",
        Kind.CALL_ACTIVITY: "waits for another process",
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`word` is one of `WORDS`; `sentence` says where, and since when."""

    word: str
    sentence: str


def of(instances: Iterable[ProcessInstance]) -> dict[UUID, Standing]:
    """How each of these stands; two questions to the database, however many there are."""
    wanted = list(instances)
    running = [each for each in wanted if each.status == ProcessInstance.Status.RUNNING]
    live = _live(running)
    troubled = queries.troubled(running) if running else {}
    return {
        each.pk: _running(live[each.pk], stuck=each.pk in troubled)
        if each.status == ProcessInstance.Status.RUNNING
        else _over(each)
        for each in wanted
    }


def _live(running: Sequence[ProcessInstance]) -> dict[UUID, list[Activity]]:
    """Where tokens rest, what lies around them left out, the first to arrive first."""
    found: dict[UUID, list[Activity]] = defaultdict(list)
    if running:
        rows = Activity.objects.filter(instance__in=running, status=Activity.Status.ACTIVE)
        for activity in rows.exclude(kind__in=CONTAINERS).order_by("entered_at", "id"):
            found[activity.instance_id].append(activity)
    return found


def _running(live: Sequence[Activity], *, stuck: bool) -> Standing:
    steps: dict[str, datetime] = {}
    for each in live:
        steps.setdefault(_does(each), each.entered_at)
    waiting = bool(live) and all(each.kind in WAITS for each in live)
    word = "stuck" if stuck else "waiting" if waiting else "working"
    said = [f"{text} since {_moment(since)}" for text, since in list(steps.items())[:NAMED]]
    if len(steps) > NAMED:
        said.append(f"and {len(steps) - NAMED} more")
    sentence = "; ".join(said) or "goes on"
    tail = " Something went wrong, and somebody has to look at it." if stuck else ""
    return Standing(word, f"{sentence[0].upper()}{sentence[1:]}.{tail}")


def _does(activity: Activity) -> str:
    return f"{WAITS.get(activity.kind, 'works')} at “{activity}”"


def _over(instance: ProcessInstance) -> Standing:
    at = _moment(instance.ended_at) if instance.ended_at else ""
    if instance.status == ProcessInstance.Status.CANCELLED:
        return Standing("cancelled", f"Was given up on {at}.")
    end = definitions.process_of(instance).nodes.get(instance.end_node)
    name = f" with “{end.name}”" if end and end.name else ""
    return Standing("ended", f"Came to its end{name} on {at}.")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
