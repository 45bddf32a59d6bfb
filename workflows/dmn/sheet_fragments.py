"""Rules and columns as pieces of XML text: taken out, changed one by one and put together."""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from xml.sax.saxutils import quoteattr

from lxml import etree

from workflows.dmn.sheet_parts import InputColumn, OutputColumn
from workflows.dmn.sheet_source import Source, Span, spans_in

Column = InputColumn | OutputColumn

KINDS = ("input", "output", "annotation", "rule")
_START_TAG = re.compile(r"<([^\s/>]+)((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(\s*/?>)")
_ATTRIBUTE = re.compile(r"\s+([^\s=]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
ID = re.compile(r"[^\W\d][\w.-]{0,199}")


class NewIds:
    """Ids for what is new; none that the file has already."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def given(self, wanted: str, kind: str) -> str:
        """The wanted id when it is free and can be one, else a new one such as rule_1f3a9c2b."""
        made = wanted
        while not ID.fullmatch(made) or made in self._taken:
            made = f"{kind}_{secrets.token_hex(4)}"
        self._taken.add(made)
        return made


class Units:
    """The children of one decision table as text, each with what stands before it."""

    def __init__(self, source: Source, table: etree._Element) -> None:
        self._source, self._table = source, table
        self._span: Span = source.span(table)
        self.prefix = f"{table.prefix}:" if table.prefix else ""
        self._before: dict[etree._Element, str] = {}
        self._known = {kind: source.children(table, kind) for kind in KINDS}
        at = self._span.inner_start
        for child in table.iterchildren(etree.Element):
            self._before[child] = source.text[at : source.span(child).start]
            at = source.span(child).end
        self._after = source.text[at : self._span.inner_end]
        self._indent = self._indentation()
        self._has_long_line_ends = "\r\n" in source.text
        self._opening = _wrapper_with(table.nsmap)
        self._parser = etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=False)
        self._carried = ""

    def _indentation(self) -> str:
        """Line break and blanks in front of a child."""
        for before in self._before.values():
            if found := re.search(r"\r?\n[ \t]*\Z", before):
                return found.group()
        return "\n      "

    def others(self) -> str:
        """Descriptions, extensions and whatever else is neither a column nor a rule."""
        known = {child for kind in KINDS for child in self._known[kind]}
        return "".join(
            before + self._source.outer(child)
            for child, before in self._before.items()
            if child not in known
        )

    def group(self, kind: str, units: Sequence[tuple[int | None, str]]) -> str:
        """All units of one kind: (place in the old table, text). Comments of removed ones stay."""
        kept = {place for place, _ in units}
        children = self._known[kind]
        removed = [child for place, child in enumerate(children) if place not in kept]
        self._carried += "".join(_comments(self._before[child]) for child in removed)
        parts: list[str] = []
        for place, text in units:
            before = self._indent if place is None else self._before[children[place]]
            parts += [self._carried, before, text]
            self._carried = ""
        return "".join(parts)

    def ending(self) -> str:
        """What stands before the end tag of the table."""
        closing = self._indent[:-2] if self._span.is_closed_at_once else self._after
        return self._carried + closing

    def text_of(self, kind: str, place: int) -> str:
        """A unit as it is written now."""
        return self._source.outer(self._known[kind][place])

    def empty(self, kind: str, unit_id: str) -> str:
        """A new unit without content."""
        return f"<{self.prefix}{kind} id={quoteattr(unit_id)}/>"

    def changed(self, text: str, change: Callable[[etree._Element], None]) -> str:
        """The unit after this change; indented anew when it got or lost elements."""
        wrapper = etree.fromstring(f"{self._opening}{text}</wrapper>", self._parser)
        unit = wrapper[0]
        _keep_end_tags(unit, text)
        elements = list(unit.iter())
        change(unit)
        if elements != list(unit.iter()):
            self._indent_anew(unit)
        written = etree.tostring(wrapper, encoding="unicode")
        inner = written[written.index(">") + 1 : written.rindex("</")]
        return inner.replace("\n", "\r\n") if self._has_long_line_ends else inner

    def _indent_anew(self, unit: etree._Element) -> None:
        blanks = self._indent.lstrip("\r\n")
        step = "\t" if blanks.startswith("\t") else "  "
        etree.indent(unit, step, level=len(blanks) // len(step))


def _wrapper_with(spaces: Mapping[str | None, str]) -> str:
    """A start tag that declares the namespaces which a unit finds around itself."""
    declared = (
        f" xmlns{':' + prefix if prefix else ''}={quoteattr(uri)}"
        for prefix, uri in spaces.items()
        if prefix != "xml"
    )
    return f"<wrapper{''.join(declared)}>"


def _keep_end_tags(unit: etree._Element, text: str) -> None:
    """What is written `<text></text>` is written so again."""
    for element, span in zip(unit.iter(etree.Element), spans_in(text), strict=True):
        if not span.is_closed_at_once and element.text is None and not len(element):
            element.text = ""


def _comments(before: str) -> str:
    return before.rstrip() if "<" in before else ""


def name_in(tag: str) -> str:
    """The element's name with its prefix."""
    return _opened(tag).group(1)


def _opened(text: str) -> re.Match[str]:
    found = _START_TAG.match(text)
    if found is None:
        raise ValueError("This is not a start tag.")
    return found


def with_id(text: str, unit_id: str) -> str:
    """The element, with this id unless it has one."""
    attributes = _ATTRIBUTE.finditer(_opened(text).group(2))
    if any(found.group(1) == "id" for found in attributes):
        return text
    return with_attribute(text, "id", unit_id)


def with_attribute(text: str, name: str, value: str) -> str:
    """The element with this attribute in its start tag; without it when the value is empty."""
    tag = _opened(text)
    new = f" {name}={quoteattr(value)}" if value else ""
    for found in _ATTRIBUTE.finditer(text, tag.start(2), tag.end(2)):
        if found.group(1) == name:
            return text[: found.start()] + new + text[found.end() :]
    return text[: tag.end(2)] + new + text[tag.end(2) :]


def _tag(element: etree._Element, name: str) -> str:
    return f"{{{etree.QName(element).namespace}}}{name}"


def fill_column(element: etree._Element, new: Column) -> None:
    """Bring a column's element up to what the sheet says."""
    if isinstance(new, InputColumn):
        _set(element, "label", new.label)
        expression = _inner(element, "inputExpression")
        _set(expression, "typeRef", new.type)
        set_text(expression, new.expression)
        _optional(element, "inputValues", new.allowed)
        return
    for name, value in (("label", new.label), ("name", new.name), ("typeRef", new.type)):
        _set(element, name, value)
    _optional(element, "outputValues", new.allowed)
    _optional(element, "defaultOutputEntry", new.default)


def _set(element: etree._Element, name: str, value: str) -> None:
    if element.get(name, "") == value:
        return
    if value:
        element.set(name, value)
    else:
        del element.attrib[name]


def _inner(element: etree._Element, name: str) -> etree._Element:
    """The child of this name, made at the end of those that have to stand before it."""
    found = element.find(_tag(element, name))
    if found is not None:
        return found
    made = element.makeelement(_tag(element, name), nsmap=element.nsmap)
    if name == "outputValues":  # before a default that is there already
        later = element.find(_tag(element, "defaultOutputEntry"))
        if later is not None:
            later.addprevious(made)
            return made
    element.append(made)
    return made


def _optional(element: etree._Element, name: str, text: str) -> None:
    """Allowed values or a default: the element is there when there is something to say."""
    found = element.find(_tag(element, name))
    if text:
        set_text(_inner(element, name), text)
    elif found is not None and "".join(found.itertext()).strip():
        element.remove(found)


def set_text(entry: etree._Element, text: str) -> None:
    """The `text` inside an expression; untouched when it says so already."""
    inner = entry.find(_tag(entry, "text"))
    if inner is None:
        if not text and len(entry):
            return
        inner = etree.SubElement(entry, _tag(entry, "text"))
        inner.text = text
    elif "".join(inner.itertext()).strip() != text:
        for child in list(inner):
            inner.remove(child)
        inner.text = text


def fill_rule(
    rule: etree._Element,
    wanted: Iterable[tuple[str, Sequence[int | None], Sequence[str]]],
    ids: NewIds,
) -> None:
    """Bring a rule's entries into the order of the columns: per kind, old places and texts."""
    before: list[etree._Element] = []
    after: list[etree._Element] = []
    for tag, places, texts in wanted:
        entries = rule.findall(_tag(rule, tag))
        cells = [_entry(rule, tag, entries, place, ids) for place in places]
        for cell, text in zip(cells, texts, strict=True):
            set_text(cell, text)
        before += entries
        after += cells
    if before != after:
        for entry in before:
            rule.remove(entry)
        rule.extend(after)


def _entry(
    rule: etree._Element, tag: str, entries: list[etree._Element], place: int | None, ids: NewIds
) -> etree._Element:
    """The cell that was in this column, or a new one."""
    if place is not None and place < len(entries):
        return entries[place]
    return _new_entry(rule, tag, ids)


def _new_entry(rule: etree._Element, tag: str, ids: NewIds) -> etree._Element:
    entry = rule.makeelement(_tag(rule, tag), nsmap=rule.nsmap)
    if tag != "annotationEntry":  # the only one that has no id (DMN 1.5, 8.3.3)
        entry.set("id", ids.given("", "cell"))
    return entry


def describe(rule: etree._Element, text: str) -> None:
    """The rule's own description, which stands first."""
    found = rule.find(_tag(rule, "description"))
    if not text:
        if found is not None:
            rule.remove(found)
        return
    if found is None:
        found = rule.makeelement(_tag(rule, "description"), nsmap=rule.nsmap)
        rule.insert(0, found)
    if (found.text or "").strip() != text:
        found.text = text
