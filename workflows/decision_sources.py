"""Models that other models import: found by namespace among what is published, and pinned.

A version keeps which versions it imports, so that it answers tomorrow as it does today. A draft
imports what is in force while it is checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workflows.dmn import parser
from workflows.models import DecisionDefinition
from workflows.refusals import NotValid

MOST_IMPORTS = 100
LONGEST_NAMESPACE = 1_000  # characters


@dataclass(frozen=True, slots=True)
class Pin:
    """One imported version."""

    namespace: str
    key: str
    version: int

    def as_json(self) -> dict[str, Any]:
        """As the importing version keeps it."""
        return {"namespace": self.namespace, "key": self.key, "version": self.version}


@lru_cache(maxsize=64)
def namespaces(xml: bytes) -> tuple[str, tuple[str, ...]]:
    """The file's own namespace and those that it imports. Raises DmnError."""
    found = parser.parse(xml)
    return found.namespace, tuple(dict.fromkeys(each.namespace for each in found.imports))


def in_force(xml: bytes) -> tuple[Pin, ...]:
    """What the file imports as it is published now, and what that imports in its turn.

    A namespace that nothing published has is left out: reading the model says so. Raises DmnError,
    and NotValid when several decisions have one namespace.
    """
    pins: dict[str, Pin] = {}
    for namespace in namespaces(xml)[1]:
        if found := _newest_with(namespace):
            pins.setdefault(namespace, Pin(namespace, found.key, found.version))
            for pin in pinned(found):
                pins.setdefault(pin.namespace, pin)
    if len(pins) > MOST_IMPORTS:
        raise NotValid(f"The model imports more than {MOST_IMPORTS} others. Import fewer.")
    return tuple(pins.values())


def pinned(definition: DecisionDefinition) -> tuple[Pin, ...]:
    """What a version imports, for good."""
    return tuple(Pin(**each) for each in definition.imports)


def files(pins: Sequence[Pin]) -> Mapping[str, bytes]:
    """The files of pinned versions by namespace."""
    return {
        pin.namespace: bytes(
            DecisionDefinition.objects.values_list("xml", flat=True).get(
                key=pin.key, version=pin.version
            )
        )
        for pin in pins
    }


def _newest_with(namespace: str) -> DecisionDefinition | None:
    """The version in force of the one decision that has this namespace."""
    keys = sorted(
        DecisionDefinition.objects.filter(namespace=namespace)
        .order_by()
        .values_list("key", flat=True)
        .distinct()
    )
    if len(keys) > 1:
        raise NotValid(
            f"{', '.join(keys[:5])} all have the namespace {namespace[:100]}, so it cannot be "
            "imported. Give each a namespace of its own."
        )
    found = DecisionDefinition.objects.filter(key__in=keys).order_by("-version")
    return found.defer("xml").first()
