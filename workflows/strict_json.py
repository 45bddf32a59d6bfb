"""JSON from outside, without the traps that json.loads lets in.

Follows I-JSON (RFC 7493): UTF-8 alone, each key once, numbers that a double can hold, whole
characters. Depth, digits and size are bounded before anything is built, so hostile input costs
little and never ends in a traceback. Whole numbers may be longer than a double holds exactly.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import IO, Any, NoReturn

from django.utils.http import parse_header_parameters
from rest_framework import exceptions, status
from rest_framework.parsers import BaseParser

LARGEST = 1_000_000  # bytes
DEEPEST = 64
MOST_DIGITS = 1_000

# A text, closed or not, or a bracket. Possessive: each character is looked at once.
STRUCTURE = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
SURROGATE = re.compile("[\ud800-\udfff]")


class NotJSON(ValueError):
    """A body that is not JSON that can be relied on."""


class TooLarge(NotJSON):
    """A body beyond the limit."""


def loads(body: bytes, *, largest: int = LARGEST) -> Any:
    """The value of a JSON text. Raises NotJSON with a sentence that says what to correct."""
    if len(body) > largest:
        raise TooLarge(f"The body is larger than {largest:,} bytes. Send less at once.")
    text = _decoded(body)
    _check_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_each_key_once,
            parse_float=_float,
            parse_int=_int,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(" at").lower()
        where = f"line {error.lineno}, column {error.colno}"
        raise NotJSON(f"This is not JSON: {what} at {where}.") from error
    except RecursionError as error:
        raise NotJSON("This is nested too deeply.") from error
    if "\\u" in text:  # the only way in for what UTF-8 and the grammar keep out
        _check_characters(value)
    return value


def _decoded(body: bytes) -> str:
    if body.startswith(b"\xef\xbb\xbf"):
        raise NotJSON("The body begins with a byte order mark. Send UTF-8 without one.")
    if b"\x00" in body or body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotJSON("The body is not UTF-8 or holds a NUL. Send JSON in UTF-8.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJSON(f"Byte {error.start + 1} of the body is not UTF-8. Send UTF-8.") from error
    if not text.strip():
        raise NotJSON("The body is empty. Send a JSON object.")
    return text


def _check_depth(text: str) -> None:
    depth = 0
    for found in STRUCTURE.finditer(text):
        sign = text[found.start()]
        if sign in "[{":
            depth += 1
            if depth > DEEPEST:
                raise NotJSON(f"This is nested more than {DEEPEST} levels deep. Send less depth.")
        elif sign in "]}":
            depth -= 1


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise NotJSON(f"The key {_quoted(twice)} is given twice. Send it once.")
    return found


def _float(text: str) -> float:
    _check_digits(text)
    value = float(text)
    if math.isinf(value):
        raise NotJSON(f"The number {_quoted(text)} is too large. Send it as text, in quotes.")
    if value == 0 and re.search("[1-9]", re.split("[eE]", text)[0]):
        raise NotJSON(f"The number {_quoted(text)} is too close to zero. Send 0, or text.")
    return value


def _int(text: str) -> int:
    _check_digits(text)
    return int(text)


def _check_digits(text: str) -> None:
    if len(text) > MOST_DIGITS + 1:
        raise NotJSON(f"A number has more than {MOST_DIGITS:,} digits. Send it as text, in quotes.")


def _no_constant(name: str) -> NoReturn:
    raise NotJSON(f"{name} is not JSON. Send a number, or null.")


def _quoted(text: str) -> str:
    """Short, and fit to be shown wherever the sentence goes."""
    return ascii(text if len(text) <= 40 else f"{text[:40]}…")


def _check_characters(value: Any) -> None:
    for text in _texts(value):
        if "\x00" in text:
            raise NotJSON("A text holds the character U+0000. Leave it out.")
        if SURROGATE.search(text):
            raise NotJSON("A text holds half of a surrogate pair. Send whole characters.")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


# --- for the REST API ---------------------------------------------------------------------------


class BodyTooLarge(exceptions.APIException):
    """413 (RFC 9110 section 15.5.14)."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class StrictJSONParser(BaseParser):
    """Takes JSON in UTF-8, uncompressed. Other content types are refused by DRF with 415."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        check_coding((parser_context or {}).get("request"))
        _check_charset(media_type or "")
        try:
            return loads(stream.read(LARGEST + 1))
        except TooLarge as error:
            raise BodyTooLarge(str(error)) from error
        except NotJSON as error:
            raise exceptions.ParseError(str(error)) from error


def check_coding(request: Any) -> None:
    """415 for a compressed body (RFC 9110 section 15.5.16): it is never unpacked."""
    coding = request.META.get("HTTP_CONTENT_ENCODING", "") if request is not None else ""
    if coding.strip().lower() not in ("", "identity"):
        raise exceptions.UnsupportedMediaType(
            coding, detail="Compressed bodies are not taken. Send the JSON as it is."
        )


def _check_charset(media_type: str) -> None:
    """400 for a charset other than UTF-8: JSON has no other (RFC 8259 section 8.1)."""
    charset = parse_header_parameters(media_type)[1].get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise exceptions.ParseError("JSON is sent in UTF-8. Leave the charset out, or name utf-8.")
