"""The fields of a form as a model describes them. Pure.

One way to read them, for whoever starts a process and for whoever does a step of it. `form_values`
checks what was filled in, `form_defaults` says what stands there at first.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from workflows.bpmn.details import Form, FormField

MOST_FIELDS = 60

# Types of form fields as other tools call them, and what they are here.
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "string": "text",
        "text": "text",
        "textfield": "text",
        "textarea": "long text",
        "enum": "choice",
        "select": "choice",
        "radio": "choice",
        "dropdown": "choice",
        "long": "whole number",
        "integer": "whole number",
        "int": "whole number",
        "short": "whole number",
        "double": "number",
        "float": "number",
        "number": "number",
        "decimal": "number",
        "boolean": "yes or no",
        "checkbox": "yes or no",
        "date": "date",
        "json": "any",
        "note": "note",
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One field. `type` is text, long text, whole number, number, yes or no, date, choice, any;
    or note, which says something and asks nothing."""

    name: str
    label: str
    type: str = "any"
    default: Any = ""
    choices: tuple[tuple[Any, str], ...] = ()  # value and words
    required: bool = False
    least: float | None = None
    most: float | None = None
    shortest: int | None = None
    longest: int | None = None
    fixed: bool = False  # shown, and not to be changed
    hint: str = ""


def of_form(form: Form | None) -> tuple[Asked, ...]:
    """The fields of a form, in its order."""
    if form is None:
        return ()
    fields = (each for each in form.fields if each.id or each.type == "note")
    return tuple(_asked(each) for each in list(fields)[:MOST_FIELDS])


def as_json(fields: Iterable[Asked]) -> list[dict[str, Any]]:
    """The fields as they are kept."""
    return [{**asdict(each), "choices": [list(one) for one in each.choices]} for each in fields]


def from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[Asked, ...]:
    """The fields that were kept."""
    return tuple(
        Asked(**{**row, "choices": tuple((value, said) for value, said in row["choices"])})
        for row in rows
    )


def filled_in(fields: Iterable[Asked], values: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in as people read it: by its labels, in the order of the form."""
    found = {}
    for each in fields:
        if each.name in values:
            value = values[each.name]
            words = [said for known, said in each.choices if known == value]
            found[each.label] = words[0] if words else value
    return found


def _asked(field: FormField) -> Asked:
    rules = field.rules
    kind = TYPES.get(field.type, "text")
    if kind == "choice" and not field.choices:
        kind = "text"
    return Asked(
        name=field.id,
        label=field.label or field.id,
        type=kind,
        default=field.default,
        choices=field.choices,
        # A box without a tick is an answer; forms of Camunda 8 alone can ask for the tick.
        required="required" in rules and (kind != "yes or no" or rules["required"] == "tick"),
        least=number(rules.get("min")),
        most=number(rules.get("max")),
        shortest=_whole(rules.get("minlength")),
        longest=_whole(rules.get("maxlength")),
        fixed="readonly" in rules,
        hint=field.hint,
    )


def number(text: object) -> float | None:
    """A finite number that is written as one; None for everything else."""
    try:
        found = float(str(text))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _whole(text: object) -> int | None:
    found = number(text)
    return None if found is None else int(found)
