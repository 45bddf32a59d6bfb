"""Where to draw what the model does not place: from left to right, in ranks (own layout)."""

from collections import defaultdict
from collections.abc import Mapping

from workflows.bpmn.kinds import ACTIVITIES, BOUNDARIES, CONTAINERS, GATEWAYS
from workflows.bpmn.model import Bounds, Diagram, Flow, Kind, Node, Process

Points = tuple[tuple[float, float], ...]

MARGIN, ACROSS, DOWN = 60.0, 170.0, 130.0
TASK, GATEWAY, EVENT = (100.0, 80.0), (50.0, 50.0), (36.0, 36.0)


def complete(process: Process) -> Diagram:
    """The model's own diagram when it places every node, else one laid out here.

    A flow without a drawn edge gets one.
    """
    given = process.diagram
    if process.nodes.keys() <= given.shapes.keys():
        shapes = given.shapes
        edges = dict(given.edges)
    else:
        given, shapes, edges = Diagram(), _placed(process), {}
    for flow in process.flows.values():
        if flow.id not in edges and flow.source in shapes and flow.target in shapes:
            edges[flow.id] = _edge(flow, process, shapes)
    return Diagram(shapes, edges, given.labels)


def size(node: Node) -> tuple[float, float]:
    """Width and height of a node's figure."""
    if node.kind in ACTIVITIES | CONTAINERS or node.kind is Kind.UNKNOWN:
        return TASK
    return GATEWAY if node.kind in GATEWAYS else EVENT


def _placed(process: Process) -> dict[str, Bounds]:
    rows: dict[int, int] = defaultdict(int)
    shapes: dict[str, Bounds] = {}
    for name, rank in _ranks(process).items():
        node = process.nodes[name]
        if not _sits(node, process):
            width, height = size(node)
            x = MARGIN + rank * ACROSS - width / 2
            y = MARGIN + rows[rank] * DOWN - height / 2
            shapes[name] = Bounds(x, y, width, height)
            rows[rank] += 1
    for node in process.nodes.values():
        if _sits(node, process):
            shapes[node.id] = _on_boundary(node, process, shapes)
    return shapes


def _sits(node: Node, process: Process) -> bool:
    return node.kind in BOUNDARIES and node.attached_to in process.nodes


def _on_boundary(node: Node, process: Process, shapes: Mapping[str, Bounds]) -> Bounds:
    """On the lower edge of its activity, from right to left."""
    activity = process.nodes[node.attached_to or ""]
    on = shapes.get(activity.id, Bounds(MARGIN, MARGIN, *TASK))
    width, height = EVENT
    x = on.x + on.width - width * 1.2 * (activity.boundary.index(node.id) + 1)
    return Bounds(x, on.y + on.height - height / 2, width, height)


def _ranks(process: Process) -> dict[str, int]:
    """How many steps each node is from a beginning, at the least; the rest comes first."""
    ranks: dict[str, int] = {}
    reached = [
        node.id for node in process.nodes.values() if not node.incoming and not _sits(node, process)
    ] or list(process.nodes)[:1]
    rank = 0
    while reached:
        ranks.update(dict.fromkeys(reached, rank))
        rank += 1
        reached = list(dict.fromkeys(_next(process, reached, ranks)))
    return ranks | {name: 0 for name in process.nodes if name not in ranks}


def _next(process: Process, reached: list[str], ranks: Mapping[str, int]) -> list[str]:
    following = []
    for name in reached:
        node = process.nodes[name]
        following += [*process.targets(node), *node.boundary]
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
