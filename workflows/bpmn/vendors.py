"""Namespaces of other tools, and how their attributes and extension elements are found."""

from collections.abc import Iterator

from lxml import etree

from workflows.bpmn.source import BPMN, child, text_of

CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FLOWABLE = "http://flowable.org/bpmn"
ACTIVITI = "http://activiti.org/bpmn"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
FOX = "http://www.camunda.com/fox"  # what Camunda called itself before
OLDER = (CAMUNDA, FLOWABLE, ACTIVITI)  # one family: they share their attributes
OURS = "urn:countersign:bpmn:1"


def vendor(element: etree._Element, name: str) -> str:
    """An attribute of the older family, or nothing."""
    for namespace in OLDER:
        said = element.get(f"{{{namespace}}}{name}")
        if said:
            return str(said)
    return ""


def extensions(element: etree._Element) -> Iterator[etree._Element]:
    """Everything inside `<extensionElements>`."""
    holder = child(element, "extensionElements")
    return iter(()) if holder is None else iter(holder)


def extension(element: etree._Element, namespace: str, name: str) -> etree._Element | None:
    """The first extension with this name."""
    found = element.find(f"{{{BPMN}}}extensionElements/{{{namespace}}}{name}")
    return found if found is not None else None


def is_older(element: etree._Element) -> bool:
    """Whether a file speaks the language of Camunda 7, Flowable or Activiti."""
    return any(namespace in OLDER for namespace in element.nsmap.values())


def is_flowable(element: etree._Element) -> bool:
    """Whether a file speaks the language of Flowable or Activiti."""
    return any(namespace in (FLOWABLE, ACTIVITI) for namespace in element.nsmap.values())


def older(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Extension elements of the older family with this name."""
    for each in extensions(element):
        if isinstance(each.tag, str) and each.tag in {f"{{{space}}}{name}" for space in OLDER}:
            yield each


def fields(element: etree._Element) -> dict[str, str]:
    """What a file sets in the code that it names: fields by name, as they are written."""
    return {each.get("name", ""): _field(each) for each in older(element, "field")}


def _field(field: etree._Element) -> str:
    said = field.get("stringValue") or field.get("expression")
    return said or next((text_of(part) for part in field if isinstance(part.tag, str)), "")


def binding(said: str) -> str:
    """Which version is meant: latest, deployment, version or tag."""
    return {"deployment": "deployment", "version": "version", "versionTag": "tag"}.get(
        said, "latest"
    )
