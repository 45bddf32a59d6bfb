"""FEEL values from and to what callers have.

| Python, coming in | FEEL |
|---|---|
| None; float nan and infinities; numbers beyond 34-digit decimals' reach | null |
| bool | boolean |
| int, float (as it is written: 0.1 is 0.1), Decimal | number |
| str | string |
| date, time, datetime | date, time, date and time |
| timedelta | days and time duration |
| list, tuple | list |
| Mapping (keys that are no str are left out) | context |
| FEEL's own temporal values, ranges and functions | themselves |
| anything else | null, with a note |

| FEEL, going out | `as_python` | `as_json` |
|---|---|---|
| null, boolean, string | None, bool, str | the same |
| number | int when whole, else Decimal | int when whole, else float; null beyond floats |
| date, time, date and time | date, time, datetime; text where they cannot hold it | text |
| days and time duration | timedelta; text where it cannot hold it | text |
| years and months duration | text, such as "P1Y2M" | text |
| list | list | array |
| context | dict | object |
| range | text, such as "[1..5]" | text |
| function | itself | null |

Values are followed at most 200 levels and 1,000,000 elements deep; FeelError beyond.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from typing import Any, Final

from workflows.feel import temporal
from workflows.feel.errors import BudgetExceeded, Unanswerable
from workflows.feel.functions.texts import text_of
from workflows.feel.operators import TEMPORAL, Allowance, is_function
from workflows.feel.run import Run
from workflows.feel.values import ARITHMETIC, Function, Range

DEEPEST: Final = 200
_WHOLE_DIGITS: Final = 34  # more than these are not all known, so such a number is no int
_LARGEST_BITS: Final = 20_500  # beyond 10 ** 6145
_SAME: Final = frozenset({type(None), bool, str, Range}) | TEMPORAL


class _Way:
    """One translation: how deep it is, and what it may still cost."""

    __slots__ = ("allowance", "depth", "run")

    def __init__(self, run: Run | None = None) -> None:
        self.run = run
        self.allowance = Allowance()
        self.depth = 0

    def into(self, size: int) -> None:
        """One level deeper, into something of this size."""
        self.allowance.spend(size)
        self.depth += 1
        if self.depth > DEEPEST:
            raise BudgetExceeded(f"A value is nested more than {DEEPEST} deep. Make it flatter.")

    def note(self, sentence: str) -> None:
        """Say why something became null, if anybody listens."""
        if self.run is not None:
            self.run.note(sentence)


def admitted(value: Any, run: Run | None = None) -> Any:
    """The FEEL value of a Python value; what FEEL does not know is null and leaves a note."""
    kind = type(value)
    if kind in _SAME:
        return value
    if kind is int:
        return _whole(value)
    return _admitted(value, _Way(run))


def _admitted(value: Any, way: _Way) -> Any:
    kind = type(value)
    if kind in _SAME:
        return value
    admitting = _ADMITTING.get(kind)
    return _of_other_class(value, way) if admitting is None else admitting(value, way)


def _whole(value: int) -> Decimal | None:
    if value.bit_length() > _LARGEST_BITS:
        return None
    return _decimal(value)


def _decimal(value: int | str | Decimal) -> Decimal | None:
    try:
        number = ARITHMETIC.create_decimal(value)
    except DecimalException:
        return None
    return number if number.is_finite() else None


def _list(value: Any, way: _Way) -> list[Any]:
    way.into(len(value))
    items = [_admitted(item, way) for item in value]
    way.depth -= 1
    return items


def _context(value: Mapping[Any, Any], way: _Way) -> dict[str, Any]:
    way.into(len(value))
    entries = {
        str(name): _admitted(entry, way) for name, entry in value.items() if isinstance(name, str)
    }
    way.depth -= 1
    return entries


def _temporal(value: Any, way: _Way) -> Any:
    try:
        return temporal.from_python(value)
    except Unanswerable as reason:
        return way.note(str(reason))


_ADMITTING: Final[Mapping[type, Callable[[Any, _Way], Any]]] = {
    int: lambda value, _: _whole(value),
    float: lambda value, _: _decimal(float.__repr__(value)) if math.isfinite(value) else None,
    Decimal: lambda value, _: _decimal(value) if value.is_finite() else None,
    list: _list,
    tuple: _list,
    dict: _context,
    date: _temporal,
    time: _temporal,
    datetime: _temporal,
    timedelta: _temporal,
}
_BASES: Final = (int, float, Decimal, list, tuple, datetime, date, time, timedelta)


def _of_other_class(value: Any, way: _Way) -> Any:
    """Subclasses count as what they derive from; FEEL's functions as themselves."""
    if isinstance(value, Mapping):
        return _context(value, way)
    if isinstance(value, str):
        return str.__str__(value)
    for base in _BASES:
        if isinstance(value, base):
            return _ADMITTING[base](value, way)
    if isinstance(value, Function):
        return value
    return way.note(f"FEEL has no value for a {type(value).__name__} of Python.")


def as_python(value: Any) -> Any:
    """A FEEL value as Python's own, by the table above."""
    return _translated(value, _python_atom, _Way())


def as_json(value: Any) -> Any:
    """A FEEL value as JSON, by the table above."""
    return _translated(value, _json_atom, _Way())


def _translated(value: Any, atom: Callable[[Any], Any], way: _Way) -> Any:
    match value:
        case None | bool() | str():
            return value
        case list():
            way.into(len(value))
            items = [_translated(item, atom, way) for item in value]
            way.depth -= 1
            return items
        case dict():
            way.into(len(value))
            entries = {name: _translated(entry, atom, way) for name, entry in value.items()}
            way.depth -= 1
            return entries
        case Range():
            return text_of(value, Run(now=datetime.now(UTC)))
    return atom(value)


def _python_atom(value: Any) -> Any:
    if type(value) is Decimal:
        return int(value) if _is_whole(value) else value
    if type(value) in TEMPORAL:
        found = temporal.to_python(value)
        return temporal.text_of(value) if found is None else found
    return value


def _json_atom(value: Any) -> Any:
    if isinstance(value, int | float | Decimal):
        number = _admitted(value, _Way())
        return None if number is None else _json_number(number)
    if type(value) in TEMPORAL:
        return temporal.text_of(value)
    return None if is_function(value) else value


def _json_number(value: Decimal) -> int | float | None:
    if _is_whole(value):
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None


def _is_whole(value: Decimal) -> bool:
    return value.adjusted() < _WHOLE_DIGITS and value == value.to_integral_value()
