"""The small signs at the foot of an activity: how often it runs, what it is to others.

BPMN 2.0.2, 10.3 (figures 10.8 and following): loop, multi-instance, ad hoc, compensation, and the
plus of what has an inside that is not shown.
"""

from lxml import etree

from workflows.bpmn.kinds import Kind
from workflows.bpmn.model import Bounds, Node
from workflows.bpmn.shapes import REWIND, add, number

HEIGHT = 14.0  # that a row of signs takes, in diagram units

BARS = "M-4,-5 V5 M0,-5 V5 M4,-5 V5"
LINES = "M-5,-4 H5 M-5,0 H5 M-5,4 H5"
CIRCLE = "M3,4.5 A5.5,5.5 0 1 0 -2,5 M-2,5 L-5,5 M-2,5 L-2,2"
TILDE = "M-6,2 C-4,-5 -1,-3 0,0 C1,3 4,5 6,-2"
PLUS = "M-5.5,-5.5 H5.5 V5.5 H-5.5 Z M0,-3.5 V3.5 M-3.5,0 H3.5"


def of(node: Node, *, is_collapsed: bool = False) -> list[str]:
    """The signs of an activity, from left to right, as paths."""
    found = []
    if node.loop is not None:
        bars = LINES if node.loop.sequential else BARS
        found.append(CIRCLE if node.loop.standard else bars)
    if node.kind is Kind.CALL_ACTIVITY or is_collapsed:
        found.append(PLUS)
    if node.kind is Kind.AD_HOC:
        found.append(TILDE)
    if node.undoes:
        found.append(REWIND)
    return found


def draw(group: etree._Element, signs: list[str], at: Bounds) -> None:
    """The signs side by side, at the foot of this figure."""
    first = at.x + at.width / 2 - 8 * (len(signs) - 1)
    y = number(at.y + at.height - HEIGHT / 2 - 1)
    for index, path in enumerate(signs):
        place = f"translate({number(first + 16 * index)} {y})"
        add(group, "path", class_="bpmn-marker", d=path, transform=place, aria_hidden="true")
