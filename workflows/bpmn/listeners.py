"""Listeners of other engines: code that runs as something is entered, left or given to people.

Nothing here runs it; whoever deploys the model is told so.
"""

from collections.abc import Iterator

from lxml import etree

from workflows.bpmn.vendors import OLDER, ZEEBE, extensions

LISTENERS = ("executionListener", "taskListener")
CODE = ("class", "delegateExpression", "expression", "type")
MOST_NAMED = 3
LONGEST = 80


def sentence(element: etree._Element) -> str:
    """What is to be said of the listeners of an element; nothing when it has none."""
    found = list(_listeners(element))
    if not found:
        return ""
    named = "; ".join(_named(each) for each in found[:MOST_NAMED])
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return (
        f"What listens here is not run: {named}{more}. If the process needs what it does, give "
        "that to a task."
    )


def _listeners(element: etree._Element) -> Iterator[etree._Element]:
    for each in extensions(element):
        if not isinstance(each.tag, str):
            continue
        name = etree.QName(each)
        if name.namespace in OLDER and name.localname in LISTENERS:
            yield each
        elif name.namespace == ZEEBE and name.localname in [f"{one}s" for one in LISTENERS]:
            yield from (one for one in each if isinstance(one.tag, str))


def _named(listener: etree._Element) -> str:
    when = listener.get("event") or listener.get("eventType") or "always"
    named = (listener.get(name) for name in CODE)
    code = next((name for name in named if name), "a script")
    return f"{when}: {code[:LONGEST]}"
