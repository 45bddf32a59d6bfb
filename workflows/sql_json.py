"""Python values as the JSON text that PostgreSQL reads rows from."""

import json
from typing import Any

import msgspec
from django.db.models.expressions import DatabaseDefault


def text(value: Any) -> str:
    """The value as JSON. Moments, durations and identifiers are texts, a column's default is its
    value. PostgreSQL reads no duration below zero that is written so, and no column here has one.
    """
    try:
        return _encode(value).decode()
    except TypeError:
        # Names that are no texts: rare, and known here.
        return json.dumps(value, default=_plain_of_any, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, DatabaseDefault):
        return _default_of(value)
    if isinstance(value, str):  # of a kind of its own, such as Django's safe text
        return str.__str__(value)
    raise TypeError(f"{value!r} is no value of a row.")


_encode = msgspec.json.Encoder(enc_hook=_plain).encode


def _plain_of_any(value: Any) -> Any:
    return msgspec.json.decode(_encode(value))


def _default_of(column: Any) -> Any:
    """A column's default where the database has one, as this code says it."""
    return column.expression.value
