"""What figures are made of: signs as paths, and elements with their attributes."""

import re

from lxml import etree

from workflows.bpmn.model import Kind

SVG = "http://www.w3.org/2000/svg"
LETTER, LINE = 6.4, 14.0  # width of a letter and height of a line, in diagram units

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

GLYPHS = {
    Kind.USER_TASK: PERSON,
    Kind.SERVICE_TASK: COG,
    Kind.SCRIPT_TASK: SHEET,
    Kind.RULE_TASK: TABLE,
    Kind.SEND_TASK: LETTER_SIGN,
    Kind.RECEIVE_TASK: LETTER_SIGN,
    Kind.MANUAL_TASK: HAND,
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
