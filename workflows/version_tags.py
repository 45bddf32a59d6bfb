"""Versions by the tag that their file gives them, as Camunda 7 and 8 bind to them.

A tag is an attribute of the process or decision, or stands in an extension of it. The newest
version with the tag is meant. Files of versions never change, so a tag is read once.
"""

from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet
from lxml import etree

from workflows import xml_source
from workflows.bpmn.vendors import OLDER, ZEEBE
from workflows.models import DecisionDefinition, ProcessDefinition

MOST = 200  # versions that are looked at

Version = TypeVar("Version", ProcessDefinition, DecisionDefinition)


def newest(versions: QuerySet[Version], tag: str) -> Version | None:
    """The newest of these versions of one key that has this tag."""
    for pk in versions.order_by("-version").values_list("pk", flat=True)[:MOST]:
        if _tag_of(versions.model, pk) == tag:
            return versions.get(pk=pk)
    return None


@lru_cache(maxsize=4096)
def _tag_of(model: type[ProcessDefinition | DecisionDefinition], pk: UUID) -> str:
    found = model._default_manager.get(pk=pk)
    xml = found.source if isinstance(found, ProcessDefinition) else found.xml
    root = xml_source.parsed(bytes(xml), editor="")
    for element in root.iter():
        if isinstance(element.tag, str) and element.get("id") == found.key:
            return _tag(element)
    return ""


def _tag(element: etree._Element) -> str:
    for namespace in OLDER:
        if said := element.get(f"{{{namespace}}}versionTag"):
            return str(said)
    inside = element.find(f"{{*}}extensionElements/{{{ZEEBE}}}versionTag")
    return "" if inside is None else str(inside.get("value", ""))
