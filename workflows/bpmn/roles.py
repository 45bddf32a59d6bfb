"""Who does a user task, in the standard's own words (BPMN 2.0.2, 10.3.1 and 10.3.4).

A `humanPerformer` does it; a `potentialOwner` may. The standard leaves open what their expressions
say; this reads them as Camunda and Flowable do: `user(anna), group(loans), clerks`, where a bare
name is a group. A role may refer to a resource of the file instead: then its name is the group's.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from workflows.bpmn.details import Assignment
from workflows.bpmn.source import child, children, reference, tag_of, text_of

USER, GROUP = "user", "group"
# A name in brackets, an expression of its own, or what stands between commas.
NAMES = re.compile(r"\s*(?:(user|group)\(([^()]*)\)|([$#]\{[^}]*\}|[^,]+))")


def assignment(element: etree._Element, said: Assignment | None) -> Assignment | None:
    """What another tool's words have said, and who, where they name nobody."""
    if tag_of(element) != "userTask" or (said and (said.assignee or said.users or said.groups)):
        return said
    does = [name for each in children(element, "humanPerformer") for _, name in _named(each)]
    may = [found for each in children(element, "potentialOwner") for found in _named(each)]
    if not does and not may:
        return said
    return replace(
        said or Assignment(),
        assignee=", ".join(does),
        users=tuple(name for kind, name in may if kind == USER),
        groups=tuple(name for kind, name in may if kind == GROUP),
    )


def _named(role: etree._Element) -> Iterator[tuple[str, str]]:
    assigned = child(role, "resourceAssignmentExpression")
    text = text_of(None if assigned is None else child(assigned, "formalExpression"))
    if not text and (resource := _resource(role)):
        yield GROUP, resource
    if text.startswith("="):
        yield GROUP, text
        return
    for kind, name, bare in NAMES.findall(text):
        if found := (name or bare).strip():
            yield kind or GROUP, found


def _resource(role: etree._Element) -> str:
    """The name of the resource that a role refers to, anywhere in its file."""
    wanted = reference(text_of(child(role, "resourceRef")))
    top = role.getroottree().getroot()
    found = (each for each in children(top, "resource") if each.get("id") == wanted)
    return next((each.get("name", "") for each in found), "").strip() if wanted else ""
