"""Finding equal values in lists without comparing every pair."""

from collections.abc import Hashable
from decimal import Decimal
from typing import Any, Final

from workflows.feel.operators import TEMPORAL, equal
from workflows.feel.run import Run
from workflows.feel.temporal import index_key

_HASHED: Final = frozenset({str, Decimal, bool, type(None)})  # equal exactly when Python says so


def is_same(one: Any, other: Any, run: Run) -> bool:
    """Whether two values are equal in FEEL; what cannot be compared is not equal."""
    kind = type(one)
    if kind is not type(other):
        return False
    return bool(one == other) if kind in _HASHED else equal(one, other, run) is True


class Seen:
    """The different values met so far."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._hashed: set[tuple[type, Hashable]] = set()
        self._others: dict[type, list[Any]] = {}

    def adds(self, value: Any) -> bool:
        """Remember a value; whether it is new."""
        kind = type(value)
        if kind in TEMPORAL:
            return self._adds_key(kind, index_key(value))
        if kind in _HASHED:
            return self._adds_key(kind, value)
        others = self._others.setdefault(kind, [])
        for other in others:
            self._run.spend()
            if equal(value, other, self._run) is True:
                return False
        others.append(value)
        return True

    def _adds_key(self, kind: type, key: Hashable) -> bool:
        before = len(self._hashed)
        self._hashed.add((kind, key))
        return len(self._hashed) > before
