"""The figures of the drawing: events, tasks, gateways, flows, texts. SVG elements, never strings.

Nothing is styled here: classes name what a thing is, `static/css/diagram.css` says how it looks.
"""

import math
import textwrap

from lxml import etree

from workflows.bpmn import markers
from workflows.bpmn.kinds import (
    ACTIVITIES,
    BOUNDARIES,
    CATCHES,
    CONTAINERS,
    ENDS,
    GATEWAYS,
    THROWS,
)
from workflows.bpmn.layout import Points
from workflows.bpmn.model import Bounds, Kind, Node
from workflows.bpmn.shapes import CHECK, CLOCK, GLYPHS, LETTER, LINE, SIGNS, add, number

CORNER, ARROW = 7.0, 8.0


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


def figure(group: etree._Element, node: Node, at: Bounds, *, is_collapsed: bool = False) -> None:
    """The outline, the glyph and the markers of a node."""
    match family(node):
        case "task":
            _task(group, node, at)
        case "container":
            _container(group, node, at, markers.of(node, is_collapsed=is_collapsed))
        case "gateway":
            _gateway(group, node, at)
        case _:
            _event(group, node, at)


def _container(group: etree._Element, node: Node, at: Bounds, signs: list[str]) -> None:
    """An outline with the name on top; what lies inside is drawn over it."""
    _box(group, at)
    if node.kind is Kind.TRANSACTION:
        _box(group, at, inset=3)
    shown = lines(node.name or node.id, at.width - 12, 2)
    written(group, shown, at.x + at.width / 2, at.y + 6, "bpmn-name")
    markers.draw(group, signs, at)


def _task(group: etree._Element, node: Node, at: Bounds) -> None:
    signs = markers.of(node)
    _box(group, at)
    _glyph(group, glyph(node), at.x + 14, at.y + 14)
    foot = markers.HEIGHT if signs else 0
    room = Bounds(at.x + 6, at.y + 16, at.width - 12, at.height - 18 - foot)
    centred(group, node.name or node.id, room, "bpmn-name")
    markers.draw(group, signs, at)


def _box(group: etree._Element, at: Bounds, inset: float = 0.0) -> None:
    size = {"width": number(at.width - 2 * inset), "height": number(at.height - 2 * inset)}
    name = "bpmn-shape bpmn-inner" if inset else "bpmn-shape"
    add(group, "rect", class_=name, x=at.x + inset, y=at.y + inset, rx=8.0 - inset, **size)


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
    _glyph(group, glyph(node), x, y, filled=node.kind in THROWS | ENDS)


def _glyph(
    group: etree._Element,
    path: str,
    x: float,
    y: float,
    *,
    strong: bool = False,
    filled: bool = False,
) -> None:
    """What throws is filled, what catches is not (BPMN 2.0.2, table 10.93)."""
    if not path:
        return
    name = f"bpmn-glyph{' is-strong' if strong else ''}{' is-filled' if filled else ''}"
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
