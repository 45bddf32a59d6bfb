"""What an example consists of, and how one of its stories is played.

An example is a package: its `.bpmn` files, `handlers.py` with what its service tasks do, and
`story.py` with `EXAMPLE`. Add its name to `NAMES`, and its handlers to COUNTERSIGN_JOB_HANDLERS.
"""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from examples import telling, watching
from examples.playing import House, NotAsTold
from workflows import definitions
from workflows.models import Incident, JournalEntry, ProcessInstance
from workflows.refusals import Refusal

HERE = Path(__file__).parent
NAMES = ("order_fulfilment", "service_ticket", "two_events", "class_booking", "settlement")


def nothing(_now: datetime) -> None:
    """An example whose processes are all it needs."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way that an example may go."""

    name: str  # on the command line
    says: str  # a sentence for who chooses one
    play: Callable[[House], None]  # raises `NotAsTold` when something goes otherwise
    ends: tuple[str, ...]  # types of the events that are published, in this order


@dataclass(frozen=True, slots=True)
class Example:
    """Processes that run as shipped, and stories about them."""

    name: str  # of its package
    title: str
    scenarios: tuple[Scenario, ...]
    # Queues, people, tables; what is there already stays. Safe to call again.
    settle: Callable[[datetime], None] = nothing

    @property
    def files(self) -> list[Path]:
        """Its models, in the order in which they are deployed."""
        return sorted((HERE / self.name).glob("*.bpmn"))

    def scenario(self, name: str) -> Scenario:
        """Raises `KeyError` with a sentence when there is none of that name."""
        for each in self.scenarios:
            if each.name == name:
                return each
        known = ", ".join(each.name for each in self.scenarios)
        raise KeyError(f"{self.name} has no scenario {name}. There are: {known}.")


def named(name: str) -> Example:
    """Raises `KeyError` with a sentence when there is none of that name."""
    if name not in NAMES:
        raise KeyError(f"There is no example {name}. There are: {', '.join(NAMES)}.")
    found: Example = importlib.import_module(f"examples.{name}.story").EXAMPLE
    return found


def settle(example: Example, *, now: datetime, by: str = "system") -> None:
    """Put an example in place: its processes, and whatever else it needs."""
    example.settle(now)
    for file in example.files:
        definitions.deploy(source=file.read_bytes(), by=by, now=now)
    watching.settle(HERE / example.name, now=now, by=by)


@dataclass(frozen=True, slots=True)
class Played:
    """A story as it was played: its lines, and what was not as it is told."""

    lines: list[str]
    problems: list[str]


def play(scenario: Scenario, house: House) -> Played:
    """Play one scenario in a house in which its example is settled."""
    problems = []
    try:
        scenario.play(house)
    except (NotAsTold, Refusal) as sentence:
        problems.append(str(sentence))
    problems += _problems(scenario, house)
    return Played(telling.lines(house), problems)


def published(house: House) -> tuple[str, ...]:
    """Types of the events that this house has published, the oldest first."""
    told = JournalEntry.objects.filter(pk__gt=house.began_after, kind="event.published")
    return tuple(entry.detail["type"] for entry in told.order_by("pk"))


def _problems(scenario: Scenario, house: House) -> Iterator[str]:
    events = published(house)
    if events != scenario.ends:
        meant, found = (", ".join(each) or "nothing" for each in (scenario.ends, events))
        yield f"Published were {found}, not {meant}."
    mine = JournalEntry.objects.filter(pk__gt=house.began_after).values("chain")
    for each in ProcessInstance.objects.filter(pk__in=mine, status="running"):
        yield f"{each} has not come to an end."
    for trouble in Incident.objects.filter(instance__in=mine, status="open"):
        yield f"Nobody has looked at this: {trouble.message}"
