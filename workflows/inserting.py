"""Many new rows of one model in one statement with one parameter, however many they are.

What Django writes for a model with JSON has a placeholder for each value; making and reading that
text costs more than the insert. PostgreSQL can read the rows from JSON by itself.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

AT_ONCE = 5_000  # rows in one statement


def insert_all(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model, whose keys and values are all set. Constraints hold as ever."""
    for first in range(0, len(rows), AT_ONCE):
        batch = rows[first : first + AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(statement(type(batch[0])), [as_json(batch)])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=64)
def statement(model: type[models.Model]) -> str:
    """Inserts the rows that its only parameter holds, written by `as_json`."""
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(map(quote, columns(model)))
    rows = f"jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    # Names of our own tables and columns.
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}"  # noqa: S608


@lru_cache(maxsize=64)
def columns(model: type[models.Model]) -> dict[str, str]:
    """The columns that are written, and the names of their values in a row of ours."""
    return {
        field.column: field.attname
        for field in model._meta.concrete_fields
        if field.column and not isinstance(field, models.AutoField)
    }


def as_json(rows: Sequence[models.Model]) -> str:
    """Rows of one model as PostgreSQL reads them."""
    names = columns(type(rows[0])).items()
    said = [{column: getattr(row, name) for column, name in names} for row in rows]
    return json.dumps(said, default=plain, ensure_ascii=False)


def _default_of(column: Any) -> Any:
    """A column's default where the database has one, as this code says it."""
    return column.expression.value


def plain(value: Any) -> Any:
    """What JSON has no form of, as PostgreSQL reads it."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
    if isinstance(value, DatabaseDefault):
        return _default_of(value)
    raise TypeError(f"{value!r} is no value of a row.")
