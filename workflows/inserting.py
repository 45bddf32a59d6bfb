"""Many new rows of one model in one statement with one parameter, however many they are.

What Django writes for a model with JSON has a placeholder for each value; making and reading that
text costs more than the insert. PostgreSQL can read the rows from JSON by itself.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models

from workflows import sql_json

AT_ONCE = 5_000  # rows in one statement

Values = dict[str, Any]  # of one row, by column


def insert_all(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model, whose keys and values are all set. Constraints hold as ever."""
    if rows:
        insert_plain(type(rows[0]), values_of(rows))
        are_there(rows)


def insert_together(*kinds: Sequence[models.Model]) -> None:
    """Insert rows of different models with one statement. They may refer to each other."""
    some = [rows for rows in kinds if rows]
    if len(some) < 2 or any(len(rows) > AT_ONCE for rows in some):
        for rows in some:
            insert_all(rows)
        return
    values = [as_json(values_of(rows)) for rows in some]
    with connection.cursor() as cursor:
        cursor.execute(_together(*(type(rows[0]) for rows in some)), values)
    for rows in some:
        are_there(rows)


def are_there(rows: Sequence[models.Model]) -> None:
    """The objects know that they have rows."""
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def insert_plain(model: type[models.Model], rows: Sequence[Values]) -> None:
    """The same for values by column, where nobody needs an object of the model."""
    for first in range(0, len(rows), AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(statement(model), [as_json(rows[first : first + AT_ONCE])])


@lru_cache(maxsize=64)
def statement(model: type[models.Model]) -> str:
    """Inserts the rows that its only parameter holds, written by `as_json`."""
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(map(quote, columns(model)))
    rows = f"jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    # Names of our own tables and columns.
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}"  # noqa: S608


@lru_cache(maxsize=256)
def _together(*kinds: type[models.Model]) -> str:
    *before, last = [statement(model) for model in kinds]
    named = ", ".join(f"rows_{number} AS ({each})" for number, each in enumerate(before))
    return f"WITH {named} {last}"


@lru_cache(maxsize=64)
def columns(model: type[models.Model]) -> dict[str, str]:
    """The columns that are written, and the names of their values in a row of ours."""
    return {
        field.column: field.attname
        for field in model._meta.concrete_fields
        if field.column and not isinstance(field, models.AutoField)
    }


def values_of(rows: Sequence[models.Model]) -> list[Values]:
    """What is to be written of rows of one model, by column."""
    names = columns(type(rows[0])).items()
    return [{column: getattr(row, name) for column, name in names} for row in rows]


def as_json(rows: Sequence[Values]) -> str:
    """Values by column as PostgreSQL reads them."""
    return sql_json.text(rows)
