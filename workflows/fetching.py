"""Rows read by a statement that is kept, for the looks that every step begins with.

Django puts the statement of a query together anew each time it is asked, which takes several times
as long as the look itself. Here it is made once for each model and condition.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)
FOR_UPDATE = "FOR NO KEY UPDATE OF self"


def fetch_one(model: type[Row], where: str, values: Sequence[Any], *also: str) -> Row:
    """The only row of which this is true; raises the model's `DoesNotExist` without one."""
    rows = fetch_all(model, where, values, *also)
    if not rows:
        raise model.DoesNotExist(f"There is no such {model._meta.verbose_name}.")  # type: ignore[attr-defined]  # every model has one
    [row] = rows
    return row


def fetch_all(model: type[Row], where: str, values: Sequence[Any], *also: str) -> list[Row]:
    """The rows of which this is true. `where` is SQL of ours about `self`, and what may follow it.

    `also` names what each row refers to, never nothing, and is read along with it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, where, also), values)
        return [_row(model, also, found) for found in cursor.fetchall()]


@lru_cache(maxsize=64)
def _statement(model: type[models.Model], where: str, also: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    tables = {"self": model, **{name: _referred(model, name) for name in also}}
    wanted = ", ".join(
        f"{name}.{quote(str(field.column))}"
        for name, each in tables.items()
        for field in _fields(each)
    )
    joins = "".join(
        f" JOIN {quote(tables[name]._meta.db_table)} AS {name}"
        f" ON {name}.{quote(_key(tables[name]))} = self.{quote(_column(model, name))}"
        for name in also
    )
    # Names of our own tables and columns.
    return f"SELECT {wanted} FROM {quote(model._meta.db_table)} AS self{joins} WHERE {where}"  # noqa: S608


def _row(model: type[Row], also: tuple[str, ...], found: Sequence[Any]) -> Row:
    row, used = _made(model, found), len(_fields(model))
    for name in also:
        referred = _referred(model, name)
        setattr(row, name, _made(referred, found[used:]))
        used += len(_fields(referred))
    return row


def _made(model: type[Row], found: Sequence[Any]) -> Row:
    """An object as `Model.from_db` makes it, without the work of a constructor that takes anything:
    its fields are there and nothing else is."""
    row = model.__new__(model)
    row._state = state = ModelState()
    state.adding, state.db = False, connection.alias
    kept = row.__dict__
    for name, read, value in zip(_names(model), _readers(model), found, strict=False):
        kept[name] = read(value, None, connection) if read else value
    return row


@lru_cache(maxsize=64)
def _fields(model: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    return tuple(model._meta.concrete_fields)


@lru_cache(maxsize=64)
def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in _fields(model)]


@lru_cache(maxsize=64)
def _readers(model: type[models.Model]) -> tuple[Any, ...]:
    """How a value becomes what Python knows, where the field says so: JSON does."""
    return tuple(getattr(field, "from_db_value", None) for field in _fields(model))


def _referred(model: type[models.Model], name: str) -> type[models.Model]:
    return model._meta.get_field(name).related_model  # type: ignore[return-value]  # a model, not its name: all are loaded


def _key(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)


def _column(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]  # a foreign key has one
