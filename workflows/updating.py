"""Fields of one held row, written by a statement that is kept (see `fetching`)."""

from collections.abc import Iterable
from functools import lru_cache

from django.db import connection, models

from workflows import sql_json


def update(row: models.Model, fields: Iterable[str]) -> None:
    """Write these fields of a row that is there and held. Constraints hold as ever."""
    names = _columns(type(row), tuple(fields))
    said = {column: getattr(row, name) for column, name in names.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(type(row), tuple(names)),
            [sql_json.text(said), row.pk],
        )


@lru_cache(maxsize=64)
def _columns(model: type[models.Model], fields: tuple[str, ...]) -> dict[str, str]:
    """The columns that are written, and the names of their values in a row of ours."""
    found = [model._meta.get_field(name) for name in fields]
    return {str(field.column): field.attname for field in found if isinstance(field, models.Field)}


@lru_cache(maxsize=64)
def _statement(model: type[models.Model], columns: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    changed = ", ".join(f"{quote(name)} = news.{quote(name)}" for name in columns)
    # Names of our own tables and columns.
    return f"""
        UPDATE {table} AS self SET {changed}
        FROM jsonb_populate_record(NULL::{table}, %s::jsonb) AS news WHERE self.{key} = %s
    """  # noqa: S608
