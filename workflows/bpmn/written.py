"""Texts as tools write them, as FEEL: `${…}` of Camunda 7 and Flowable, `=` of Camunda 8."""

from collections.abc import Callable

from lxml import etree

from workflows.bpmn import juel
from workflows.bpmn.vendors import is_older

Note = Callable[[etree._Element, str], None]
Refuse = Note  # what is noted keeps the model from running


def condition(text: str, element: etree._Element, refuse: Refuse) -> str:
    """A condition as FEEL without a leading `=`; what cannot be translated is refused."""
    text = text.strip()
    if juel.is_expression(text):
        try:
            return juel.condition(text)
        except juel.Untranslatable as reason:
            refuse(element, str(reason))
            return text
    return text.removeprefix("=").strip()


def text(said: str, element: etree._Element, refuse: Refuse) -> str:
    """A text that may be an expression: FEEL after `=`, or else as it stands."""
    try:
        return translated(said, element)
    except juel.Untranslatable as reason:
        refuse(element, str(reason))
    return said.strip()


def translated(said: str, element: etree._Element) -> str:
    """The same; raises `Untranslatable` where only code of another engine could tell."""
    said = said.strip()
    if juel.is_expression(said):
        return "=" + juel.value(said)
    if juel.is_template(said) and not said.startswith("=") and is_older(element):
        return "=" + juel.template(said)
    return said
