"""What a file declares for its events to refer to: messages, signals, errors, escalations."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from workflows.bpmn import vendors
from workflows.bpmn.elements import Catalog
from workflows.bpmn.model import Entry
from workflows.bpmn.source import BPMN, children, reference, tag_of, text_of

TAGS = ("message", "signal", "error", "escalation")


def read(root: etree._Element) -> Catalog:
    """Names and codes by id."""
    messages = children(root, "message")
    return Catalog(
        messages={each.get("id", ""): each.get("name", "") for each in messages},
        keys={each.get("id", ""): _key(each) for each in messages},
        signals={each.get("id", ""): each.get("name", "") for each in children(root, "signal")},
        errors=_codes(root, "error", "errorCode"),
        escalations=_codes(root, "escalation", "escalationCode"),
        first_counter=0 if vendors.is_older(root) else 1,
    )


def put_in_place(root: etree._Element) -> None:
    """Event definitions may stand by themselves, for events to refer to (BPMN 2.0.2, 10.5.1).

    Each is put where it is referred to; a reference to nothing stays, and is refused later.
    """
    apart = {each.get("id"): each for each in root if tag_of(each).endswith("EventDefinition")}
    for referring in list(root.iter(f"{{{BPMN}}}eventDefinitionRef")):
        found, event = apart.get(reference(text_of(referring))), referring.getparent()
        if found is None or event is None:
            continue
        meant = deepcopy(found)
        meant.attrib.pop("id", None)
        meant.tail = referring.tail
        event.replace(referring, meant)


def entries(root: etree._Element) -> tuple[Entry, ...]:
    """Everything declared, in the order of the file."""
    return tuple(_entries(root))


def _entries(root: etree._Element) -> Iterator[Entry]:
    for tag in TAGS:
        for each in children(root, tag):
            code = each.get(f"{tag}Code", "")
            yield Entry(each.get("id", ""), tag, each.get("name", ""), code)


def _codes(root: etree._Element, tag: str, attribute: str) -> dict[str, str]:
    """A code, or the name where there is none."""
    return {
        each.get("id", ""): each.get(attribute, "") or each.get("name", "")
        for each in children(root, tag)
    }


def _key(message: etree._Element) -> str:
    """What a message is correlated by: FEEL, as Camunda 8 writes it."""
    subscription = vendors.extension(message, vendors.ZEEBE, "subscription")
    said = "" if subscription is None else subscription.get("correlationKey", "")
    return said.strip().removeprefix("=").strip()
