"""Diagram interchange (BPMN 2.0.2, chapter 12): where each element is drawn."""

import math
from collections.abc import Iterator

from lxml import etree

from workflows.bpmn.model import Bounds, Diagram
from workflows.bpmn.source import BPMN, BPMNDI, DC, DI

BODIES = ("subProcess", "transaction", "adHocSubProcess")
FARTHEST = 100_000.0  # diagram units; whatever is drawn beyond is left out


def read(root: etree._Element) -> Diagram:
    """Every shape, edge and label of the model; those without usable numbers are left out."""
    shapes: dict[str, Bounds] = {}
    edges: dict[str, tuple[tuple[float, float], ...]] = {}
    labels: dict[str, Bounds] = {}
    for drawn in _drawn(root):
        element = drawn.get("bpmnElement", "").rpartition(":")[2]
        bounds, points = _bounds(drawn), tuple(_points(drawn))
        label = drawn.find(f"{{{BPMNDI}}}BPMNLabel")
        if bounds is not None:
            shapes[element] = bounds
        elif len(points) > 1:
            edges[element] = points
        placed = None if label is None else _bounds(label)
        if placed is not None:
            labels[element] = placed
    return Diagram(shapes, edges, labels)


def _drawn(root: etree._Element) -> Iterator[etree._Element]:
    """Shapes and edges, but for diagrams of their own that show the inside of a sub-process."""
    apart = {each.get("id") for tag in BODIES for each in root.iter(f"{{{BPMN}}}{tag}")}
    for plane in root.iter(f"{{{BPMNDI}}}BPMNPlane"):
        if plane.get("bpmnElement", "").rpartition(":")[2] not in apart:
            yield from plane.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge")


def _bounds(drawn: etree._Element) -> Bounds | None:
    found = drawn.find(f"{{{DC}}}Bounds")
    if found is None:
        return None
    numbers = [_number(found.get(name, "")) for name in ("x", "y", "width", "height")]
    x, y, width, height = numbers
    if x is None or y is None or not width or not height or width < 0 or height < 0:
        return None
    return Bounds(x, y, width, height)


def _points(drawn: etree._Element) -> Iterator[tuple[float, float]]:
    for point in drawn.iterfind(f"{{{DI}}}waypoint"):
        x, y = _number(point.get("x", "")), _number(point.get("y", ""))
        if x is not None and y is not None:
            yield x, y


def _number(text: str) -> float | None:
    try:
        number = float(text[:30])
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= FARTHEST else None
