"""Bytes to the elements of a DMN file, read as carefully as a process."""

from lxml import etree

from workflows import xml_source
from workflows.dmn.sheet_parts import SheetError
from workflows.dmn.source import VERSIONS

FIRST_NAMESPACE = "http://www.omg.org/spec/DMN/20151101/dmn.xsd"  # DMN 1.1


def read(xml: bytes) -> etree._Element:
    """The root element, `definitions`, of a DMN file of the versions 1.1 to 1.5."""
    try:
        root = xml_source.parsed(xml, editor="DMN editor")
        name = etree.QName(root)
        if name.localname != "definitions" or name.namespace not in VERSIONS:
            raise SheetError("This is not a DMN file of the versions 1.1 to 1.5.")
        xml_source.refuse_content(root)
    except xml_source.XmlRefused as refusal:
        raise SheetError(f"Line {refusal.line}: {refusal}") from None
    return root


def encoding_of(root: etree._Element) -> str:
    """What the file is encoded in: what it declares, else UTF-8."""
    return (root.getroottree().docinfo.encoding or "utf-8").lower()
