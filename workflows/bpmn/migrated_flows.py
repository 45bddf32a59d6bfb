"""Ways into a join, in two versions of a process: which is which. Pure.

A way keeps its identity when its flow keeps its id, when it comes from the same step, when nothing
but new steps were put into it, or when a sub-process came or went around the step it comes from.
"""

from collections.abc import Callable, Iterator

from workflows.bpmn import migrated_places
from workflows.bpmn.model import Flow, Node, Process

Renamed = Callable[[str], str | None]  # the id of an old node in the new version


def matched(
    old: Process, new: Process, join: Node, target: Node, renamed: Renamed
) -> dict[str, str]:
    """The ways into the old join that the new one has too, by the ids of their flows."""
    there = {renamed(name) for name in old.nodes}
    back = {name: list(_back(new, name, there)) for name in target.incoming}
    found: dict[str, str] = {}

    def same_block(flow: Flow, way: list[Flow], renamed: Renamed) -> bool:
        """From a sub-process around the step, or from a step in the sub-process, in one of both."""
        before, after = renamed(flow.source), {each.source for each in way}
        inside = {renamed(name) for name in _all_inside(old, flow.source)}
        step = new.nodes.get(before or "")
        around = {each.id for each in migrated_places.around(new, step)} if step else set()
        return not after.isdisjoint(around) or not after.isdisjoint(inside)

    for same in (_same_flow, _same_source, same_block):
        for name in join.incoming:
            flow = old.flows[name]
            fitting = [
                each
                for each, way in back.items()
                if each not in found.values() and same(flow, way, renamed)
            ]
            if name not in found and fitting:
                found[name] = fitting[0]
    return found


def _all_inside(process: Process, container: str) -> Iterator[str]:
    for node in process.inside(container):
        yield node.id
        yield from _all_inside(process, node.id)


def _back(new: Process, name: str, there: set[str | None]) -> Iterator[Flow]:
    """The flow, and those before it as long as only new steps lie between."""
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        flow = new.flows[name]
        yield flow
        source = new.nodes[flow.source]
        if source.id in there or len(source.incoming) != 1:
            return
        name = source.incoming[0]


def _same_flow(flow: Flow, way: list[Flow], _renamed: Renamed) -> bool:
    return any(each.id == flow.id for each in way)


def _same_source(flow: Flow, way: list[Flow], renamed: Renamed) -> bool:
    return way[-1].source == renamed(flow.source)
