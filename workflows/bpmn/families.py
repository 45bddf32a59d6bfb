"""Every element that can be read, from all families: one table by kind, one by XML name."""

from collections.abc import Mapping
from types import MappingProxyType

from workflows.bpmn import (
    boundaries,
    catches,
    gateways,
    inclusive,
    links,
    starts,
    subprocesses,
    tasks,
    throws,
    unknown,
)
from workflows.bpmn.elements import Element
from workflows.bpmn.model import Kind, Node

ELEMENTS = (
    *starts.ELEMENTS,
    *throws.ELEMENTS,
    *catches.ELEMENTS,
    *links.ELEMENTS,
    *tasks.ELEMENTS,
    *gateways.ELEMENTS,
    *inclusive.ELEMENTS,
    *boundaries.ELEMENTS,
    *subprocesses.ELEMENTS,
    *unknown.ELEMENTS,
)

BY_KIND: Mapping[Kind, Element] = MappingProxyType({each.kind: each for each in ELEMENTS})
BY_NAME: Mapping[tuple[str, str], Element] = MappingProxyType(
    {(each.tag, each.definition): each for each in ELEMENTS}
)


def of(node: Node) -> Element:
    """What its family says about this node."""
    return BY_KIND[node.kind]
