"""What stands in the fields of a form at first: what is known, or what the model says. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workflows.bpmn import said
from workflows.bpmn.expressions import Unclear
from workflows.form_fields import Asked, number
from workflows.form_values import Unfit, kept


def settled(field: Asked, known: Mapping[str, Any]) -> Asked:
    """The field with what stands in it at first: the variable of its name, else its default.

    Nothing stands in it where neither can be told.
    """
    try:
        if known.get(field.name) is not None:
            return replace(field, default=kept(field, known[field.name]))
        return replace(field, default=_default(field, known))
    except (Unfit, Unclear):
        return replace(field, default="")


def _default(field: Asked, known: Mapping[str, Any]) -> Any:
    if field.default == "":
        return ""
    if not isinstance(field.default, str):
        return kept(field, field.default)
    value = said.value(field.default, known)
    if value == field.default:
        value = _typed(field, field.default)
    return "" if value is None else kept(field, value)


def _typed(field: Asked, text: str) -> Any:
    """A default as it is written in a file, as a value."""
    match field.type:
        case "whole number" | "number":
            found = number(text)
            return text if found is None else int(found) if found.is_integer() else found
        case "yes or no":
            return {"true": True, "false": False}.get(text.strip().lower(), text)
        case "date":
            return "-".join(reversed(text.split("/")))  # as Camunda 7 writes days: 31/12/2026
        case "choice":
            return next((value for value, _ in field.choices if str(value) == text), text)
    return text
