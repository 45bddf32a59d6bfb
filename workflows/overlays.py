"""What is laid over the picture of a process: labels at its figures and flows: heat, remarks.

The picture itself comes from `bpmn.drawing`; nothing here changes what it says. A label is text at
the figure, so that nobody has to tell colours apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from workflows.bpmn import drawing, layout
from workflows.bpmn.drawing import Mark
from workflows.bpmn.model import Bounds, Diagram, Process
from workflows.bpmn.shapes import LETTER, SVG, add, number, printable

LABEL, ABOVE = 16.0, 5.0  # height of a label, distance to its figure
BAR, STROKES = 6.0, 4.0  # height of a bar, distance of its hatching
SHORTEST = 30.0  # length of a whole bar at a small figure
ROOM = LABEL + BAR + 2  # above the topmost figures


@dataclass(frozen=True, slots=True)
class Bar:
    """How long something is against the longest: 0 to 1, and the part of it that is waiting."""

    length: float
    waiting: float | None = None  # share of `length`, None where nobody knows


@dataclass(frozen=True, slots=True)
class Label:
    """What stands at one figure. `names` are classes, `note` is read out and shown on hover."""

    text: str
    names: str = ""
    note: str = ""
    bar: Bar | None = None


def svg(
    process: Process, labels: Mapping[str, Label], marks: Mapping[str, Mark] | None = None
) -> str:
    """The picture of a process with labels by node or flow id; what is not drawn is left out."""
    root = etree.fromstring(drawing.svg(process, marks))
    groups = {_drawn_for(group): group for group in root.iter(f"{{{SVG}}}g")}
    drawn = layout.complete(process)
    said = []
    for name, label in labels.items():
        group, at = groups.get(printable(name)), _place(name, drawn)
        if group is None or at is None:
            continue
        _label(root, group, at, label)
        said.append(f"{_title(process, name)}: {label.note or label.text}")
    _describe(root, said)
    _heighten(root)
    return etree.tostring(root, encoding="unicode")


def _drawn_for(group: etree._Element) -> str | None:
    """The id of the node or flow that a group of the picture shows."""
    return group.get("data-node") or group.get("data-flow")


def _place(name: str, drawn: Diagram) -> Bounds | None:
    """The figure of a node; of a flow a small place at the middle of its longest stretch."""
    if name in drawn.edges:
        x, y = drawing.middle(drawn.edges[name])
        return Bounds(x, y + LABEL, 0.0, 0.0)
    return drawn.shapes.get(name)


def _label(root: etree._Element, group: etree._Element, at: Bounds, label: Label) -> None:
    if label.names:
        group.set("class", f"{group.get('class', '')} {label.names}")
    title = group.find(f"{{{SVG}}}title")
    if title is not None and label.note:
        title.text = printable(f"{title.text or ''}: {label.note}"[:1_000])
    # On top of everything: a child of the picture, not of the figure.
    box = add(root, "g", class_=f"bpmn-note {label.names}".strip(), aria_hidden="true")
    bottom = at.y - ABOVE
    if label.bar:
        _bar(box, at.x, bottom - BAR, max(at.width, SHORTEST), label.bar)
        bottom -= BAR + 2
    width = 12.0 + LETTER * len(label.text)
    left = at.x if at.width else at.x - width / 2  # at a figure, or around a point of a flow
    add(box, "rect", x=left, y=bottom - LABEL, width=width, height=LABEL, rx=4.0)
    add(box, "text", label.text, x=left + width / 2, y=bottom - 4, text_anchor="middle")


def _bar(box: etree._Element, x: float, y: float, full: float, bar: Bar) -> None:
    """Between label and figure: solid is work, hatched is waiting."""
    length = max(full * min(bar.length, 1.0), 2.0)
    waiting = length * (bar.waiting or 0.0)
    add(box, "rect", class_="bpmn-track", x=x, y=y, width=full, height=BAR)
    add(box, "rect", class_="bpmn-bar", x=x, y=y, width=length - waiting, height=BAR)
    if waiting >= 1:
        left = x + length - waiting
        add(box, "rect", class_="bpmn-waits", x=left, y=y, width=waiting, height=BAR)
        add(box, "path", class_="bpmn-hatch", d=_hatching(left, y, waiting))


def _hatching(x: float, y: float, width: float) -> str:
    count = int(width // STROKES)
    lines = []
    for index in range(count):
        left = x + index * STROKES
        lines.append(f"M{number(left)},{number(y + BAR)} L{number(left + STROKES)},{number(y)}")
    return " ".join(lines) or f"M{number(x)},{number(y + BAR)} V{number(y)}"


def _title(process: Process, name: str) -> str:
    named = process.nodes.get(name) or process.flows.get(name)
    return (named.name if named else "") or name


def _describe(root: etree._Element, said: list[str]) -> None:
    desc = root.find(f"{{{SVG}}}desc")
    if desc is not None and said:
        desc.text = printable(f"{desc.text or ''} {'. '.join(said)}."[:20_000])


def _heighten(root: etree._Element) -> None:
    """Room for labels above the topmost figures."""
    x, y, width, height = (float(each) for each in root.get("viewBox", "0 0 0 0").split())
    taller = height + ROOM
    root.set("viewBox", f"{number(x)} {number(y - ROOM)} {number(width)} {number(taller)}")
    root.set("height", number(taller))
