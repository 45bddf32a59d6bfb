"""Fields of held rows, written by statements that are kept (see `fetching`)."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connection, models

from workflows import sql_json

Change = tuple[models.Model, Iterable[str]]  # a row, and which of its fields are written


def update(row: models.Model, fields: Iterable[str]) -> None:
    """Write these fields of a row that is there and held. Constraints hold as ever."""
    update_together((row, fields))


def update_together(*changes: Change) -> None:
    """The same for different rows, of any models, with one statement."""
    named = [(row, _columns(type(row), tuple(fields))) for row, fields in changes]
    values: list[Any] = []
    for row, names in named:
        said = {column: getattr(row, name) for column, name in names.items()}
        values += [sql_json.text(said), row.pk]
    with connection.cursor() as cursor:
        cursor.execute(_statement(*((type(row), tuple(names)) for row, names in named)), values)


def statement_of(row: models.Model, fields: Iterable[str]) -> tuple[str, list[Any]]:
    """The update of one row, and its values."""
    names = _columns(type(row), tuple(fields))
    said = {column: getattr(row, name) for column, name in names.items()}
    return _statement((type(row), tuple(names))), [sql_json.text(said), row.pk]


@lru_cache(maxsize=64)
def _columns(model: type[models.Model], fields: tuple[str, ...]) -> dict[str, str]:
    """The columns that are written, and the names of their values in a row of ours."""
    found = [model._meta.get_field(name) for name in fields]
    return {str(field.column): field.attname for field in found if isinstance(field, models.Field)}


@lru_cache(maxsize=256)
def _statement(*changes: tuple[type[models.Model], tuple[str, ...]]) -> str:
    *before, last = [_update(*each) for each in changes]
    named = ", ".join(f"change_{number} AS ({each})" for number, each in enumerate(before))
    return f"WITH {named} {last}" if named else last


def _update(model: type[models.Model], columns: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    changed = ", ".join(f"{quote(name)} = news.{quote(name)}" for name in columns)
    # Names of our own tables and columns.
    return f"""
        UPDATE {table} AS self SET {changed}
        FROM jsonb_populate_record(NULL::{table}, %s::jsonb) AS news WHERE self.{key} = %s
    """  # noqa: S608
