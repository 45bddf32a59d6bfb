"""A process as a picture: SVG from the diagram interchange, with what stands where.

Built as elements, so that every name is escaped; no style, script or id inside, so that it is at
home on a page with a strict content security policy. Looks come from `static/css/diagram.css`.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from workflows.bpmn import figures, layout
from workflows.bpmn.kinds import BOUNDARIES, CONTAINERS, ENDS
from workflows.bpmn.layout import Points
from workflows.bpmn.model import Bounds, Diagram, Flow, Kind, Node, Process
from workflows.bpmn.shapes import LINE, SVG, add, number, printable

PADDING = 24.0
NAMED_INSIDE = ("task", "container")
STATES = frozenset(["active", "done", "incident", "cancelled"])


@dataclass(frozen=True, slots=True)
class Mark:
    """What is to be seen at a node or a flow.

    `state` is active, done, incident, cancelled or empty; `tokens` are shown as a badge; a node
    with `href` (a path on this site) is a link; `note` is read out and shown on hover.
    """

    state: str = ""
    tokens: int = 0
    href: str = ""
    note: str = ""


NOTHING = Mark()


def svg(process: Process, marks: Mapping[str, Mark] | None = None) -> str:
    """The picture of a process; `marks` by node id, and by flow id for the way taken."""
    marks = marks or {}
    diagram = layout.complete(process)
    root = _canvas(process, diagram, marks)
    for lane in process.lanes:
        if lane.id in diagram.shapes:
            _lane(root, lane.name, diagram.shapes[lane.id])
    containers, others = _back_to_front(process, diagram)
    for node in containers:
        hides = not any(each.id in diagram.shapes for each in process.inside(node.id))
        _node(root, node, diagram, marks.get(node.id, NOTHING), is_collapsed=hides)
    for flow in [each for each in process.flows.values() if each.id in diagram.edges]:
        _flow(root, flow, process, diagram, marks.get(flow.id, NOTHING))
    for node in others:
        _undoing(root, node, process, diagram)
    for note in process.annotations:
        _annotation(root, note.text, diagram.shapes.get(note.id), _ties(note.ties, diagram))
    for node in others:
        _node(root, node, diagram, marks.get(node.id, NOTHING))
    return etree.tostring(root, encoding="unicode")


def _canvas(process: Process, diagram: Diagram, marks: Mapping[str, Mark]) -> etree._Element:
    root = etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG})
    x, y, width, height = _extent(process, diagram)
    root.set("class", "bpmn")
    root.set("viewBox", f"{number(x)} {number(y)} {number(width)} {number(height)}")
    root.set("width", number(width))
    root.set("height", number(height))
    # A picture hides what is inside from screen readers; with links it has to be a group.
    root.set("role", "group" if any(mark.href for mark in marks.values()) else "img")
    root.set("aria-label", printable(process.name or process.id))
    add(root, "title", process.name or process.id)
    add(root, "desc", _description(process, marks))
    return root


def _description(process: Process, marks: Mapping[str, Mark]) -> str:
    """Where the process stands, in words."""
    said = [
        f"{node.name or node.id}: {_state(mark) or 'waiting'}"
        for node in process.nodes.values()
        if (mark := marks.get(node.id)) and (_state(mark) or mark.tokens)
    ]
    steps = f"{len(process.nodes)} steps."
    return f"{steps} {'. '.join(said)}." if said else steps


def _state(mark: Mark) -> str:
    return mark.state if mark.state in STATES else ""


def _extent(process: Process, diagram: Diagram) -> tuple[float, float, float, float]:
    """What has to be in the picture: figures, labels and bends of this process."""
    boxes = [*_boxes(process, diagram)] or [Bounds(0, 0, 100, 60)]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    bottom = max(box.y + box.height for box in boxes)
    width, height = right - left + 2 * PADDING, bottom - top + 2 * PADDING
    return left - PADDING, top - PADDING, width, height


def _boxes(process: Process, diagram: Diagram) -> Iterator[Bounds]:
    own = [*process.nodes, *(lane.id for lane in process.lanes)]
    for name in [*own, *(note.id for note in process.annotations)]:
        if name in diagram.shapes:
            yield diagram.shapes[name]
    for node in process.nodes.values():
        if node.id in diagram.shapes and figures.family(node) not in NAMED_INSIDE and node.name:
            yield _label_room(node, diagram)
    for flow in process.flows:
        for x, y in diagram.edges.get(flow, ()):
            yield Bounds(x, y, 0, 0)


def _back_to_front(process: Process, diagram: Diagram) -> tuple[list[Node], list[Node]]:
    """Sub-processes, the outer ones first; then everything else, boundary events on top."""
    shown = [node for node in process.nodes.values() if node.id in diagram.shapes]
    others = [node for node in shown if node.kind not in CONTAINERS]
    return (
        [node for node in shown if node.kind in CONTAINERS],
        sorted(others, key=lambda node: node.kind in BOUNDARIES),
    )


# --- nodes ---


def _node(
    root: etree._Element, node: Node, diagram: Diagram, mark: Mark, *, is_collapsed: bool = False
) -> None:
    at = diagram.shapes[node.id]
    parent = root
    if _is_own_path(mark.href):
        parent = add(root, "a", class_="bpmn-link", href=mark.href)
    group = add(parent, "g", class_=_classes(node, mark), data_node=printable(node.id))
    add(group, "title", f"{node.name or node.id}{': ' + mark.note if mark.note else ''}")
    figures.figure(group, node, at, is_collapsed=is_collapsed)
    if figures.family(node) not in NAMED_INSIDE and node.name:
        room = _label_room(node, diagram)
        shown = figures.lines(node.name, room.width, 4)
        figures.written(group, shown, room.x + room.width / 2, room.y, "bpmn-label")
    if _state(mark) == "done":
        figures.tick(group, at)
    if mark.tokens > 0 or _state(mark) == "incident":
        sign = "!" if _state(mark) == "incident" else ""
        figures.badge(group, at, f"{sign}{mark.tokens if mark.tokens > 0 else ''}")


def _is_own_path(href: str) -> bool:
    """A path on this site: nothing with a scheme or another host."""
    own = href.startswith(("/", "?", "#")) and not href.startswith(("//", "/\\"))
    return own and "\n" not in href and "\t" not in href


def _classes(node: Node, mark: Mark) -> str:
    names = ["bpmn-node", f"bpmn-{figures.family(node)}", f"is-{_kebab(node.kind)}"]
    if not node.interrupting:
        names.append("is-non-interrupting")
    if node.kind in ENDS:
        names.append("is-an-end")
    if _state(mark):
        names.append(f"is-{_state(mark)}")
    return " ".join(names)


def _kebab(kind: Kind) -> str:
    return kind.name.lower().replace("_", "-")


def _label_room(node: Node, diagram: Diagram) -> Bounds:
    """Where a name outside of its figure goes: as placed by the author, else below."""
    placed, at = diagram.labels.get(node.id), diagram.shapes[node.id]
    width = max(placed.width, 60.0) if placed else 100.0
    shown = figures.lines(node.name, width, 4)
    height = LINE * len(shown)
    if placed:
        middle = placed.x + placed.width / 2
        return Bounds(middle - width / 2, placed.y, width, height)
    return Bounds(at.x + at.width / 2 - width / 2, at.y + at.height + 6, width, height)


# --- everything else ---


def _flow(root: etree._Element, flow: Flow, process: Process, diagram: Diagram, mark: Mark) -> None:
    state = f" is-{_state(mark)}" if _state(mark) else ""
    group = add(root, "g", class_=f"bpmn-flow{state}", data_flow=printable(flow.id))
    points = diagram.edges[flow.id]
    figures.flow(group, points)
    source = process.nodes.get(flow.source)
    if source is not None and source.default_flow == flow.id:
        figures.slash(group, points)
    if flow.name:
        placed = diagram.labels.get(flow.id)
        x, top = middle(points) if placed is None else (placed.x + placed.width / 2, placed.y)
        figures.written(group, figures.lines(flow.name, 90, 3), x, top, "bpmn-label")


def middle(points: Points) -> tuple[float, float]:
    """Just above the middle of the longest stretch."""
    stretches = list(itertools.pairwise(points))
    (ax, ay), (bx, by) = max(
        stretches, key=lambda ends: abs(ends[0][0] - ends[1][0]) + abs(ends[0][1] - ends[1][1])
    )
    return (ax + bx) / 2, (ay + by) / 2 - LINE - 3


def _lane(root: etree._Element, name: str, at: Bounds) -> None:
    group = add(root, "g", class_="bpmn-lane")
    add(group, "rect", class_="bpmn-shape", x=at.x, y=at.y, width=at.width, height=at.height)
    x, y = at.x + 18, at.y + at.height / 2
    place = f"rotate(-90 {number(x)} {number(y)})"
    shown = " ".join(figures.lines(name, at.height, 1))
    add(group, "text", shown, class_="bpmn-label", x=x, y=y, text_anchor="middle", transform=place)


def _annotation(root: etree._Element, text: str, at: Bounds | None, ties: list[Points]) -> None:
    group = add(root, "g", class_="bpmn-annotation")
    for points in ties:
        path = " L".join(f"{number(x)},{number(y)}" for x, y in points)
        add(group, "path", class_="bpmn-line", d=f"M{path}")
    if at is not None:
        right, bottom = number(at.x + 12), number(at.y + at.height)
        bracket = f"M{right},{number(at.y)} H{number(at.x)} V{bottom} H{right}"
        add(group, "path", class_="bpmn-bracket", d=bracket)
        shown = figures.lines(text, at.width - 8, max(1, int(at.height / LINE)))
        figures.written(group, shown, at.x + 8, at.y + 4, "bpmn-label", anchor="start")


def _undoing(root: etree._Element, node: Node, process: Process, diagram: Diagram) -> None:
    """From a compensation boundary event to the activity that compensates (10.6.1)."""
    undone = process.nodes.get(node.attached_to or "")
    handler = diagram.shapes.get(undone.undone_by) if undone else None
    if node.kind is not Kind.BOUNDARY_COMPENSATION or handler is None:
        return
    at = diagram.shapes[node.id]
    x, side = at.x + at.width / 2, handler.x if at.x < handler.x else handler.x + handler.width
    y = handler.y + handler.height / 2
    is_above = handler.x <= x <= handler.x + handler.width
    end = f"V{number(y)}" if is_above else f"V{number(y)} H{number(side)}"
    start = f"M{number(x)},{number(at.y + at.height / 2)}"
    group = add(root, "g", class_="bpmn-annotation bpmn-undoing")
    add(group, "path", class_="bpmn-line", d=f"{start} {end}")


def _ties(names: tuple[str, ...], diagram: Diagram) -> list[Points]:
    return [diagram.edges[name] for name in names if name in diagram.edges]
