"""Where to draw what the model does not place: from left to right, in ranks (own layout)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from workflows.bpmn.kinds import ACTIVITIES, BOUNDARIES, CONTAINERS, GATEWAYS
from workflows.bpmn.model import Bounds, Diagram, Flow, Kind, Node, Process

Points = tuple[tuple[float, float], ...]

MARGIN, ACROSS, DOWN = 60.0, 170.0, 130.0
EDGE, GAP_ACROSS, GAP_DOWN, LINE = 20.0, 70.0, 50.0, 14.0
TASK, GATEWAY, EVENT = (100.0, 80.0), (50.0, 50.0), (36.0, 36.0)


@dataclass(frozen=True, slots=True)
class Arranged:
    """One level of a process, laid out from its own upper left corner."""

    boxes: Mapping[str, Bounds]
    width: float
    height: float


def complete(process: Process) -> Diagram:
    """The model's own diagram when it places every node of the process, else one laid out here.

    A flow without a drawn edge gets one. What the model hides inside of a collapsed sub-process has
    no place in the picture.
    """
    given = process.diagram
    if {node.id for node in process.inside("")} <= given.shapes.keys():
        shapes = _seen(process, given.shapes)
        edges = {
            name: edge for name, edge in given.edges.items() if _is_seen(name, process, shapes)
        }
    else:
        given, shapes, edges = Diagram(), dict(_arranged(process, "").boxes), {}
    for flow in process.flows.values():
        if flow.id not in edges and flow.source in shapes and flow.target in shapes:
            edges[flow.id] = _edge(flow, process, shapes)
    return Diagram(shapes, edges, given.labels)


def size(node: Node) -> tuple[float, float]:
    """Width and height of a node's figure."""
    if node.kind in ACTIVITIES | CONTAINERS or node.kind is Kind.UNKNOWN:
        return TASK
    return GATEWAY if node.kind in GATEWAYS else EVENT


# --- what the model places ---


def _seen(process: Process, shapes: Mapping[str, Bounds]) -> dict[str, Bounds]:
    """All shapes but those of nodes whose sub-process is drawn without them."""
    found = dict(shapes)
    for node in process.nodes.values():  # what lies around comes first
        if node.within and not _lies_in(found.get(node.id), found.get(node.within)):
            found.pop(node.id, None)
    return found


def _lies_in(inner: Bounds | None, outer: Bounds | None) -> bool:
    if inner is None or outer is None:
        return False
    x, y = inner.x + inner.width / 2, inner.y + inner.height / 2
    across = outer.x <= x <= outer.x + outer.width
    return across and outer.y <= y <= outer.y + outer.height


def _is_seen(edge: str, process: Process, shapes: Mapping[str, Bounds]) -> bool:
    flow = process.flows.get(edge)
    return flow is None or (flow.source in shapes and flow.target in shapes)


# --- what is laid out here ---


def _arranged(process: Process, container: str) -> Arranged:
    """The nodes of one level in columns by rank, sub-processes with what lies in them."""
    nodes = [node for node in process.inside(container) if not _sits(node, process)]
    inner = {node.id: _arranged(process, node.id) for node in nodes if process.inside(node.id)}
    sizes = {
        node.id: (inner[node.id].width, inner[node.id].height) if node.id in inner else size(node)
        for node in nodes
    }
    boxes = _columns(_ranks(process, nodes), sizes)
    for name, level in inner.items():
        at = boxes[name]
        boxes |= {each: _shifted(box, at) for each, box in level.boxes.items()}
    for node in process.inside(container):
        if _sits(node, process):
            boxes[node.id] = _on_boundary(node, process, boxes)
    return Arranged(
        boxes,
        max((box.x + box.width for box in boxes.values()), default=TASK[0] - EDGE) + EDGE,
        max((box.y + box.height for box in boxes.values()), default=TASK[1] - EDGE) + EDGE,
    )


def _columns(
    ranks: Mapping[str, int], sizes: Mapping[str, tuple[float, float]]
) -> dict[str, Bounds]:
    columns: dict[int, list[str]] = defaultdict(list)
    for name, rank in ranks.items():
        columns[rank].append(name)
    firsts = [sizes[names[0]] for names in columns.values()]
    top = max([MARGIN, *(height / 2 + EDGE + LINE for _, height in firsts)])
    boxes: dict[str, Bounds] = {}
    x, before = 0.0, 0.0
    for rank in sorted(columns):
        widest = max(sizes[name][0] for name in columns[rank])
        apart = max(ACROSS, (before + widest) / 2 + GAP_ACROSS)
        x = x + apart if before else max(MARGIN, widest / 2 + EDGE)
        boxes |= _column(columns[rank], sizes, x, top)
        before = widest
    return boxes


def _column(
    names: list[str], sizes: Mapping[str, tuple[float, float]], x: float, top: float
) -> dict[str, Bounds]:
    boxes: dict[str, Bounds] = {}
    y, before = top, 0.0
    for name in names:
        width, height = sizes[name]
        if before:
            y += max(DOWN, (before + height) / 2 + GAP_DOWN)
        boxes[name] = Bounds(x - width / 2, y - height / 2, width, height)
        before = height
    return boxes


def _shifted(box: Bounds, by: Bounds) -> Bounds:
    return Bounds(box.x + by.x, box.y + by.y, box.width, box.height)


def _sits(node: Node, process: Process) -> bool:
    return node.kind in BOUNDARIES and node.attached_to in process.nodes


def _on_boundary(node: Node, process: Process, shapes: Mapping[str, Bounds]) -> Bounds:
    """On the lower edge of its activity, from right to left."""
    activity = process.nodes[node.attached_to or ""]
    on = shapes.get(activity.id, Bounds(MARGIN, MARGIN, *TASK))
    width, height = EVENT
    x = on.x + on.width - width * 1.2 * (activity.boundary.index(node.id) + 1)
    return Bounds(x, on.y + on.height - height / 2, width, height)


def _ranks(process: Process, nodes: list[Node]) -> dict[str, int]:
    """How many steps each node is from a beginning, at the least; the rest comes first."""
    among = {node.id for node in nodes}
    ranks: dict[str, int] = {}
    reached = [node.id for node in nodes if not node.incoming] or [node.id for node in nodes[:1]]
    rank = 0
    while reached:
        ranks.update(dict.fromkeys(reached, rank))
        rank += 1
        following = dict.fromkeys(_next(process, reached, ranks))
        reached = [name for name in following if name in among]
    return ranks | {node.id: 0 for node in nodes if node.id not in ranks}


def _next(process: Process, reached: list[str], ranks: Mapping[str, int]) -> list[str]:
    following: list[str] = []
    for name in reached:
        node = process.nodes[name]
        following += process.targets(node)
        for event in node.boundary:
            following += process.targets(process.nodes[event])
    return [name for name in following if name not in ranks]


def _edge(flow: Flow, process: Process, shapes: Mapping[str, Bounds]) -> Points:
    """Right angles from the source to the target; backwards below both."""
    start, end = shapes[flow.source], shapes[flow.target]
    right, left = start.x + start.width, end.x
    middle, goal = start.y + start.height / 2, end.y + end.height / 2
    if process.nodes[flow.source].kind in BOUNDARIES:
        x = start.x + start.width / 2
        return ((x, start.y + start.height), (x, max(goal, start.y + DOWN / 3)), (left, goal))
    if left <= right:
        below = max(start.y + start.height, end.y + end.height) + MARGIN / 2
        x, to = start.x + start.width / 2, end.x + end.width / 2
        return ((x, start.y + start.height), (x, below), (to, below), (to, end.y + end.height))
    if abs(middle - goal) < 1:
        return ((right, middle), (left, goal))
    turn = (right + left) / 2
    return ((right, middle), (turn, middle), (turn, goal), (left, goal))
