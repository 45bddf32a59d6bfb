"""Where each element of a DMN file stands in its text, so that a change leaves the rest alone.

lxml understands the file; a scan of the tags, in the same order, tells where each one begins and
ends. The file is well-formed by then and has no DTD, which is what makes the scan exact.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from workflows.dmn.sheet_parts import SheetError
from workflows.dmn.sheet_reading import encoding_of, read

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    r"|(?P<end></[^>]*>)"
    r"|(?P<start><[^\s/>!?]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*>)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets of an element, and of what is between its tags (both the end when it is empty)."""

    start: int
    inner_start: int
    inner_end: int
    end: int

    @property
    def is_closed_at_once(self) -> bool:
        """Whether it is written `<a/>`."""
        return self.inner_start == self.end


class Source:
    """A DMN file as elements and as text."""

    def __init__(self, xml: bytes) -> None:
        self.root = read(xml)
        self.encoding = encoding_of(self.root)
        self.text = xml.decode(self.encoding)
        self.namespace = etree.QName(self.root).namespace or ""
        self.ids = {value for e in self.root.iter(etree.Element) if (value := e.get("id"))}

    @cached_property
    def _spans(self) -> dict[etree._Element, Span]:
        elements = self.root.iter(etree.Element)
        return dict(zip(elements, spans_in(self.text), strict=True))

    def span(self, element: etree._Element) -> Span:
        """Where the element stands."""
        return self._spans[element]

    def outer(self, element: etree._Element) -> str:
        """The element as it is written."""
        span = self._spans[element]
        return self.text[span.start : span.end]

    def children(self, element: etree._Element, tag: str) -> list[etree._Element]:
        """Children of DMN's namespace with this name."""
        return element.findall(f"{{{self.namespace}}}{tag}")

    def child(self, element: etree._Element, tag: str) -> etree._Element | None:
        """The first of them."""
        return element.find(f"{{{self.namespace}}}{tag}")

    def text_in(self, element: etree._Element, *tags: str) -> str:
        """The trimmed text at the end of this way of children, "" when a part is missing."""
        inner: etree._Element | None = element
        for tag in tags:
            inner = self.child(inner, tag) if inner is not None else None
        return "" if inner is None else "".join(inner.itertext()).strip()

    def spliced(self, edits: list[tuple[int, int, str]]) -> bytes:
        """The file with these stretches of text replaced; they do not overlap."""
        parts, at = [], 0
        for start, end, new in sorted(edits):
            parts += [self.text[at:start], new]
            at = end
        text = "".join([*parts, self.text[at:]])
        return text.encode(self.encoding, "xmlcharrefreplace")

    def table_of(self, decision: str) -> tuple[etree._Element, etree._Element]:
        """The decision (or business knowledge model) with this id, and its decision table."""
        for element, table in self.logic():
            if element.get("id") == decision:
                if table is None:
                    raise SheetError(f"{element.get('name') or decision} is not a decision table.")
                return element, table
        raise SheetError(f"The model has no decision {decision[:80]}.")

    def logic(self) -> Iterator[tuple[etree._Element, etree._Element | None]]:
        """Each decision and business knowledge model with its decision table, if it is one."""
        for element in self.root:
            if element.tag == f"{{{self.namespace}}}decision":
                yield element, self.child(element, "decisionTable")
            elif element.tag == f"{{{self.namespace}}}businessKnowledgeModel":
                inside = self.child(element, "encapsulatedLogic")
                table = None if inside is None else self.child(inside, "decisionTable")
                yield element, table


def spans_in(text: str) -> list[Span]:
    """One span per element in the order of their start tags."""
    found: list[Span] = []
    open_elements: list[tuple[int, int, int]] = []  # number, start, end of the start tag
    for token in _TOKEN.finditer(text):
        if token["start"] is not None:
            if text.endswith("/>", token.start(), token.end()):
                found.append(Span(token.start(), token.end(), token.end(), token.end()))
            else:
                open_elements.append((len(found), token.start(), token.end()))
                found.append(Span(0, 0, 0, 0))
        elif token["end"] is not None:
            number, start, inner = open_elements.pop()
            found[number] = Span(start, inner, token.start(), token.end())
    return found
