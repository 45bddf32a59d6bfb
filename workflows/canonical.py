"""One text, and so one hash, for each JSON value: the JSON Canonicalization Scheme, RFC 8785.

Keys are sorted by UTF-16 code units (section 3.2.3), numbers written as ECMAScript does (3.2.2.3),
so 1 and 1.0 are one number. Texts are taken as they are: composed and decomposed letters differ
(3.1), nothing is normalised silently. NaN, infinities and decimals have no canonical form.

Stricter than the scheme: numbers beyond 2^53 - 1 are refused, whole or not, to be sent as text
(RFC 7493 section 2.2). A database that keeps numbers as decimals gives 1e30 back as a whole number
of 31 digits, and the seal would no longer fit.
"""

import hashlib
import math
from decimal import Decimal
from typing import Any

import msgspec
import rfc8785

from workflows.refusals import NotValid

LARGEST = 2**53 - 1


class NotCanonical(NotValid):
    """A value without a canonical JSON form."""


def encode(value: Any) -> bytes:
    """The canonical UTF-8 text of a JSON value."""
    try:
        if _is_simple(value):
            return _simple(value)
        _check_numbers(value)
        return rfc8785.dumps(value)
    except rfc8785.FloatDomainError as error:
        raise NotCanonical("NaN and infinity cannot be sealed. Send a number, or null.") from error
    except UnicodeEncodeError as error:
        raise NotCanonical(LONE_SURROGATE) from error
    except rfc8785.CanonicalizationError as error:
        raise NotCanonical(_sentence(str(error))) from error
    except RecursionError as error:
        raise NotCanonical("This is nested too deeply to be sealed. Send less at once.") from error


def digest(value: Any) -> str:
    """SHA-256 of the canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(encode(value)).hexdigest()


_simple = msgspec.json.Encoder(order="sorted").encode
"""The same text for values without decimals and with plain names, which nearly all are, in a
fraction of the time: both escape what RFC 8785 section 3.2.2.2 names, and nothing else."""


def _is_simple(value: Any) -> bool:
    """Whether names are ASCII, and so sorted alike in UTF-8 and UTF-16, and numbers whole."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return abs(int(value)) <= LARGEST
    if kind is dict:
        for name, each in value.items():
            if type(name) is not str or not name.isascii():
                return False
            if type(each) is not str and not _is_simple(each):
                return False
        return True
    return kind is list and all(map(_is_simple, value))


def _check_numbers(value: Any) -> None:
    if isinstance(value, dict):
        for inner in value.values():
            _check_numbers(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check_numbers(inner)
    elif isinstance(value, int | float) and LARGEST < abs(value) < math.inf:
        raise NotCanonical(
            "A number is too large to be sealed exactly. Send it as text, in quotes."
        )


LONE_SURROGATE = "A text holds half of a surrogate pair. Send whole characters."


def _sentence(found: str) -> str:
    if "keys" in found:
        return "The keys of an object are texts. Send them in quotes."
    if "UTF-8" in found:
        return LONE_SURROGATE
    kind = found.partition("<class '")[2].partition("'")[0] or "this kind of value"
    advice = "Send it as text, in quotes." if kind == NAME_OF_DECIMAL else "Send plain JSON."
    return f"JSON has no {kind}. {advice}"


NAME_OF_DECIMAL = f"{Decimal.__module__}.{Decimal.__qualname__}"
