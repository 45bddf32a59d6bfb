"""Sets of atoms in words: as a condition, as the cell that accepts them, and by an example."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import localcontext
from math import ceil, floor
from typing import Any

from workflows.dmn.axes import Axis, Segment
from workflows.dmn.cell_constants import KINDS, Constant, Kind, feel_of, quoted

MOST_DIGITS = 100  # of a number between two others
MOST_NAMED = 6  # values that a sentence lists before it counts the rest


@dataclass(frozen=True, slots=True)
class _Test:
    """A positive test in FEEL, or (when `left_out` is there) everything but some values."""

    feel: str
    left_out: tuple[str, ...] | None = None

    def said(self, name: str) -> str:
        """The test of a named value as a sentence has it."""
        if self.left_out is not None:
            return f"{name} {self.in_list}"
        if self.feel[0] in "<>":
            return f"{name} {self.feel}"
        return f"{name} in {self.feel}" if self.feel[0] in "[(" else f"{name} = {self.feel}"

    @property
    def in_list(self) -> str:
        """The test among others."""
        if self.left_out is None:
            return self.feel
        return f"other than {shortened(self.left_out or ('null',))}"


def shortened(texts: Sequence[str]) -> str:
    """The first few, and how many there are besides."""
    shown = list(texts[:MOST_NAMED])
    if len(texts) > len(shown):
        shown.append(f"{len(texts) - len(shown)} more")
    return ", ".join(shown)


def words(axis: Axis, mask: int) -> str:
    """What these atoms mean, as a condition; "" when it is every value."""
    if mask == axis.full:
        return ""
    tests = list(_tests(axis, mask))
    if len(tests) == 1:
        return tests[0].said(axis.name)
    return f"{axis.name} in ({shortened([test.in_list for test in tests])})"


def cell(axis: Axis, mask: int) -> str:
    """The cell that accepts exactly these atoms; `-` when it is every value."""
    if mask == axis.full:
        return "-"
    tests = list(_tests(axis, mask))
    left_out = [text for test in tests for text in test.left_out or ()]
    if all(test.left_out is None for test in tests):
        return ", ".join(test.feel for test in tests)
    if axis.null and not mask & axis.null:
        left_out.append("null")
    return f"not({', '.join(left_out)})" if left_out else "-"


def _tests(axis: Axis, mask: int) -> Iterator[_Test]:
    for segment in axis.segments.values():
        inside = mask & segment.all
        if segment.is_line and axis.null and inside == axis.full & segment.all:
            yield _Test("", ())
        elif segment.is_line:
            yield from (_Test(text) for text in _ranges(segment, mask))
        else:
            yield from _values(segment, inside)
    if mask & axis.null:
        yield _Test("null")


def _values(segment: Segment, inside: int) -> Iterator[_Test]:
    values = [feel_of(Constant(segment.kind, at)) for at in segment.points]
    chosen = [value for place, value in enumerate(values) if inside >> segment.atom(place) & 1]
    if segment.kind == "string" and inside >> (segment.base + len(values)) & 1:
        yield _Test("", tuple(value for value in values if value not in chosen))
    else:
        yield from (_Test(value) for value in chosen)


def _ranges(segment: Segment, mask: int) -> Iterator[str]:
    """Stretches without a hole, as ranges; a gap without values interrupts nothing."""
    inside = (mask | ~segment.inhabited) & segment.all
    at, length = 0, segment.length
    while at < length:
        end = at
        while end < length and inside >> (segment.base + end) & 1:
            end += 1
        if (mask >> (segment.base + at)) & ((1 << (end - at)) - 1):
            yield _range(segment, at, end - 1)
        at = end + 1


def _range(segment: Segment, first: int, last: int) -> str:
    """From one atom to another: even ones are gaps, odd ones points."""

    def point(place: int) -> str:
        return feel_of(Constant(segment.kind, segment.points[place]))

    if first == last and first % 2:
        return point(first // 2)
    if first > 0 and last < segment.length - 1:
        low, high = point((first - 1) // 2), point(last // 2)
        return f"{'[' if first % 2 else '('}{low}..{high}{']' if last % 2 else ')'}"
    if first > 0:
        return f"{'>=' if first % 2 else '>'} {point((first - 1) // 2)}"
    return f"{'<=' if last % 2 else '<'} {point(last // 2)}"


def example(axis: Axis, mask: int) -> str:
    """A value from these atoms, as FEEL writes it: a point where there is one."""
    for segment in axis.segments.values():
        inside = mask & segment.all
        for place, point in enumerate(segment.points):
            if inside >> segment.atom(place) & 1:
                return feel_of(Constant(segment.kind, point))
        if inside:
            return _between_points(segment, inside)
    return "null"


def _between_points(segment: Segment, inside: int) -> str:
    if segment.kind == "string":
        return quoted(_other_than(segment.points))
    kind, points = KINDS[segment.kind], segment.points
    if not points:
        return kind.feel(kind.sample)
    gap = ((inside & -inside).bit_length() - 1 - segment.base) // 2
    low = points[gap - 1] if gap > 0 else None
    high = points[gap] if gap < len(points) else None
    with localcontext(prec=MOST_DIGITS):
        return kind.feel(_inside(kind, low, high))


def _inside(kind: Kind, low: Any, high: Any) -> Any:
    """A value between two points, of which one may be missing; a pleasant one if there is one."""
    for step in kind.steps:
        if low is None:
            value = (high if kind.is_dense else ceil(high)) - step
        else:
            value = (low if kind.is_dense else floor(low)) + step
        if _lies_between(value, low, high) and _exists(kind, value):
            return value
    if low is None or high is None:  # a number so large that steps of one are lost
        return 2 * (high if low is None else low)
    return (low + high) / 2


def _exists(kind: Kind, value: Any) -> bool:
    return kind.least is None or bool(kind.least <= value <= kind.most)


def _lies_between(value: Any, low: Any, high: Any) -> bool:
    return bool((low is None or low < value) and (high is None or value < high))


def _other_than(points: tuple[Any, ...]) -> str:
    """A text that is none of these."""
    other, number = "something else", 2
    while other in points:
        other, number = f"something else {number}", number + 1
    return other
