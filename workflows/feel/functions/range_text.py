"""Ranges from text, as `range(from)` reads them (DMN 1.5, table 72)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from workflows.feel import operators, temporal
from workflows.feel.errors import FeelError, Unanswerable
from workflows.feel.parser import parse
from workflows.feel.syntax import AtLiteral, Invocation, Literal, Name, Negation, RangeLiteral, Tree
from workflows.feel.values import Range

LONGEST_TEXT: Final = 2_000  # characters


def parse_range(text: str) -> Range:
    """The range of a text such as `[1..5)`; Unanswerable for any other text.

    Both ends are literals of one kind, or made of a literal by `date("…")` and the like, and the
    first is not beyond the second. Names are never looked up and functions never called.
    """
    literal = _range_literal(text)
    low, high = _literal_value(literal.low), _literal_value(literal.high)
    if type(low) is not type(high):
        raise Unanswerable("The ends of a range are of one kind.")
    if operators.compared("<=", low, high) is not True:
        raise Unanswerable("A range starts before it ends.")
    return Range(low, high, literal.includes_low, literal.includes_high)


def _range_literal(text: str) -> RangeLiteral:
    if len(text) > LONGEST_TEXT:
        raise Unanswerable("The text of a range is too long.")
    try:
        tree = parse(text)
    except FeelError as error:
        raise Unanswerable(f"{text[:40]!r} is not the text of a range. {error}") from error
    if not isinstance(tree, RangeLiteral):
        raise Unanswerable(f"{text[:40]!r} is not the text of a range. Write one such as [1..5].")
    return tree


_CONSTRUCTORS: Final[dict[str, Callable[[str], Any]]] = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_date_time,
    "duration": temporal.parse_duration,
}


def _literal_value(tree: Tree) -> Any:
    """The value of an end; Unanswerable unless it is a literal or made of one."""
    match tree:
        case Literal(value=Decimal() | str() as value):
            return value
        case Negation(operand=Literal(value=Decimal() as value)):
            return -value
        case AtLiteral(text=text):
            return temporal.parse_at(text)
        case Invocation(function=Name(name=name), positional=(Literal(value=str() as text),)) if (
            name in _CONSTRUCTORS
        ):
            return _CONSTRUCTORS[name](text)
    raise Unanswerable('The ends of a range are literals, such as 5, "a" or @"2026-11-21".')
