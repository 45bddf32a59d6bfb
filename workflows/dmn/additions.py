"""New input data and requirements as text in a DMN file, in its style and in its diagram."""

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import quoteattr

from lxml import etree

from workflows.dmn.diagrams import Diagram, diagram_of
from workflows.dmn.sheet_fragments import NewIds
from workflows.dmn.sheet_reading import FIRST_NAMESPACE, read
from workflows.dmn.sheet_source import Source

GRAPH = ("inputData", "decision", "businessKnowledgeModel", "decisionService", "knowledgeSource")
# What stands before a requirement within its element (the schemas of DMN 1.1 to 1.5).
_EARLIER = (
    *("description", "extensionElements", "question", "allowedAnswers"),
    *("variable", "encapsulatedLogic", "informationRequirement"),
)
_OUTER = {
    "requiredInput": "informationRequirement",
    "requiredDecision": "informationRequirement",
    "requiredKnowledge": "knowledgeRequirement",
}


class Additions:
    """What is to be added to one file; nothing else in it changes."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._ids = NewIds(source.ids)
        self._inputs: dict[str, tuple[str, set[str]]] = {}  # name: id, types
        self._requirements: list[tuple[etree._Element, str, str, str]] = []
        self.elements = {
            element.get("id"): element
            for tag in GRAPH
            for element in source.children(source.root, tag)
        }

    def names_of(self, *tags: str) -> set[str]:
        """The names of the file's elements of these kinds, at every depth."""
        wanted = [f"{{{self._source.namespace}}}{tag}" for tag in tags]
        return {each.get("name", "") for each in self._source.root.iter(*wanted)}

    def input_data(self, name: str, types: Iterable[str]) -> str:
        """Input data with this name, made once; gives its id.

        It has a type when every time the same one is given.
        """
        if name not in self._inputs:
            wanted = "input_" + re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
            self._inputs[name] = (self._ids.given(wanted[:200], "input"), set())
        made, known = self._inputs[name]
        known.update(types)
        return made

    def requirement(self, owner: str, tag: str, target: str) -> None:
        """The element requires the other one: requiredInput, requiredDecision, …"""
        made = self._ids.given(f"requires_{target}"[:200], "requirement")
        self._requirements.append((self.elements[owner], tag, target, made))

    def result(self) -> bytes | None:
        """The file with all of it; None when there is nothing to add."""
        if not self._requirements:
            return None
        edits = [*self._input_edits(), *self._requirement_edits(), *self._diagram_edits()]
        written = self._source.spliced([(at, at, text) for at, text in edits])
        read(written)  # a file that nobody could open again is never handed out
        return written

    def _input_edits(self) -> list[tuple[int, str]]:
        """After other input data, else before everything else of the graph."""
        if not self._inputs:
            return []
        root = self._source.root
        others = self._source.children(root, "inputData")
        in_graph = {f"{{{self._source.namespace}}}{tag}" for tag in GRAPH}
        anchor = others[-1] if others else next(each for each in root if each.tag in in_graph)
        indent = indentation(self._source, anchor)
        made = [self._input(name, anchor, indent) for name in self._inputs]
        span = self._source.span(anchor)
        if others:
            return [(span.end, "".join(indent + each for each in made))]
        return [(span.start, "".join(each + indent for each in made))]

    def _input(self, name: str, anchor: etree._Element, indent: str) -> str:
        made, types = self._inputs[name]
        prefix = f"{anchor.prefix}:" if anchor.prefix else ""
        variable = self._ids.given(f"variable_{made}"[:200], "variable")
        stated = "".join(types) if len(types) == 1 else ""
        typed = f" typeRef={quoteattr(stated)}" if stated else ""
        named = f"name={quoteattr(name)}"
        inner = indent and indent + "  "
        return (
            f'<{prefix}inputData id="{made}" {named}>{inner}'
            f'<{prefix}variable id="{variable}" {named}{typed}/>{indent}</{prefix}inputData>'
        )

    def _requirement_edits(self) -> list[tuple[int, str]]:
        edits = []
        for owner in dict.fromkeys(each[0] for each in self._requirements):
            for outer in dict.fromkeys(_OUTER.values()):
                mine = [
                    each
                    for each in self._requirements
                    if each[0] is owner and _OUTER[each[1]] == outer
                ]
                edits.append(self._requiring(owner, outer, mine))
        return edits

    def _requiring(
        self,
        owner: etree._Element,
        outer: str,
        wanted: Sequence[tuple[etree._Element, str, str, str]],
    ) -> tuple[int, str]:
        """Requirements of one kind, behind those that are there."""
        children = list(owner.iterchildren(etree.Element))
        before = [each for each in children if etree.QName(each).localname in (*_EARLIER, outer)]
        span = self._source.span(owner)
        at = self._source.span(before[-1]).end if before else span.inner_start
        indent = indentation(self._source, children[0]) if children else ""
        prefix = f"{owner.prefix}:" if owner.prefix else ""
        inner = indent and indent + "  "
        text = ""
        for _, tag, target, made in wanted:
            # The first version of the standard gives requirements no id.
            known = "" if self._source.namespace == FIRST_NAMESPACE else f' id="{made}"'
            text += (
                f"{indent}<{prefix}{outer}{known}>{inner}<{prefix}{tag} "
                f"href={quoteattr('#' + target)}/>{indent}</{prefix}{outer}>"
            )
        return at, text

    def _diagram_edits(self) -> list[tuple[int, str]]:
        """Shapes beside those of the decision, and arrows, where the file has a diagram."""
        drawn: dict[etree._Element, Diagram] = {}
        for owner, _, target, made in self._requirements:
            diagram = diagram_of(self._source.root, owner.get("id", ""))
            if diagram is None:
                continue
            diagram = drawn.setdefault(diagram.element, diagram)
            if any(target == made_id for made_id, _ in self._inputs.values()):
                diagram.draw(target, below=owner.get("id", ""))
            diagram.connect(target, owner.get("id", ""), made)
        edits = []
        for diagram in drawn.values():
            indent = indentation(self._source, diagram.last)
            edits.append((self._source.span(diagram.last).end, diagram.text(indent)))
        return edits


def indentation(source: Source, element: etree._Element) -> str:
    """Line break and blanks in front of the element; nothing when it begins no line."""
    at = source.span(element).start
    begin = source.text.rfind("\n", 0, at)
    if begin < 0 or source.text[begin:at].strip():
        return ""
    return source.text[begin - 1 if source.text[begin - 1 : begin] == "\r" else begin : at]
