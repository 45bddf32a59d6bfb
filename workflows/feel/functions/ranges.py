"""Built-in functions that relate points and ranges (DMN 1.5, table 78), and `range(from)`.

The conditions are those of the table. An end that is open towards infinity lies beyond every
point and equals another such end on the same side. Values that cannot be compared with one
another have no answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from workflows.feel import operators
from workflows.feel.errors import Unanswerable
from workflows.feel.functions.kinds import COMPARABLE, RANGE, STRING
from workflows.feel.functions.range_text import parse_range
from workflows.feel.functions.signature import Parameter, builtin
from workflows.feel.run import Run
from workflows.feel.values import Range

Point = Any
_POINT: Final = Parameter("point", COMPARABLE)
_RANGE: Final = Parameter("range", RANGE)
_POINTS: Final = (Parameter("point1", COMPARABLE), Parameter("point2", COMPARABLE))
_RANGES: Final = (Parameter("range1", RANGE), Parameter("range2", RANGE))


@dataclass(frozen=True, slots=True)
class Bound:
    """A point or an end of a range; `infinite` is -1 or 1 for an end without a value."""

    value: Any
    included: bool = True
    infinite: int = 0

    def __lt__(self, other: "Bound") -> bool:
        """Whether this lies before the other; Unanswerable when they have no order."""
        if self.infinite or other.infinite:
            return self.infinite < other.infinite
        return _comparable(operators.compared("<", self.value, other.value))

    def meets(self, other: "Bound") -> bool:
        """Whether both are at one place; Unanswerable when they cannot be compared."""
        if self.infinite or other.infinite:
            return self.infinite == other.infinite
        return _comparable(operators.equal(self.value, other.value))


def _comparable(answer: bool | None) -> bool:  # noqa: FBT001 - an answer of FEEL, no switch
    if answer is None:
        raise Unanswerable("Points and ranges of different kinds cannot be compared.")
    return answer


@dataclass(frozen=True, slots=True)
class Span:
    """A point or a range, between two bounds."""

    start: Bound
    end: Bound

    def begins_first(self, other: "Span") -> bool:
        """Whether this contains everything from the other's beginning on."""
        return self.start < other.start or (
            self.start.meets(other.start) and (self.start.included or not other.start.included)
        )

    def ends_last(self, other: "Span") -> bool:
        """Whether this contains everything until the other's end."""
        return other.end < self.end or (
            self.end.meets(other.end) and (self.end.included or not other.end.included)
        )


def _span(value: Any) -> Span:
    if not isinstance(value, Range):
        return Span(Bound(value), Bound(value))
    if str(value.includes_low) == "!=":  # the value of `(!= 5)`, see workflows.feel.operators
        raise Unanswerable("Everything but one value is no interval.")
    low = Bound(value.low, bool(value.includes_low), 0 if value.low is not None else -1)
    return Span(low, Bound(value.high, bool(value.includes_high), int(value.high is None)))


Relation = Callable[[Span, Span], bool]
_Decorator = Callable[[Relation], Relation]


def _related(name: str, *signatures: tuple[Parameter, ...]) -> _Decorator:
    """Declare a relation as a built-in function of points and ranges."""

    def declared(relation: Relation) -> Relation:
        def related(_run: Run, left: Any, right: Any) -> bool:
            return relation(_span(left), _span(right))

        related.__doc__ = relation.__doc__
        for signature in signatures:
            builtin(name, signature)(related)
        return relation

    return declared


@_related("before", _POINTS, (_POINT, _RANGE), (_RANGE, _POINT), _RANGES)
def before(a: Span, b: Span) -> bool:
    """Whether all of the first lies before all of the second."""
    return a.end < b.start or (not (a.end.included and b.start.included) and a.end.meets(b.start))


@_related("after", _POINTS, (_POINT, _RANGE), (_RANGE, _POINT), _RANGES)
def after(a: Span, b: Span) -> bool:
    """Whether all of the first lies after all of the second."""
    return before(b, a)


@_related("meets", _RANGES)
def meets(a: Span, b: Span) -> bool:
    """Whether the first ends with the very point with which the second starts."""
    return a.end.included and b.start.included and a.end.meets(b.start)


@_related("met by", _RANGES)
def met_by(a: Span, b: Span) -> bool:
    """Whether the first starts with the very point with which the second ends."""
    return meets(b, a)


@_related("overlaps", _RANGES)
def overlaps(a: Span, b: Span) -> bool:
    """Whether they have a point in common."""
    return _reaches(a, b) and _reaches(b, a)


@_related("overlaps before", _RANGES)
def overlaps_before(a: Span, b: Span) -> bool:
    """Whether the first starts before the second, and ends in it."""
    starts_before = a.start < b.start or (
        a.start.meets(b.start) and a.start.included and not b.start.included
    )
    return starts_before and _reaches(a, b) and b.ends_last(a)


@_related("overlaps after", _RANGES)
def overlaps_after(a: Span, b: Span) -> bool:
    """Whether the first starts in the second, and ends after it."""
    return overlaps_before(b, a)


@_related("finishes", (_POINT, _RANGE))
def finishes_as_point(point: Span, a: Span) -> bool:
    """Whether the range ends with the point and includes it."""
    return a.end.included and a.end.meets(point.end)


@_related("finishes", _RANGES)
def finishes(a: Span, b: Span) -> bool:
    """Whether both have the same end, and the first lies within the second."""
    return a.end.included == b.end.included and a.end.meets(b.end) and b.begins_first(a)


@_related("finished by", (_RANGE, _POINT))
def finished_by_point(a: Span, point: Span) -> bool:
    """Whether the range ends with the point and includes it."""
    return finishes_as_point(point, a)


@_related("finished by", _RANGES)
def finished_by(a: Span, b: Span) -> bool:
    """Whether both have the same end, and the second lies within the first."""
    return finishes(b, a)


@_related("includes", (_RANGE, _POINT))
def includes_point(a: Span, point: Span) -> bool:
    """Whether the point lies between the ends, or is one that is included."""
    at = point.start
    return (
        (a.start < at and at < a.end)
        or (a.start.included and a.start.meets(at))
        or (a.end.included and a.end.meets(at))
    )


@_related("includes", _RANGES)
def includes(a: Span, b: Span) -> bool:
    """Whether all of the second lies within the first."""
    return a.begins_first(b) and a.ends_last(b)


@_related("during", (_POINT, _RANGE))
def during_as_point(point: Span, a: Span) -> bool:
    """Whether the point lies between the ends, or is one that is included."""
    return includes_point(a, point)


@_related("during", _RANGES)
def during(a: Span, b: Span) -> bool:
    """Whether all of the first lies within the second."""
    return includes(b, a)


@_related("starts", (_POINT, _RANGE))
def starts_as_point(point: Span, a: Span) -> bool:
    """Whether the range starts with the point and includes it."""
    return a.start.included and a.start.meets(point.start)


@_related("starts", _RANGES)
def starts(a: Span, b: Span) -> bool:
    """Whether both have the same start, and the first lies within the second."""
    return a.start.included == b.start.included and a.start.meets(b.start) and b.ends_last(a)


@_related("started by", (_RANGE, _POINT))
def started_by_point(a: Span, point: Span) -> bool:
    """Whether the range starts with the point and includes it."""
    return starts_as_point(point, a)


@_related("started by", _RANGES)
def started_by(a: Span, b: Span) -> bool:
    """Whether both have the same start, and the second lies within the first."""
    return starts(b, a)


@_related("coincides", _POINTS, _RANGES)
def coincides(a: Span, b: Span) -> bool:
    """Whether both are the same point, or have the same ends."""
    return (
        a.start.included == b.start.included
        and a.end.included == b.end.included
        and a.start.meets(b.start)
        and a.end.meets(b.end)
    )


def _reaches(a: Span, b: Span) -> bool:
    """Whether the first goes on at least until the second starts, and they share that point."""
    return b.start < a.end or meets(a, b)


@builtin("range", [Parameter("from", STRING)])
def range_from_text(_run: Run, text: str) -> Range:
    """The range of a text such as `[1..5)`."""
    return parse_range(text)
