"""The figures of the drawing: events, tasks, gateways, flows, texts. SVG elements, never strings.

Nothing is styled here: classes name what a thing is, `static/css/diagram.css` says how it looks.
"""

import math
import re
import textwrap

from lxml import etree

from workflows.bpmn.kinds import ACTIVITIES, BOUNDARIES, CATCHES, CONTAINERS, GATEWAYS, THROWS
from workflows.bpmn.layout import Points
from workflows.bpmn.model import Bounds, Kind, Node

SVG = "http://www.w3.org/2000/svg"
LETTER, LINE = 6.4, 14.0  # width of a letter and height of a line, in diagram units
CORNER, ARROW = 7.0, 8.0

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

CLOCK = "M0,-9 A9,9 0 1 1 -0.01,-9 Z M0,-6 V0 L4,3"
PERSON = "M0,-1 A4,4 0 1 0 -0.01,-1 Z M-7,9 V7 A7,6 0 0 1 7,7 V9 Z"
COG = (
    "M0,-5 A5,5 0 1 1 -0.01,-5 Z M0,-5 V-8 M0,5 V8 M-5,0 H-8 M5,0 H8 "
    "M-3.5,-3.5 L-5.7,-5.7 M3.5,-3.5 L5.7,-5.7 M-3.5,3.5 L-5.7,5.7 M3.5,3.5 L5.7,5.7"
)
LETTER_SIGN = "M-8,-5.5 H8 V5.5 H-8 Z M-8,-5.5 L0,1 L8,-5.5"
CROSS = "M-7,-7 L7,7 M7,-7 L-7,7"
PLUS = "M0,-9 V9 M-9,0 H9"
CHECK = "M-4,0 L-1,3 L4,-3"

BOLT = "M-6,8 L-3,-5 L2,2 L6,-8 L3,5 L-2,-2 Z"
RISE = "M0,-8 L6,8 L0,2 L-6,8 Z"
TRIANGLE = "M0,-7 L7,6 H-7 Z"
REWIND = "M0,-5 V5 L-7,0 Z M8,-5 V5 L1,0 Z"
SHEET = "M-6,-8 H6 V8 H-6 Z M-4,-4 H4 M-4,0 H4 M-4,4 H4"
RING = "M0,-8 A8,8 0 1 1 -0.01,-8 Z"
STAR = "M0,-8 L8,-2 L5,7 H-5 L-8,-2 Z"
TABLE = "M-8,-6 H8 V6 H-8 Z M-8,-2 H8 M-3,-2 V6"
HAND = "M-8,3 H2 L8,-1 M-8,-4 H3 M-8,-4 V3"
LINK = "M-8,-3 H1 V-7 L8,0 L1,7 V3 H-8 Z"
PLUS_BOX = "M-6,-6 H6 V6 H-6 Z M0,-4 V4 M-4,0 H4"

GLYPHS = {
    Kind.USER_TASK: PERSON,
    Kind.SERVICE_TASK: COG,
    Kind.SCRIPT_TASK: SHEET,
    Kind.RULE_TASK: TABLE,
    Kind.SEND_TASK: LETTER_SIGN,
    Kind.RECEIVE_TASK: LETTER_SIGN,
    Kind.MANUAL_TASK: HAND,
    Kind.CALL_ACTIVITY: PLUS_BOX,
    Kind.EXCLUSIVE_GATEWAY: CROSS,
    Kind.PARALLEL_GATEWAY: PLUS,
    Kind.INCLUSIVE_GATEWAY: RING,
    Kind.EVENT_GATEWAY: STAR,
}
SIGNS = {
    "timer": CLOCK,
    "message": LETTER_SIGN,
    "signal": TRIANGLE,
    "error": BOLT,
    "escalation": RISE,
    "conditional": SHEET,
    "link": LINK,
    "compensation": REWIND,
    "cancel": CROSS,
}


def add(parent: etree._Element, tag: str, text: str = "", **attributes: object) -> etree._Element:
    """A child; `class_` stands for class, `_` in names for `-`, numbers are rounded."""
    child = etree.SubElement(parent, f"{{{SVG}}}{tag}")
    for name, value in attributes.items():
        shown = number(value) if isinstance(value, float) else str(value)
        child.set(name.rstrip("_").replace("_", "-"), shown)
    if text:
        child.text = printable(text)
    return child


def number(value: float) -> str:
    """A coordinate, in hundredths at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def printable(text: str) -> str:
    """Text without what XML cannot carry."""
    return _UNPRINTABLE.sub("�", text)


def family(node: Node) -> str:
    """task, container, gateway or event: what its figure looks like."""
    if node.kind in CONTAINERS:
        return "container"
    if node.kind in ACTIVITIES or node.kind is Kind.UNKNOWN:
        return "task"
    return "gateway" if node.kind in GATEWAYS else "event"


def glyph(node: Node) -> str:
    """The sign inside the figure, empty when it has none."""
    if node.timer is not None:
        return CLOCK
    if node.event is not None and node.kind not in ACTIVITIES:
        return SIGNS.get(node.event.what, "")
    return GLYPHS.get(node.kind, "")


def figure(group: etree._Element, node: Node, at: Bounds) -> None:
    """The outline and the glyph of a node."""
    match family(node):
        case "task":
            _task(group, node, at)
        case "container":
            _container(group, node, at)
        case "gateway":
            _gateway(group, node, at)
        case _:
            _event(group, node, at)


def _container(group: etree._Element, node: Node, at: Bounds) -> None:
    """An outline with the name on top; what lies inside is drawn over it."""
    _box(group, at)
    shown = lines(node.name or node.id, at.width - 12, 2)
    written(group, shown, at.x + at.width / 2, at.y + 6, "bpmn-name")


def _task(group: etree._Element, node: Node, at: Bounds) -> None:
    _box(group, at)
    _glyph(group, glyph(node), at.x + 14, at.y + 14)
    room = Bounds(at.x + 6, at.y + 16, at.width - 12, at.height - 18)
    centred(group, node.name or node.id, room, "bpmn-name")


def _box(group: etree._Element, at: Bounds) -> None:
    size = {"width": number(at.width), "height": number(at.height)}
    add(group, "rect", class_="bpmn-shape", x=at.x, y=at.y, rx=8.0, **size)


def _gateway(group: etree._Element, node: Node, at: Bounds) -> None:
    x, y = at.x + at.width / 2, at.y + at.height / 2
    corners = ((x, at.y), (at.x + at.width, y), (x, at.y + at.height), (at.x, y))
    points = " ".join(f"{number(a)},{number(b)}" for a, b in corners)
    add(group, "polygon", class_="bpmn-shape", points=points)
    _glyph(group, glyph(node), x, y, strong=True)


def _event(group: etree._Element, node: Node, at: Bounds) -> None:
    """Thin to begin with, double on the way, thick at the end (BPMN 2.0.2, 10.5.1)."""
    x, y, radius = at.x + at.width / 2, at.y + at.height / 2, min(at.width, at.height) / 2
    add(group, "circle", class_="bpmn-shape", cx=x, cy=y, r=radius)
    if node.kind in BOUNDARIES | CATCHES | THROWS:
        add(group, "circle", class_="bpmn-shape bpmn-inner", cx=x, cy=y, r=radius - 3)
    if node.kind is Kind.TERMINATE_END:
        add(group, "circle", class_="bpmn-full", cx=x, cy=y, r=radius - 7)
    _glyph(group, glyph(node), x, y)


def _glyph(group: etree._Element, path: str, x: float, y: float, *, strong: bool = False) -> None:
    if not path:
        return
    name = "bpmn-glyph is-strong" if strong else "bpmn-glyph"
    place = f"translate({number(x)} {number(y)})"
    add(group, "path", class_=name, d=path, transform=place, aria_hidden="true")


def badge(group: etree._Element, at: Bounds, text: str) -> None:
    """How many tokens are here, or an exclamation mark, on the upper right corner."""
    width = max(20.0, 8.0 + 7.0 * len(text))
    x, y = at.x + at.width - width / 2, at.y - 10
    box = add(group, "g", class_="bpmn-badge", aria_hidden="true")
    add(box, "rect", x=x, y=y, width=width, height=20.0, rx=10.0)
    add(box, "text", text, x=x + width / 2, y=y + 14.5, text_anchor="middle")


def tick(group: etree._Element, at: Bounds) -> None:
    """Done: a tick on the lower right corner, for those who do not see colours."""
    inset = min(at.width, at.height) * 0.14 if at.width == at.height else 2.0
    x, y = at.x + at.width - inset, at.y + at.height - inset
    box = add(group, "g", class_="bpmn-tick", aria_hidden="true")
    add(box, "circle", cx=x, cy=y, r=8.0)
    add(box, "path", d=CHECK, transform=f"translate({number(x)} {number(y)})")


# --- texts ---


def lines(text: str, width: float, most: int) -> list[str]:
    """The text in lines that fit; an ellipsis where it does not."""
    found = textwrap.wrap(" ".join(text.split())[:400], max(4, int(width / LETTER)))
    if len(found) > most:
        found = [*found[: most - 1], found[most - 1][:-1].rstrip() + "…"]
    return found


def centred(group: etree._Element, text: str, room: Bounds, name: str) -> None:
    """Text in the middle of a rectangle."""
    shown = lines(text, room.width, max(1, int(room.height / LINE)))
    top = room.y + (room.height - LINE * len(shown)) / 2
    written(group, shown, room.x + room.width / 2, top, name)


def written(
    group: etree._Element,
    shown: list[str],
    x: float,
    top: float,
    name: str,
    *,
    anchor: str = "middle",
) -> None:
    """Lines of text, the first just below `top`."""
    if not shown:
        return
    box = add(group, "text", class_=name, text_anchor=anchor)
    for index, line in enumerate(shown):
        add(box, "tspan", line, x=x, y=top + LINE * index + LINE * 0.78)


# --- flows ---


def flow(group: etree._Element, points: Points) -> None:
    """A line with round corners and an arrow head."""
    add(group, "path", class_="bpmn-line", d=_rounded(points))
    add(group, "path", class_="bpmn-arrow", d=_arrow(points))


def slash(group: etree._Element, points: Points) -> None:
    """The mark of a default flow (BPMN 2.0.2, 8.4.13)."""
    (x, y), angle = points[0], _angle(points[0], points[1])
    place = f"translate({number(x)} {number(y)}) rotate({number(math.degrees(angle))})"
    add(group, "path", class_="bpmn-line", d="M8,5 L12,-5", transform=place)


def _angle(start: tuple[float, float], end: tuple[float, float]) -> float:
    return math.atan2(end[1] - start[1], end[0] - start[0])


def _rounded(points: Points) -> str:
    path = [f"M{_pair(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path.append(f"L{_pair(_towards(corner, before))}")
        path.append(f"Q{_pair(corner)} {_pair(_towards(corner, after))}")
    path.append(f"L{_pair(points[-1])}")
    return " ".join(path)


def _towards(corner: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    distance = math.dist(corner, other)
    share = min(CORNER, distance / 2) / distance if distance else 0.0
    return (
        corner[0] + (other[0] - corner[0]) * share,
        corner[1] + (other[1] - corner[1]) * share,
    )


def _pair(point: tuple[float, float]) -> str:
    return f"{number(point[0])},{number(point[1])}"


def _arrow(points: Points) -> str:
    x, y = points[-1]
    angle = _angle(points[-2], points[-1])
    sides = (
        (x - ARROW * math.cos(angle + turn), y - ARROW * math.sin(angle + turn))
        for turn in (0.45, -0.45)
    )
    left, right = sides
    return f"M{_pair((x, y))} L{_pair(left)} L{_pair(right)} Z"
