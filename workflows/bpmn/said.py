"""Texts of a model that are read as it runs: plain, FEEL after `=`, or with `${…}` in them.

What is read at deployment goes through `written` instead, which refuses what cannot be read.
"""

from collections.abc import Mapping
from typing import Any

from workflows.bpmn import expressions, juel
from workflows.bpmn.expressions import Unclear


def value(text: str, known: Mapping[str, Any]) -> Any:
    """What a text means where this is known, as JSON. Raises `Unclear`."""
    return expressions.value(_as_feel(text), known)


def text(said: str, known: Mapping[str, Any]) -> str:
    """A text for people: as it means, or as it stands where that cannot be told."""
    if not (juel.is_expression(said) or juel.is_template(said)):
        return said
    try:
        found = value(said, known)
    except Unclear:
        return said
    return said if found is None or isinstance(found, dict | list) else str(found)


def _as_feel(text: str) -> str:
    try:
        if juel.is_expression(text):
            return f"={juel.value(text)}"
        if juel.is_template(text) and not text.startswith("="):
            return f"={juel.template(text)}"
    except juel.Untranslatable as reason:
        raise Unclear(str(reason)) from reason
    return text
