"""Bytes to XML elements, trusting nobody: every refusal happens before anything is expanded.

No DTD, no entities, no stylesheet, no inclusion, no network, UTF-8 or a plain 8-bit encoding,
bounded size, depth and number of elements. BPMN and DMN models are both read through here.
"""

import re
from collections.abc import Iterator

from lxml import etree

XINCLUDE = "http://www.w3.org/2001/XInclude"

LARGEST = 5 * 1024 * 1024  # bytes
LONGEST_TAG = 128 * 1024  # bytes
DEEPEST = 100
MOST_ELEMENTS = 100_000
ENCODINGS = frozenset(
    ["utf-8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "iso-8859-15", "windows-1252"]
)

_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{1,40})[\"']")
_LONG_TAG = re.compile(rb"<[^!?<>][^<>]{%d}" % LONGEST_TAG)
_TEXT = re.compile(rb"\S")
_FOREIGN_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"+/v", b"\xdd\x73\x66\x73")


class XmlRefused(Exception):
    """The bytes are not accepted; a sentence says why, `line` says where."""

    def __init__(self, sentence: str, line: int = 1) -> None:
        super().__init__(sentence)
        self.line = line


class XmlTooLarge(XmlRefused):
    """The bytes are more than a model may have."""


def parsed(xml: bytes, *, editor: str) -> etree._Element:
    """The root element, its content not judged yet; `editor` says with what to save it again."""
    if len(xml) > LARGEST:
        raise XmlTooLarge(f"The model has {len(xml):,} bytes; {LARGEST:,} are allowed.")
    _refuse_encodings(xml)
    _refuse_prolog(xml.removeprefix(b"\xef\xbb\xbf"))
    if _LONG_TAG.search(xml):
        raise XmlRefused(f"A tag of the model is too long. Save it again from a {editor}.")
    return _read(xml)


def _refuse_encodings(xml: bytes) -> None:
    """Text is UTF-8 or a plain 8-bit encoding, and the bytes agree with what is declared."""
    if not xml.strip():
        raise XmlRefused("The file is empty.")
    declared = _DECLARATION.match(xml.removeprefix(b"\xef\xbb\xbf").lstrip())
    encoding = declared.group(1).decode("ascii", "replace").lower() if declared else "utf-8"
    if encoding not in ENCODINGS:
        raise XmlRefused(f"The encoding {encoding[:20]} is not accepted. Save the model as UTF-8.")
    if xml.startswith(_FOREIGN_BOMS) or b"\x00" in xml:
        raise XmlRefused("The file is not UTF-8 text. Save the model as UTF-8.")
    if xml.startswith(b"\xef\xbb\xbf") and encoding != "utf-8":
        raise XmlRefused(f"The file begins as UTF-8 but declares {encoding}. Save it as UTF-8.")
    if encoding == "utf-8":
        try:
            xml.decode("utf-8")
        except UnicodeDecodeError as error:
            line = xml.count(b"\n", 0, error.start) + 1
            raise XmlRefused(
                "The bytes are not valid UTF-8. Save the model as UTF-8.", line
            ) from None


def _refuse_prolog(xml: bytes) -> None:
    """Before the first element only the XML declaration and comments are accepted."""
    offset = 0
    while True:
        found = _TEXT.search(xml, offset)
        offset = found.start() if found else len(xml)
        if xml.startswith(b"<?xml", offset) and xml[offset + 5 : offset + 6].isspace():
            offset = _after(xml, b"?>", offset)
        elif xml.startswith(b"<!--", offset):
            offset = _after(xml, b"-->", offset)
        elif xml.startswith(b"<?", offset):
            raise XmlRefused("Stylesheets and other processing instructions are not allowed.")
        elif xml.startswith(b"<!", offset):
            raise XmlRefused("A DTD is not allowed. Remove the DOCTYPE and its entities.")
        else:
            return


def _after(xml: bytes, end: bytes, offset: int) -> int:
    found = xml.find(end, offset)
    return len(xml) if found < 0 else found + len(end)


def _read(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        if "depth" in str(error).lower():
            raise XmlRefused(f"The model is nested more than {DEEPEST} deep.", line) from None
        raise XmlRefused(f"This is not well-formed XML: {error.msg}.", line) from None
    except (ValueError, LookupError) as error:
        raise XmlRefused(f"This is not readable XML: {error}.") from None


def refuse_content(root: etree._Element) -> None:
    """Raise XmlRefused for what is well-formed but has no place in a model."""
    if next(root.itersiblings(), None) is not None:
        raise XmlRefused(
            "Processing instructions are not allowed, and nothing may follow the model."
        )
    for count, (element, depth) in enumerate(_walk(root)):
        if count > MOST_ELEMENTS:
            raise XmlRefused(f"The model has more than {MOST_ELEMENTS:,} elements.")
        if depth > DEEPEST:
            raise XmlRefused(f"The model is nested more than {DEEPEST} deep.", line_of(element))
        if not isinstance(element.tag, str):
            raise XmlRefused(
                "Processing instructions and entities are not allowed.", line_of(element)
            )
        if element.tag.startswith(f"{{{XINCLUDE}}}"):
            raise XmlRefused("XInclude is not allowed.", line_of(element))


def _walk(root: etree._Element) -> Iterator[tuple[etree._Element, int]]:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "pi")):
        if event == "start":
            depth += 1
            yield element, depth
        elif event == "end":
            depth -= 1
        else:
            yield element, depth


def line_of(element: etree._Element) -> int:
    """The line on which an element begins."""
    return int(element.sourceline or 0)


def text_of(element: etree._Element | None) -> str:
    """All text inside, trimmed."""
    return "" if element is None else "".join(element.itertext()).strip()
