"""Who talks to whom, as models say it: and what looks as if a command were sent as an event.

A message is a command: one has to act on it, and its sender learns when nobody does. A signal or a
published event tells whoever listens. The lint compares one process with all others that run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from workflows.bpmn import compensation
from workflows.bpmn.elements import title, warning
from workflows.bpmn.kinds import ENDS, Kind
from workflows.bpmn.model import Finding, Node, Process

VERBS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.MESSAGE_THROW: "sends",
        Kind.MESSAGE_END: "sends",
        Kind.SEND_TASK: "sends",
        Kind.MESSAGE_START: "awaits",
        Kind.MESSAGE_CATCH: "awaits",
        Kind.BOUNDARY_MESSAGE: "awaits",
        Kind.RECEIVE_TASK: "awaits",
        Kind.SIGNAL_THROW: "gives",
        Kind.SIGNAL_END: "gives",
        Kind.SIGNAL_START: "hears",
        Kind.SIGNAL_CATCH: "hears",
        Kind.BOUNDARY_SIGNAL: "hears",
    }
)
NAMED = 3  # processes that a sentence names


@dataclass(frozen=True, slots=True)
class Talk:
    """The names of what one process sends, awaits, gives, hears, publishes and calls."""

    process: str  # its name, as people read it
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by verb

    def does(self, verb: str, name: str) -> bool:
        """Whether it sends, awaits, gives, hears, publishes or calls this."""
        return name in self.names.get(verb, frozenset())


def read(process: str, stored: Mapping[str, Iterable[str]]) -> Talk:
    """What was kept of a process: lists of names by verb."""
    return Talk(process, {verb: frozenset(names) for verb, names in stored.items()})


def of(process: Process) -> dict[str, list[str]]:
    """The same lists, from a model."""
    found: dict[str, set[str]] = {"calls": set()}  # also where it calls none: so it is known
    for node in process.nodes.values():
        for verb, name in _said(node, process):
            found.setdefault(verb, set()).add(name)
    return {verb: sorted(names) for verb, names in sorted(found.items())}


def lint(process: Process, others: Sequence[Talk]) -> Iterator[Finding]:
    """Warnings at the events of a process, compared with the others that run."""
    mine = read(process.name or process.id, of(process))
    for node in process.nodes.values():
        for verb, name in _said(node, process):
            sentence = RULES[verb](name, mine, others) if verb in RULES else ""
            if sentence:
                yield warning(node, f"{title(node)}: {sentence}")


def uncalled(process: Process, others: Iterable[Talk]) -> Iterator[Finding]:
    """A warning where a process could be undone as a whole, and nothing calls it."""
    beginning = compensation.beginning_of(process)
    mine = read(process.name, of(process))
    if beginning is None or any(each.does("calls", process.id) for each in (mine, *others)):
        return
    around = process.nodes[beginning.within]
    yield warning(
        around,
        f"{title(around)} undoes the whole process, where a process calls it and its call activity "
        f"is compensated. Nothing that is deployed calls {process.id}, so this never runs.",
    )


def _said(node: Node, process: Process) -> Iterator[tuple[str, str]]:
    """What a node says; what is somebody's job is said by whoever does it."""
    if node.call and node.call.element and not node.call.element.startswith("="):
        yield "calls", node.call.element
    verb = VERBS.get(node.kind, "")
    works = verb == "sends" and (node.work is not None or bool(node.extension("job")))
    name = node.event.name if node.event else ""
    if verb and name and not name.startswith("=") and not works:  # an expression tells it later
        yield verb, name
    said = node.extension("event")
    if said or (node.kind in ENDS and not node.within):
        yield "publishes", said.get("type", f"{process.id}.{node.id}")


def _sends(name: str, mine: Talk, others: Sequence[Talk]) -> str:
    takers = [each for each in (mine, *others) if each.does("awaits", name)]
    if not takers:
        return (
            f"nothing that is deployed waits for the message {name!r}. Deploy who takes it, or the "
            "message is reported as not taken."
        )
    return _too_many(name, takers)


def _awaits(name: str, mine: Talk, others: Sequence[Talk]) -> str:
    return _too_many(name, [each for each in (mine, *others) if each.does("awaits", name)])


def _too_many(name: str, takers: Sequence[Talk]) -> str:
    if len(takers) < 2:
        return ""
    return (
        f"{_named(takers)} wait for the message {name!r}, which reaches one of them. See to it "
        "that their keys differ, or give a signal if all are meant."
    )


def _gives(name: str, mine: Talk, others: Sequence[Talk]) -> str:
    hearers = [each for each in others if each.does("hears", name)]
    if len(hearers) != 1 or mine.does("hears", name):
        return ""
    return (
        f"only {hearers[0].process} listens to the signal {name!r}. If it must act on it, send a "
        "message: a sender learns when nobody takes its message; nobody learns of a signal."
    )


def _hears(name: str, mine: Talk, others: Sequence[Talk]) -> str:
    givers = [each for each in others if each.does("gives", name)]
    also = any(each.does("hears", name) for each in others)
    if also or not givers or mine.does("gives", name):
        return ""
    return (
        f"nobody else listens to the signal {name!r} of {_named(givers)}. If {mine.process} must "
        "act on it, have a message sent: its sender learns when nobody takes it."
    )


def _publishes(name: str, _mine: Talk, others: Sequence[Talk]) -> str:
    takers = [each for each in others if each.does("awaits", name)]
    if len(takers) != 1:
        return ""
    return (
        f"the event {name!r} is published to whoever subscribed, and {takers[0].process} waits for "
        "a message of that name. If it must act on it, send the message."
    )


def _named(talks: Sequence[Talk]) -> str:
    names = [each.process for each in talks]
    if len(names) > NAMED:
        names = [*names[:NAMED], f"{len(names) - NAMED} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


RULES = MappingProxyType(
    {"sends": _sends, "awaits": _awaits, "gives": _gives, "hears": _hears, "publishes": _publishes}
)
