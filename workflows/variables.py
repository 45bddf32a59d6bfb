"""What an instance may know: JSON objects of bounded size that PostgreSQL can hold."""

import json
from collections.abc import Mapping
from typing import Any

from workflows.refusals import NotValid

LARGEST = 1024 * 1024  # bytes of UTF-8 JSON, all variables of an instance together
LONGEST_NAME = 100


def checked(value: object, *, what: str = "variables") -> dict[str, Any]:
    """The value as plain JSON; `NotValid` says what keeps it from being stored."""
    if not isinstance(value, Mapping):
        raise NotValid(f"The {what} have to be a JSON object, not {_kind(value)}.")
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise NotValid(f"The {what} cannot be written as JSON: {_reason(error)}.") from error
    if size > LARGEST:
        raise NotValid(f"The {what} take {size} bytes. At most {LARGEST} are kept; send less.")
    if "\\u0000" in text and _has_null(value):
        raise NotValid(f"The {what} contain a NUL character. Leave it out.")
    if any(len(str(name)) > LONGEST_NAME for name in value):
        raise NotValid(f"A name in the {what} is longer than {LONGEST_NAME} characters.")
    plain: dict[str, Any] = json.loads(text)
    return plain


def merged(known: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
    """What is known after the news; later values replace earlier ones by name."""
    if not news:
        return dict(known)
    return checked({**known, **checked(news)})


def _has_null(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, Mapping):
        return any(_has_null(key) or _has_null(entry) for key, entry in value.items())
    return isinstance(value, list | tuple) and any(_has_null(entry) for entry in value)


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", type(None): "null", bool: "true or false"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else "a value")


def _reason(error: Exception) -> str:
    match error:
        case UnicodeEncodeError():
            return "a text holds half of a surrogate pair"
        case RecursionError():
            return "it is nested too deeply"
        case TypeError():
            return str(error).lower()
    return "it holds NaN, Infinity or a number that is too long"
