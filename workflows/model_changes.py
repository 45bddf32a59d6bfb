"""What is different between two versions of a process, element by element, in words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from workflows import readable
from workflows.bpmn.model import Flow, Node, Process

LONGEST = 120  # characters of a value that are told
SPEAKING = frozenset(["form", "text", "what"])  # fields whose values need no name

# What a node says, in words. Where it lies and what leads there is told by the flows.
TOLD: Mapping[str, str] = {
    "message": "the message that starts it",
    "timer": "the timer",
    "event": "the event",
    "interrupting": "whether it interrupts",
    "attached_to": "what it sits on",
    "within": "the sub-process that it lies in",
    "default_flow": "the default flow",
    "loop": "how often it is performed",
    "data": "what goes in and comes out",
    "work": "what does the work",
    "call": "the called process",
    "adhoc": "how it is performed",
    "assignment": "who is asked",
    "form": "the form",
    "undone_by": "what undoes it",
    "lane": "the lane",
    "extensions": "what Countersign is told",
    "foreign": "what other tools are told",
    "documentation": "the description",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One element that was added, removed or changed."""

    what: str  # added, removed or changed
    element: str
    sentence: str


def compared(old: Process, new: Process) -> tuple[Change, ...]:
    """Removed, added and changed elements, steps before flows; drawings are not compared."""
    return (
        *_whole(old, new),
        *_gone(old, new),
        *_come(old, new),
        *_changed_nodes(old, new),
        *_changed_flows(old, new),
    )


def _whole(old: Process, new: Process) -> Iterator[Change]:
    if old.name != new.name:
        yield Change("changed", new.id, f"The process is called {_q(new.name)} now.")
    if old.documentation != new.documentation:
        yield Change("changed", new.id, "The description of the process was rewritten.")


def _gone(old: Process, new: Process) -> Iterator[Change]:
    for node in old.nodes.values():
        if node.id not in new.nodes:
            yield Change("removed", node.id, f"{_node(node)} is gone.")
    for flow in old.flows.values():
        if flow.id not in new.flows:
            yield Change("removed", flow.id, f"{_flow(flow, old)} is gone.")


def _come(old: Process, new: Process) -> Iterator[Change]:
    for node in new.nodes.values():
        if node.id not in old.nodes:
            yield Change("added", node.id, f"{_node(node)} is new.")
    for flow in new.flows.values():
        if flow.id not in old.flows:
            yield Change("added", flow.id, f"{_flow(flow, new)} is new.")


def _changed_nodes(old: Process, new: Process) -> Iterator[Change]:
    for node in new.nodes.values():
        before = old.nodes.get(node.id)
        said = list(_differences(before, node)) if before else []
        if said:
            yield Change("changed", node.id, f"{_node(node)}: {'; '.join(said)}.")


def _differences(before: Node, now: Node) -> Iterator[str]:
    if before.kind != now.kind:
        yield f"was a {kind_words(before)}"
    if before.name != now.name:
        yield f"was called {_q(before.name or before.id)}"
    for name, words in TOLD.items():
        was, is_ = getattr(before, name), getattr(now, name)
        if was != is_:
            yield _difference(words, _told(was), _told(is_))


def _difference(words: str, was: str, is_: str) -> str:
    if not was:
        return f"{words} is new: {is_}"
    if not is_:
        return f"{words} is gone: {was}"
    if was == is_:
        return f"{words} changed"
    return f"{words} was {was}, is {is_}"


def _changed_flows(old: Process, new: Process) -> Iterator[Change]:
    for flow in new.flows.values():
        before = old.flows.get(flow.id)
        said = list(_flow_differences(before, old, flow)) if before else []
        if said:
            yield Change("changed", flow.id, f"{_flow(flow, new)}: {'; '.join(said)}.")


def _flow_differences(before: Flow, old: Process, now: Flow) -> Iterator[str]:
    if (before.source, before.target) != (now.source, now.target):
        ends = f"{_end(before.source, old)} to {_end(before.target, old)}"
        yield f"led from {ends} before"
    if before.condition != now.condition:
        yield _difference("the condition", _told(before.condition), _told(now.condition))
    if before.name != now.name:
        yield _difference("the name", _told(before.name), _told(now.name))


# --- words ---


def _node(node: Node) -> str:
    kind = kind_words(node)
    return f"{kind[:1].upper()}{kind[1:]} {_q(node.name or node.id)}"


def kind_words(node: Node) -> str:
    """Its kind as people say it, such as "ad-hoc sub-process"."""
    said = readable.words(str(node.kind)).lower()
    return said.replace("sub process", "sub-process").replace("ad hoc", "ad-hoc")


def _flow(flow: Flow, process: Process) -> str:
    name = f"Flow {_q(flow.name)}" if flow.name else "Flow"
    return f"{name} from {_end(flow.source, process)} to {_end(flow.target, process)}"


def _end(node_id: str, process: Process) -> str:
    node = process.nodes.get(node_id)
    return _q(node.name if node and node.name else node_id)


def _q(text: str) -> str:
    return f"“{text[:LONGEST]}”"


def _told(value: Any) -> str:
    """A value of the model in a few words; empty when it says nothing."""
    text = _plain(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _plain(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_dataclass(value):
        parts = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        named = ((f"{name} " * (name not in SPEAKING), text) for name, text in parts.items())
        return " ".join(f"{name}{text}" for name, text in named if text)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(each)}" for name, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(filter(None, map(_plain, value)))
    return str(value)
