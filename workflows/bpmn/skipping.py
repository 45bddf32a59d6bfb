"""Skip expressions of Flowable and Activiti: an activity is gone through while its own holds.

There, a variable of the instance has to allow it. Here it is enough that it does not forbid it.
"""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from workflows.bpmn import expressions, juel
from workflows.bpmn.model import Node
from workflows.bpmn.vendors import vendor
from workflows.bpmn.written import Note

ATTRIBUTE = "skipExpression"
ALLOWING = ("_FLOWABLE_SKIP_EXPRESSION_ENABLED", "_ACTIVITI_SKIP_EXPRESSION_ENABLED")


def read(element: etree._Element, warn: Note, *, is_activity: bool) -> str:
    """The condition as FEEL; "" without one. What has no effect is said."""
    said = vendor(element, ATTRIBUTE)
    if said and not is_activity:
        warn(element, "The skip expression has no effect here: activities alone are skipped.")
        return ""
    try:
        return juel.condition(said) if juel.is_expression(said) else said.strip()
    except juel.Untranslatable as reason:
        warn(element, f"The skip expression has no effect, so this is never skipped. {reason}")
        return ""


def holds(node: Node, known: Mapping[str, Any]) -> bool:
    """Whether this activity is gone through. Raises `Unclear`."""
    if not node.skip or any(known.get(name) is False for name in ALLOWING):
        return False
    return expressions.truth(node.skip, known)
