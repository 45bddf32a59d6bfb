"""What may be filled into the fields of a form: kinds, and what the model asks of values. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from workflows.form_fields import Asked

LONGEST_TEXT = 10_000  # characters that may be filled in
LARGEST = 10**18  # of a number: what 64 bits hold


class Unfit(ValueError):
    """A value that cannot be taken; a sentence says why."""


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


def fit(field: Asked, value: Any) -> Any:
    """A value as the field holds it. Raises `Unfit`."""
    found = kept(field, value)
    if isinstance(found, str):
        _refuse_length(field, found)
    elif isinstance(found, int | float) and not isinstance(found, bool):
        _refuse_size(field, found)
    return found


def kept(field: Asked, value: Any) -> Any:
    """A value of the kind of this field. Raises `Unfit`."""
    return KINDS[field.type](field, value) if field.type in KINDS else value


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
