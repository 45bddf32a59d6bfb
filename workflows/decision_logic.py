"""Logic that is no table, as text for people: the boxed expressions of DMN 1.5, chapter 10."""

from collections.abc import Iterator

from lxml import etree

from workflows.dmn.sheet_source import Source

INDENT = "  "
LOGIC = {
    "literalExpression", "context", "invocation", "list", "relation", "functionDefinition",
    "conditional", "for", "some", "every", "filter", "decisionTable",
}  # fmt: skip
DEEPEST = 40


def text_of(xml: bytes, decision: str) -> str:
    """The logic of this decision; empty when it has none."""
    source = Source(xml)
    for element, _ in source.logic():
        if element.get("id") == decision:
            return "\n".join(_lines(source, element, 0))
    return ""


def _lines(source: Source, parent: etree._Element, depth: int) -> Iterator[str]:
    """The expression that an element holds, if it holds one."""
    for child in parent:
        name = _name(child)
        if name == "encapsulatedLogic":
            yield from _function(source, child, depth)
        elif name in LOGIC and depth < DEEPEST:
            yield from _expression(source, child, depth)


def _expression(source: Source, element: etree._Element, depth: int) -> Iterator[str]:
    match _name(element):
        case "literalExpression":
            yield from _indented(source.text_in(element, "text"), depth)
        case "context":
            yield from _context(source, element, depth)
        case "invocation":
            yield from _invocation(source, element, depth)
        case "list":
            yield from _list(source, element, depth)
        case "relation":
            yield from _relation(source, element, depth)
        case "functionDefinition":
            yield from _function(source, element, depth)
        case "decisionTable":
            yield from _indented(f"a table of {len(source.children(element, 'rule'))} rules", depth)
        case _:
            yield from _parts(source, element, depth)


def _context(source: Source, element: etree._Element, depth: int) -> Iterator[str]:
    """Entries by name; the one without a name is the answer."""
    for entry in source.children(element, "contextEntry"):
        variable = source.child(entry, "variable")
        name = variable.get("name", "") if variable is not None else "answer"
        yield from _named(source, name, entry, depth)


def _invocation(source: Source, element: etree._Element, depth: int) -> Iterator[str]:
    called = source.text_in(element, "literalExpression", "text")
    yield from _indented(f"{called}, called with", depth)
    for binding in source.children(element, "binding"):
        parameter = source.child(binding, "parameter")
        name = parameter.get("name", "") if parameter is not None else ""
        yield from _named(source, name, binding, depth + 1)


def _list(source: Source, element: etree._Element, depth: int) -> Iterator[str]:
    yield from _indented("a list of", depth)
    for number, child in enumerate((e for e in element if _name(e) in LOGIC), 1):
        yield from _under(f"{number}", _expression(source, child, 0), depth + 1)


def _relation(source: Source, element: etree._Element, depth: int) -> Iterator[str]:
    names = [column.get("name", "") for column in source.children(element, "column")]
    yield from _indented(" | ".join(names), depth)
    for row in source.children(element, "row"):
        cells = [source.text_in(cell, "text") for cell in row if _name(cell) in LOGIC]
        yield from _indented(" | ".join(cells), depth)


def _function(source: Source, element: etree._Element, depth: int) -> Iterator[str]:
    names = ", ".join(each.get("name", "") for each in source.children(element, "formalParameter"))
    yield from _indented(f"a function of ({names})", depth)
    yield from _lines(source, element, depth + 1)


def _parts(source: Source, element: etree._Element, depth: int) -> Iterator[str]:
    """`if`, `then` and `else`; `in`, `return`, `satisfies` and `match`."""
    variable = element.get("iteratorVariable")
    heading = f"{_name(element)} {variable}" if variable else _name(element)
    yield from _indented(heading, depth)
    for child in element:
        if isinstance(child.tag, str) and _name(child) not in ("variable", "description"):
            yield from _named(source, _name(child), child, depth + 1)


def _named(source: Source, name: str, holder: etree._Element, depth: int) -> Iterator[str]:
    yield from _under(name, _lines(source, holder, 0), depth)


def _under(name: str, lines: Iterator[str], depth: int) -> Iterator[str]:
    """On one line when it is short, else indented below its name."""
    found = list(lines)
    if len(found) == 1:
        yield from _indented(f"{name}: {found[0]}", depth)
        return
    yield from _indented(f"{name}:", depth)
    for line in found:
        yield from _indented(line, depth + 1)


def _indented(text: str, depth: int) -> Iterator[str]:
    for line in text.splitlines() or [""]:
        yield INDENT * depth + line


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
