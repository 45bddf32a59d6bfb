"""Shapes and arrows for a diagram that a DMN file has already (DMN 1.5, chapter 13)."""

from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from lxml import etree

_DI = "http://www.omg.org/spec/DMN/20180521/DI/"
_DC = "http://www.omg.org/spec/DMN/20180521/DC/"
_WIDTH, _HEIGHT = 125.0, 45.0  # of input data
_GAP, _DISTANCE = 20.0, 60.0  # between shapes of a row, and between rows


@dataclass(frozen=True, slots=True)
class Box:
    """Where a shape is; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Box") -> bool:
        """Whether the two have an area in common."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


class Diagram:
    """One diagram with its shapes by element, and what is drawn in addition."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        drawn = [
            each
            for each in element.iterchildren(etree.Element)
            if etree.QName(each).localname in ("DMNShape", "DMNEdge")
        ]
        self.last = drawn[-1]
        self.boxes = {each.get("dmnElementRef", ""): box for each in drawn if (box := _box(each))}
        self._prefix = f"{self.last.prefix}:" if self.last.prefix else ""
        self._new: list[tuple[str, str, list[str]]] = []  # tag, element, lines inside

    def draw(self, target: str, *, below: str) -> None:
        """Input data in a row below what requires it, right of what is there; at most once."""
        if target in self.boxes:
            return
        above = self.boxes[below]
        box = Box(above.x, above.y + above.height + _DISTANCE, _WIDTH, _HEIGHT)
        while taken := [each for each in self.boxes.values() if box.overlaps(each)]:
            right = max(each.x + each.width for each in taken)
            box = Box(right + _GAP, box.y, box.width, box.height)
        self.boxes[target] = box
        numbers = f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
        bounds = f"<{self._named('Bounds', _DC, 'dc')} {numbers}/>"
        self._new.append(("DMNShape", target, [bounds]))

    def connect(self, target: str, owner: str, requirement: str) -> None:
        """An arrow from what is required, when both have shapes."""
        start, end = self.boxes.get(target), self.boxes.get(owner)
        if start is None or end is None:
            return
        way = (
            (start.x + start.width / 2, start.y),
            (end.x + end.width / 2, end.y + end.height),
        )
        tag = self._named("waypoint", _DI, "di")
        points = [f'<{tag} x="{x:g}" y="{y:g}"/>' for x, y in way]
        self._new.append(("DMNEdge", requirement, points))

    def text(self, indent: str) -> str:
        """All that is new, to stand behind the last of what was there."""
        inner = indent and indent + "  "
        return "".join(
            f"{indent}<{self._prefix}{tag} dmnElementRef={quoteattr(of)}>"
            + "".join(inner + line for line in lines)
            + f"{indent}</{self._prefix}{tag}>"
            for tag, of, lines in self._new
        )

    def _named(self, tag: str, namespace: str, prefix: str) -> str:
        """The tag with the file's prefix for this namespace, which is declared when it has none."""
        for known, uri in self.last.nsmap.items():
            if uri == namespace:
                return f"{known}:{tag}" if known else tag
        return f'{prefix}:{tag} xmlns:{prefix}="{namespace}"'


def diagram_of(root: etree._Element, element: str) -> Diagram | None:
    """The first diagram that shows the element; None when there is none."""
    for shape in root.iter("{*}DMNShape"):
        parent = shape.getparent()
        if shape.get("dmnElementRef") == element and parent is not None and _box(shape):
            return Diagram(parent)
    return None


def _box(shape: etree._Element) -> Box | None:
    """The bounds of a shape; None for edges, and where they are no numbers."""
    bounds = shape.find(f"{{{_DC}}}Bounds")
    if bounds is None:
        return None
    try:
        return Box(*(float(bounds.get(each, "")) for each in ("x", "y", "width", "height")))
    except ValueError:
        return None
