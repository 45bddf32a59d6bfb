"""New objects of models, without the work of a constructor that takes anything.

`Model.__init__` looks at every way in which it may be called, field by field, and tells whoever
listens. A step that many instances take at once spends much of its time there.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.db import models
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)


def new(model: type[Row], **values: Any) -> Row:
    """What `model(**values)` gives, for names of fields alone."""
    plain, called, relations = _defaults(model)
    row = model.__new__(model)
    row._state = state = ModelState()
    kept = row.__dict__
    kept.update(plain)
    for name, value in values.items():
        column = relations.get(name)
        if column is None:
            kept[name] = value
        else:
            kept[column] = None if value is None else value.pk
            state.fields_cache[name] = value
    for name, make in called:
        if name not in values:
            kept[name] = make()
    return row


@lru_cache(maxsize=64)
def _defaults(
    model: type[models.Model],
) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]], dict[str, str]]:
    """Values of fields that are always the same, those made anew, and columns of relations."""
    fields = model._meta.concrete_fields
    made_anew = [each for each in fields if each.has_default() and callable(each.default)]
    called = [(each.attname, each.get_default) for each in made_anew]
    made = {name for name, _ in called}
    plain = {each.attname: None if each.attname in made else each.get_default() for each in fields}
    return plain, called, {each.name: each.attname for each in fields if each.is_relation}
