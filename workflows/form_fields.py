"""The fields of a form as a model describes them, and what may be filled in. Pure.

One way to read and to check them, for whoever starts a process and for whoever does a step of it.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from workflows.bpmn import expressions, juel
from workflows.bpmn.details import Form, FormField
from workflows.bpmn.expressions import Unclear

MOST_FIELDS = 60
LONGEST_TEXT = 10_000  # characters that may be filled in
LARGEST = 10**18  # of a number: what 64 bits hold

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


class Unfit(ValueError):
    """A value that cannot be taken; a sentence says why."""


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


def checked(
    fields: Iterable[Asked], given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What was filled in, field by field, and a sentence for each field that cannot be taken.

    An empty text is nothing. Fields that are fixed keep their value, whatever is given.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for each in fields:
        if each.type == "note":
            continue
        value = each.default if each.fixed else given.get(each.name)
        try:
            values[each.name] = None if value is None or value == "" else fit(each, value)
            _refuse_missing(each, values[each.name])
        except Unfit as reason:
            problems[each.name] = str(reason)
    return values, problems


def missing(field: Asked) -> str:
    """What is said of a field that has to be filled in and is not."""
    return "This has to be ticked." if field.type == "yes or no" else "This is needed."


def filled_in(fields: Iterable[Asked], values: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in as people read it: by its labels, in the order of the form."""
    found = {}
    for each in fields:
        if each.name in values:
            value = values[each.name]
            words = [said for known, said in each.choices if known == value]
            found[each.label] = words[0] if words else value
    return found


def fit(field: Asked, value: Any) -> Any:
    """A value as the field holds it. Raises `Unfit`."""
    kept = _kept(field, value)
    if isinstance(kept, str):
        _refuse_length(field, kept)
    elif isinstance(kept, int | float) and not isinstance(kept, bool):
        _refuse_size(field, kept)
    return kept


def settled(field: Asked, known: Mapping[str, Any]) -> Asked:
    """The field with what stands in it at first: the variable of its name, else its default.

    Nothing stands in it where neither can be told.
    """
    try:
        if known.get(field.name) is not None:
            return replace(field, default=_kept(field, known[field.name]))
        return replace(field, default=_default(field, known))
    except (Unfit, Unclear, juel.Untranslatable):
        return replace(field, default="")


def _default(field: Asked, known: Mapping[str, Any]) -> Any:
    said = field.default
    if not isinstance(said, str) or not said:
        return said if said == "" else _kept(field, said)
    if not (said.startswith("=") or juel.is_expression(said)):
        return _kept(field, _typed(field, said))
    text = said if said.startswith("=") else juel.value(said)
    value = expressions.evaluated(text, known)
    return "" if value is None else _kept(field, value)


def _typed(field: Asked, text: str) -> Any:
    """A default as it is written in a file, as a value."""
    match field.type:
        case "whole number" | "number":
            number = _number(text)
            return text if number is None else int(number) if number.is_integer() else number
        case "yes or no":
            return {"true": True, "false": False}.get(text.strip().lower(), text)
        case "date":
            return "-".join(reversed(text.split("/")))  # as Camunda 7 writes days: 31/12/2026
        case "choice":
            return next((value for value, _ in field.choices if str(value) == text), text)
    return text


def _kept(field: Asked, value: Any) -> Any:
    return KINDS[field.type](field, value) if field.type in KINDS else value


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
        least=_number(rules.get("min")),
        most=_number(rules.get("max")),
        shortest=_whole(rules.get("minlength")),
        longest=_whole(rules.get("maxlength")),
        fixed="readonly" in rules,
        hint=field.hint,
    )


def _number(text: object) -> float | None:
    try:
        found = float(str(text))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _whole(text: object) -> int | None:
    found = _number(text)
    return None if found is None else int(found)


# --- one kind each ---


def _text(_field: Asked, value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("Write a text.")
    return value


def _count(field: Asked, value: Any) -> int:
    number = _measure(field, value)
    if number != int(number):
        raise Unfit("Write a whole number, such as 12.")
    return int(number)


def _measure(_field: Asked, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("Write a number, such as 12.5.")
    if not abs(value) <= LARGEST:  # nor is NaN
        raise Unfit("The number is too large.")
    return value


def _truth(_field: Asked, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("Say yes or no.")
    return value


def _day(_field: Asked, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise Unfit("Write a day such as 2026-03-01.") from error


def _one_of(field: Asked, value: Any) -> Any:
    for known, _ in field.choices:
        if type(known) is type(value) and known == value:
            return known
    raise Unfit(f"Choose one of {', '.join(said for _, said in field.choices)}.")


KINDS: Mapping[str, Callable[[Asked, Any], Any]] = MappingProxyType(
    {
        "text": _text,
        "long text": _text,
        "whole number": _count,
        "number": _measure,
        "yes or no": _truth,
        "date": _day,
        "choice": _one_of,
    }
)


# --- what the model asks of a value ---


def _refuse_missing(field: Asked, value: Any) -> None:
    if not field.required or field.fixed:
        return
    if field.type == "yes or no":
        is_there = value is True
    else:
        is_there = bool(value.strip()) if isinstance(value, str) else value is not None
    if not is_there:
        raise Unfit(missing(field))


def _refuse_length(field: Asked, text: str) -> None:
    longest = min(field.longest or LONGEST_TEXT, LONGEST_TEXT)
    if len(text) > longest:
        raise Unfit(f"This has {len(text)} characters. At most {longest} are taken.")
    if field.shortest and len(text) < field.shortest:
        raise Unfit(f"This has {len(text)} characters. Write at least {field.shortest}.")


def _refuse_size(field: Asked, number: float) -> None:
    if field.least is not None and number < field.least:
        raise Unfit(f"This is at least {field.least:g}.")
    if field.most is not None and number > field.most:
        raise Unfit(f"This is at most {field.most:g}.")
