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
        statement, columns = _statement(type(batch[0]))
        said = [{column: getattr(row, name) for column, name in columns} for row in batch]
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(said, default=_plain, ensure_ascii=False)])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=64)
def _statement(model: type[models.Model]) -> tuple[str, list[tuple[str, str]]]:
    quote = connection.ops.quote_name
    columns = [
        (field.column, field.attname)
        for field in model._meta.concrete_fields
        if field.column and not isinstance(field, models.AutoField)
    ]
    table, names = quote(model._meta.db_table), ", ".join(quote(name) for name, _ in columns)
    rows = f"jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    # Names of our own tables and columns.
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}", columns  # noqa: S608


def _default_of(column: Any) -> Any:
    """A column's default where the database has one, as this code says it."""
    return column.expression.value


def _plain(value: Any) -> Any:
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
