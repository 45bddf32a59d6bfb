"""What becomes of a step in another version, in sentences. Pure."""

from collections.abc import Iterable, Iterator

from workflows import readable
from workflows.bpmn.kinds import BOUNDARIES
from workflows.bpmn.model import Flow, Node, Process


def called(node: Node) -> str:
    """What people call a step."""
    return node.name or node.id


def quoted(name: str) -> str:
    """A name among other words."""
    return f"“{name[:80]}”"


# --- why something does not fit ---


def nowhere(name: str) -> str:
    """It has no counterpart."""
    return f"{quoted(name)} has no counterpart. Choose one, or let what is there finish first."


def other_kind(node: Node, target: Node) -> str:
    """The kind of a step cannot change while something is there."""
    kinds = f"{_kind(node)} and would become {_kind(target)}"
    return f"{quoted(called(node))} is {kinds}. A step keeps its kind."


def lost_with(node: Node, around: Node) -> str:
    """The sub-process around it does not fit."""
    return f"{quoted(called(node))} lies in {quoted(called(around))}, which does not fit."


def elsewhere(node: Node, around: Node | None) -> str:
    """It lies in another sub-process."""
    where = f"in {quoted(called(around))}" if around else "somewhere else"
    return (
        f"{quoted(called(node))} lies {where} in the new version, and not in what is around it now."
    )


def runs_elsewhere(node: Node) -> str:
    """An event sub-process belongs to another sub-process; one that runs cannot."""
    return (
        f"{quoted(called(node))} lies elsewhere in the new version. One that runs does not go "
        "there; it is waited for anew."
    )


def cannot_enter(node: Node, around: Node) -> str:
    """A sub-process that is new around a step cannot begin in the middle."""
    return (
        f"{quoted(called(node))} lies in {quoted(called(around))} in the new version, which is "
        "new. Running work enters an embedded sub-process or a transaction that is performed once "
        "and not chosen by people."
    )


def leads_nowhere(around: Node) -> str:
    """What runs would not lead out of a sub-process that it enters, or would lead out twice."""
    return (
        f"What stands in {quoted(called(around))} leads to nothing that follows it. Let it finish "
        "first."
    )


def is_undoing(node: Node) -> str:
    """A compensation runs, and cannot change its place."""
    return (
        f"{quoted(called(node))} has steps undone just now, and would lie in another sub-process. "
        "Let that finish first."
    )


def known_twice(name: str) -> str:
    """Two sub-processes that are gone know different things under one name."""
    return (
        f"{quoted(name)} has different values in sub-processes that are gone. Let one of them "
        "finish first."
    )


def other_loop(node: Node, target: Node) -> str:
    """It is performed more or less often, or in another order."""
    was, is_ = _often(node), _often(target)
    return f"{quoted(called(node))} is performed {was} and would be performed {is_}."


def other_work(node: Node) -> str:
    """Something else does the work."""
    return f"The work of {quoted(called(node))} is done in quite another way in the new version."


def other_purpose(node: Node, target: Node) -> str:
    """One of the two undoes something."""
    undoing = "the new version" if target.undoes else "the old version"
    return f"{quoted(called(node))} undoes another step in {undoing} alone."


def lost_way(node: Node, flow: Flow, process: Process) -> str:
    """A way into a join is gone."""
    source = process.nodes.get(flow.source)
    name = quoted(called(source)) if source else flow.id
    return f"No way leads from {name} to {quoted(called(node))} in the new version."


def taken(node: Node, target: Node, other: Node) -> str:
    """Somebody else has the counterpart."""
    return (
        f"{quoted(called(target))} is the counterpart of {quoted(called(other))} already, so "
        f"{quoted(called(node))} cannot be mapped to it too."
    )


# --- what changes ---


def withdrawn(node: Node) -> str:
    """An event beside something has no counterpart."""
    return f"{quoted(called(node))} is not waited for any more."


def anew(node: Node) -> str:
    """An event is waited for somewhere else."""
    return f"{quoted(called(node))} is waited for anew where the new version has it."


def dissolved(node: Node) -> str:
    """A sub-process is gone."""
    return (
        f"{quoted(called(node))} is gone: what runs in it goes on around it, with the variables "
        "that it alone knows."
    )


def leaves(around: Node) -> str:
    """A step goes on outside of a sub-process that is gone."""
    return f"It leaves {quoted(called(around))}, which is gone."


def enters(around: Node, beside: Iterable[Node]) -> str:
    """A step goes on inside of a sub-process that is new."""
    said = [f"It enters {quoted(called(around))}, which begins at the migration."]
    for event in beside:
        name = quoted(called(event))
        said.append(
            f"The clock of {name} starts then." if event.timer else f"{name} is waited for then."
        )
    return " ".join(said)


def changes(node: Node, target: Node, fresh: Iterable[Node]) -> Iterator[str]:
    """What is different from then on for what stands here; `fresh` are new boundary events."""
    if node.id != target.id:
        yield f"It goes on as {quoted(called(target))}."
    elif called(node) != called(target):
        yield f"It is called {quoted(called(target))} from then on."
    yield from _of_the_work(node, target)
    yield from _of_the_event(node, target)
    for event in fresh:
        yield f"{quoted(called(event))} is new and is waited for from then on."
    if len(target.incoming) > len(node.incoming) and len(node.incoming) > 1:
        ways = f"{len(target.incoming)} ways instead of {len(node.incoming)}"
        yield f"It joins {ways}, and waits for the new one too."


def _of_the_work(node: Node, target: Node) -> Iterator[str]:
    if _job(node) != _job(target):
        yield "Its job is done as the new version says, unless a worker has it in hand."
    if node.extension("review") != target.extension("review"):
        yield "What was opened for people stays as it was opened."
    if node.call != target.call:
        yield "Another process is called; one that runs already goes on."
    if node.loop != target.loop:
        yield "Its loop changes; rounds that have begun stay as they are."
    if node.data != target.data:
        yield "What goes in and comes out changes for what begins or ends from then on."
    if node.undone_by != target.undone_by:
        yield "It is undone in another way."


def _of_the_event(node: Node, target: Node) -> Iterator[str]:
    if node.timer != target.timer:
        yield "The timer changes; what is set keeps its moment unless it is set anew."
    if node.event != target.event:
        yield "It waits for what the new version says."
    if node.interrupting != target.interrupting and node.kind in BOUNDARIES:
        yield "It interrupts." if target.interrupting else "It interrupts no longer."


def _job(node: Node) -> tuple[object, ...]:
    inputs = tuple(each for each in node.extensions if each.name == "input")
    return node.extension("job"), node.work, inputs


def _kind(node: Node) -> str:
    words = readable.words(str(node.kind)).lower()
    return f"{'an' if words[0] in 'aeio' else 'a'} {words}"


def _often(node: Node) -> str:
    if node.loop is None:
        return "once"
    if node.loop.standard:
        return "as long as a condition holds"
    return "several times in a row" if node.loop.sequential else "several times at once"
