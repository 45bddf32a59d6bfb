"""Constants in cells as places on an axis, so that they can be ordered, and back to FEEL."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from workflows.feel import syntax, temporal
from workflows.feel.errors import Unanswerable
from workflows.feel.temporal import moments
from workflows.feel.temporal.kinds import FARTHEST_YEAR, LONGEST_MONTHS, LONGEST_SECONDS
from workflows.feel.values import ARITHMETIC

SECOND = 1_000_000_000  # nanoseconds
DAY = 86_400  # seconds


class CannotJudge(Exception):
    """What a cell accepts depends on more than the tested value; says on what."""


class Constant(NamedTuple):
    """A value by its kind and its place among the values of that kind."""

    kind: str
    at: Any


@dataclass(frozen=True, slots=True)
class Kind:
    """How the values of one kind lie: `steps` are pleasant distances, the largest first.

    `least` and `most` are the ends of what FEEL has, where the kind has any.
    """

    steps: tuple[Any, ...]
    feel: Callable[[Any], str]
    sample: Any = 0
    is_dense: bool = False  # between any two values there is another
    least: Any = None
    most: Any = None


def _plain(number: Decimal) -> str:
    return format(number.normalize(ARITHMETIC) if number else Decimal(0), "f")


def quoted(text: str) -> str:
    """A text as FEEL writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _called(function: str, value: temporal.Temporal) -> str:
    return f'{function}("{temporal.text_of(value)}")'


_FIRST_DAY = moments.day_number(temporal.Date(-FARTHEST_YEAR, 1, 1))
_LAST_DAY = moments.day_number(temporal.Date(FARTHEST_YEAR, 12, 31))

KINDS = {
    "number": Kind(
        (Decimal(1), Decimal("0.1"), Decimal("0.01")), _plain, sample=Decimal(0), is_dense=True
    ),
    "whole number": Kind((Decimal(1),), _plain, sample=Decimal(0)),
    "date": Kind(
        (1,),
        lambda at: _called("date", moments.date_of_day(at)),
        sample=20_454,
        least=_FIRST_DAY,
        most=_LAST_DAY,
    ),
    "time": Kind(
        (3_600, 60, 1),
        lambda at: _called("time", moments.time_of_day(at * SECOND)),
        sample=12 * 3_600,
        least=0,
        most=DAY - 1,
    ),
    "date and time": Kind(
        (DAY, 3_600, 60, 1),
        lambda at: _called("date and time", moments.from_wall(at * SECOND)),
        sample=20_454 * DAY,
        least=_FIRST_DAY * DAY,
        most=_LAST_DAY * DAY,
    ),
    "date and time with zone": Kind(
        (DAY, 3_600, 60, 1),
        lambda at: _called("date and time", moments.from_instant(at * SECOND, 0)),
        sample=20_454 * DAY,
        least=_FIRST_DAY * DAY,
        most=_LAST_DAY * DAY,
    ),
    "days and time duration": Kind(
        (DAY * SECOND, 3_600 * SECOND, SECOND, 1),
        lambda at: _called("duration", temporal.DaysDuration(at)),
        least=-LONGEST_SECONDS * SECOND,
        most=LONGEST_SECONDS * SECOND,
    ),
    "years and months duration": Kind(
        (12, 1),
        lambda at: _called("duration", temporal.MonthsDuration(at)),
        least=-LONGEST_MONTHS,
        most=LONGEST_MONTHS,
    ),
}


def feel_of(constant: Constant) -> str:
    """The constant as FEEL writes it."""
    if constant.kind == "string":
        return quoted(constant.at)
    if constant.kind == "boolean":
        return "true" if constant.at else "false"
    return "null" if constant.kind == "null" else KINDS[constant.kind].feel(constant.at)


def constant_of(tree: syntax.Tree) -> Constant:
    """The value of an expression without variables; CannotJudge for everything else."""
    match tree:
        case syntax.Literal():
            return _literal(tree.value)
        case syntax.Negation():
            inner = constant_of(tree.operand)
            if inner.kind in {"string", "boolean", "null", "date", "time"} or "date" in inner.kind:
                raise CannotJudge("it negates what is no number")
            return Constant(inner.kind, -inner.at)
        case syntax.AtLiteral():
            return _made(temporal.parse_at, tree.text)
        case syntax.Invocation(function=syntax.Name(name=name), positional=(argument,)):
            return _called_with(name, argument)
    raise CannotJudge("it calculates")


MAKERS: dict[str, Callable[[str], temporal.Temporal]] = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_date_time,
    "duration": temporal.parse_duration,
}


def _called_with(name: str, argument: syntax.Tree) -> Constant:
    maker = MAKERS.get(name)
    if maker is None or not isinstance(argument, syntax.Literal):
        raise CannotJudge(f"it calls {name}")
    if not isinstance(argument.value, str):
        raise CannotJudge(f"it calls {name}")
    return _made(maker, argument.value)


def _literal(value: Any) -> Constant:
    if value is None:
        return Constant("null", 0)
    if isinstance(value, bool):
        return Constant("boolean", value)
    return Constant("string" if isinstance(value, str) else "number", value)


def _made(maker: Callable[[str], temporal.Temporal], text: str) -> Constant:
    try:
        return _placed(maker(text))
    except Unanswerable as error:
        raise CannotJudge(f"{text[:40]} has no value: {error}") from None


def _placed(value: temporal.Temporal) -> Constant:
    match value:
        case temporal.Date():
            return Constant("date", moments.day_number(value))
        case temporal.DaysDuration():
            return Constant("days and time duration", value.nanoseconds)
        case temporal.MonthsDuration():
            return Constant("years and months duration", value.months)
        case temporal.Time():
            return _time(value)
    if value.time.nanosecond:
        raise CannotJudge("it has fractions of a second")
    if value.time.zone is None:
        return Constant("date and time", moments.wall_seconds(value))
    return Constant("date and time with zone", moments.instant(value) // SECOND)


def _time(value: temporal.Time) -> Constant:
    if value.zone is not None or value.nanosecond:
        raise CannotJudge("it has a zone or fractions of a second")
    return Constant("time", moments.seconds_of(value))
