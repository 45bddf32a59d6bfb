"""Python values as the JSON text that PostgreSQL reads rows from."""

import json
from datetime import timedelta
from typing import Any

import orjson
from django.db.models.expressions import DatabaseDefault


def text(value: Any) -> str:
    """The value as JSON. Moments and identifiers are texts, a column's default is its value."""
    try:
        return orjson.dumps(value, default=_plain).decode()
    except orjson.JSONEncodeError:
        # Whole numbers of more than 64 bits and names that are no texts: rare, and known here.
        return json.dumps(value, default=_plain_of_any, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
    if isinstance(value, DatabaseDefault):
        return _default_of(value)
    raise TypeError(f"{value!r} is no value of a row.")


def _plain_of_any(value: Any) -> Any:
    try:
        return orjson.loads(orjson.dumps(value, default=_plain))
    except orjson.JSONEncodeError as error:
        raise TypeError(f"{value!r} is no value of a row.") from error


def _default_of(column: Any) -> Any:
    """A column's default where the database has one, as this code says it."""
    return column.expression.value
