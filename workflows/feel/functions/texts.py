"""A FEEL value as text, as `string(…)` gives it (DMN 1.5, 10.3.4.1).

A number is written in plain digits. Inside a list, context or range every value is written as one
would write it in FEEL: strings in quotes, dates and durations as `@"…"`.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from workflows.feel.errors import BudgetExceeded
from workflows.feel.functions.costs import MOST_CHARACTERS
from workflows.feel.operators import is_function
from workflows.feel.run import Run
from workflows.feel.temporal import text_of as temporal_text
from workflows.feel.values import Range

_DEEPEST: Final = 200
_PLAIN_KEY: Final = re.compile(r"[^\W\d]\w*(?: \w+)*")
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def text_of(value: Any, run: Run) -> str:
    """The value as text; raises BudgetExceeded when that would be too long or too deep."""
    if type(value) is str:
        return value
    if type(value) is Decimal:
        return number_text(value)
    if isinstance(value, list | dict | Range) or value is None or is_function(value):
        return _gathered(_written(value, 0), run)
    return _boolean_text(value) if isinstance(value, bool) else temporal_text(value)


def number_text(value: Decimal) -> str:
    """Plain digits without an exponent."""
    return format(value, "f") if value else format(value.copy_abs(), "f")


def _gathered(pieces: Iterator[str], run: Run) -> str:
    parts: list[str] = []
    left = MOST_CHARACTERS
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise BudgetExceeded(
                f"A value would take more than {MOST_CHARACTERS} characters as text. "
                "Turn a smaller part of it into text."
            )
        run.spend()
        parts.append(piece)
    return "".join(parts)


def _written(value: Any, depth: int) -> Iterator[str]:
    """The pieces of a value as FEEL writes it."""
    if depth > _DEEPEST:
        raise BudgetExceeded(f"A value is nested more than {_DEEPEST} deep. Flatten it.")
    if isinstance(value, list):
        yield from _list_pieces(value, depth)
    elif isinstance(value, dict):
        yield from _context_pieces(value, depth)
    elif isinstance(value, Range):
        yield from _range_pieces(value, depth)
    else:
        yield _single(value)


def _single(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPES)}"'
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, bool):
        return _boolean_text(value)
    if is_function(value):
        return value.name or f"function({', '.join(value.parameters)})"
    return f'@"{temporal_text(value)}"'


def _boolean_text(value: bool) -> str:  # noqa: FBT001 - the value itself
    return "true" if value else "false"


def _list_pieces(items: list[Any], depth: int) -> Iterator[str]:
    yield "["
    for place, item in enumerate(items):
        if place:
            yield ", "
        yield from _written(item, depth + 1)
    yield "]"


def _context_pieces(entries: dict[str, Any], depth: int) -> Iterator[str]:
    yield "{"
    for place, (key, value) in enumerate(entries.items()):
        if place:
            yield ", "
        yield key if _PLAIN_KEY.fullmatch(key) else _single(key)
        yield ": "
        yield from _written(value, depth + 1)
    yield "}"


def _range_pieces(value: Range, depth: int) -> Iterator[str]:
    operator: Any = value.includes_low
    if isinstance(operator, str):  # `(= 5)`, see `workflows.feel.operators`
        yield f"{operator} "
        yield from _written(value.low, depth + 1)
        return
    if value.low is None and not value.includes_low and value.high is not None:
        yield "<= " if value.includes_high else "< "
        yield from _written(value.high, depth + 1)
        return
    if value.high is None and not value.includes_high and value.low is not None:
        yield ">= " if value.includes_low else "> "
        yield from _written(value.low, depth + 1)
        return
    yield "[" if value.includes_low else "("
    yield from _written(value.low, depth + 1)
    yield ".."
    yield from _written(value.high, depth + 1)
    yield "]" if value.includes_high else ")"
