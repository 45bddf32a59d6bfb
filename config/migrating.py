"""Migrations in less time: for a first start, where somebody waits for the first page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django_fsm
from django.db.models.signals import class_prepared


class NobodyListens:
    """A signal without receivers."""

    def connect(self, *_args: Any, **_said: Any) -> None:
        """Whoever wants to be told is not."""


@contextmanager
def without_transitions() -> Iterator[None]:
    """Models that are made in here have no transitions: for those of past steps, which have none.

    Each of their state fields would listen for every model that is made from then on. With the
    steps from an empty database that is a third of all the time.
    """
    names = vars(django_fsm)
    names["class_prepared"] = NobodyListens()
    try:
        yield
    finally:
        names["class_prepared"] = class_prepared
