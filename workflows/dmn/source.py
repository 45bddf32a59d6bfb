"""The root element of a DMN model of any version, and children by name, vendors' own left aside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from workflows import xml_source
from workflows.dmn.model import DmnError, Finding
from workflows.xml_source import text_of

VERSIONS = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
CAMUNDA = "http://camunda.org/schema/1.0/dmn"
_FEEL = re.compile(r"https?://www\.omg\.org/spec/(FEEL/\d+|DMN/\d+/FEEL)/?")
_PLATFORMS = ("http://camunda.org/schema/modeler/1.0",)


def is_feel(language: str) -> bool:
    """Whether a language or namespace is FEEL, of whatever version of the standard."""
    return language.lower() == "feel" or bool(_FEEL.fullmatch(language))


class ModelTooLarge(DmnError):
    """The bytes are more than a model may have."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its root, and the namespace that its DMN elements are in."""

    root: etree._Element
    namespace: str

    @property
    def version(self) -> str:
        """Of DMN: "1.1" to "1.5"."""
        return VERSIONS[self.namespace]

    @property
    def is_of_camunda(self) -> bool:
        """Whether the file says that it is written for Camunda."""
        if any(uri == CAMUNDA for uri in self.root.nsmap.values()):
            return True
        names = (f"{{{uri}}}executionPlatform" for uri in _PLATFORMS)
        return any(self.root.get(name, "").startswith("Camunda") for name in names)

    def tag_of(self, element: etree._Element) -> str:
        """The element's name without its namespace, empty when it is not of DMN."""
        name = str(element.tag)
        prefix = f"{{{self.namespace}}}"
        return name[len(prefix) :] if name.startswith(prefix) else ""

    def child(self, element: etree._Element, tag: str) -> etree._Element | None:
        """The first child of DMN with this name."""
        return element.find(f"{{{self.namespace}}}{tag}")

    def children(self, element: etree._Element, tag: str) -> list[etree._Element]:
        """All children of DMN with this name."""
        return element.findall(f"{{{self.namespace}}}{tag}")

    def text(self, element: etree._Element, tag: str) -> str:
        """The text of the first child with this name, empty without one."""
        return text_of(self.child(element, tag))

    def elements(self) -> Iterator[etree._Element]:
        """Every element of DMN in the file, outside of vendors' extensions."""
        return self.root.iter(f"{{{self.namespace}}}*")


def read(xml: bytes) -> Source:
    """The file's root, `definitions`; raises DmnError with a sentence for what is refused."""
    try:
        root = xml_source.parsed(xml, editor="DMN editor")
        namespace = str(root.tag).removesuffix("definitions").strip("{}")
        if namespace not in VERSIONS or root.tag != f"{{{namespace}}}definitions":
            sentence = "This is not a DMN model: its root has to be definitions of DMN 1.1 to 1.5."
            raise xml_source.XmlRefused(sentence)
        xml_source.refuse_content(root)
    except xml_source.XmlTooLarge as refusal:
        raise ModelTooLarge([Finding("", refusal.line, str(refusal))]) from None
    except xml_source.XmlRefused as refusal:
        raise DmnError([Finding("", refusal.line, str(refusal))]) from None
    return Source(root, namespace)
