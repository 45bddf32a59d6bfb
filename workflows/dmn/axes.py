"""One question of a table as a line of atoms: stretches on which every cell agrees with itself.

The constants of a column cut its values into points and gaps. A cell is then a set of atoms, kept
as the bits of a number, and whatever holds for one value of an atom holds for all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from workflows.dmn.cell_constants import KINDS, Constant, feel_of, quoted
from workflows.dmn.cells import AllOf, AnyOf, Compare, Condition, Opposite, constants_in

MOST_NAMED = 6  # values that a sentence lists before it counts the rest


@dataclass(frozen=True, slots=True)
class _Segment:
    """The atoms of one kind: on a line gap, point, gap, … gap; else points and the others."""

    kind: str
    base: int  # number of the first atom
    points: tuple[Any, ...]

    @property
    def is_line(self) -> bool:
        return self.kind in KINDS

    @property
    def length(self) -> int:
        if self.is_line:
            return 2 * len(self.points) + 1
        return len(self.points) + (self.kind == "string")

    def atom(self, point: int) -> int:
        """The number of the atom of a point."""
        return self.base + (2 * point + 1 if self.is_line else point)

    @property
    def all(self) -> int:
        """Bits of all atoms."""
        return ((1 << self.length) - 1) << self.base

    @property
    def inhabited(self) -> int:
        """Bits of the atoms in which there are values."""
        if not self.is_line or KINDS[self.kind].is_dense:
            return self.all
        empty = [2 * gap for gap in range(1, len(self.points)) if not self._has_room(gap)]
        if self.kind == "whole number":
            empty += [2 * place + 1 for place, at in enumerate(self.points) if at % 1]
        return self.all & ~sum(1 << (self.base + atom) for atom in empty)

    def _has_room(self, gap: int) -> bool:
        """Whether a whole value lies between this point and the one before."""
        return bool(floor(self.points[gap - 1]) + 1 < self.points[gap])


class Axis:
    """What a question can be answered with, and what its cells and examples say in FEEL.

    `declared` is the kind of its values, "" when any may come; `domain` what is allowed.
    """

    def __init__(
        self,
        name: str,
        conditions: Iterable[Condition],
        *,
        declared: str = "",
        domain: Condition | None = None,
    ) -> None:
        self.name = name
        self._whole = declared == "whole number"
        asked = [*conditions, *([domain] if domain is not None else [])]
        constants = {self._own(found) for one in asked for found in constants_in(one)}
        self._segments = dict(self._lay_out(constants, declared))
        self._null = 0
        ends = [segment.base + segment.length for segment in self._segments.values()]
        self.length = max(ends, default=1)
        if any(constant.kind == "null" for constant in constants):
            self._null = 1 << self.length
            self.length += 1
        self._all = (1 << self.length) - 1
        self.full = self._inhabited()
        if domain is not None:
            self.full &= self.mask(domain)

    def _own(self, constant: Constant) -> Constant:
        if self._whole and constant.kind == "number":
            return Constant("whole number", constant.at)
        return constant

    def _lay_out(self, constants: set[Constant], declared: str) -> Iterator[tuple[str, _Segment]]:
        kinds = {found.kind for found in constants} - {"null"}
        if declared:
            kinds &= {declared, f"{declared} with zone"}
            kinds = kinds or {declared}
        base = 0
        for kind in sorted(kinds):
            points = {found.at for found in constants if found.kind == kind}
            segment = _Segment(
                kind, base, (False, True) if kind == "boolean" else tuple(sorted(points))
            )
            yield kind, segment
            base += segment.length

    def _inhabited(self) -> int:
        found = sum(segment.inhabited for segment in self._segments.values())
        return (found or (0 if self._segments else 1)) | self._null

    def mask(self, condition: Condition) -> int:
        """The atoms on which the condition holds."""
        return self._truth(condition)[0] & self.full

    def is_possible(self, condition: Condition) -> bool:
        """Whether any value passes, allowed or not."""
        return bool(self._truth(condition)[0] & self._inhabited())

    def _truth(self, condition: Condition) -> tuple[int, int]:
        """Where it is true and where it is false; elsewhere it is null."""
        match condition:
            case Compare():
                return self._compared(condition.operator, self._own(condition.constant))
            case Opposite():
                true, false = self._truth(condition.part)
                return false, true
            case AllOf():
                return self._joined(condition.parts, both=True)
            case AnyOf():
                return self._joined(condition.parts, both=False)

    def _joined(self, parts: tuple[Condition, ...], *, both: bool) -> tuple[int, int]:
        true, false = (self._all, 0) if both else (0, self._all)
        for part in parts:
            here, not_here = self._truth(part)
            true = true & here if both else true | here
            false = false | not_here if both else false & not_here
        return true, false

    def _compared(self, operator: str, constant: Constant) -> tuple[int, int]:
        if constant.kind == "null":
            same = self._null, self._all & ~self._null
            return same if operator == "=" else same[::-1]
        segment = self._segments.get(constant.kind)
        if segment is None:
            return (0, self._null) if operator == "=" else (self._null, 0)
        atom = segment.atom(segment.points.index(constant.at))
        if operator in {"=", "!="}:
            same = 1 << atom, (segment.all & ~(1 << atom)) | self._null
            return same if operator == "=" else same[::-1]
        below = segment.all & ((1 << atom + (operator in {"<=", ">"})) - 1)
        above = segment.all & ~below
        return (below, above) if operator[0] == "<" else (above, below)

    # --- in words -------------------------------------------------------------------------------

    def example(self, mask: int) -> str:
        """A value from these atoms, as FEEL writes it: a point where there is one."""
        for segment in self._segments.values():
            inside = mask & segment.all
            for point in range(len(segment.points)):
                if inside >> segment.atom(point) & 1:
                    return feel_of(Constant(segment.kind, segment.points[point]))
            if inside:
                return self._between_points(segment, inside)
        return "null"

    def _between_points(self, segment: _Segment, inside: int) -> str:
        if segment.kind == "string":
            return quoted(_other_than(segment.points))
        gap = ((inside & -inside).bit_length() - 1 - segment.base) // 2
        kind, points = KINDS[segment.kind], segment.points
        if not points:
            return kind.feel(kind.sample)
        if gap == 0:
            return kind.feel((points[0] if kind.is_dense else ceil(points[0])) - kind.steps[0])
        low = points[gap - 1] if kind.is_dense else floor(points[gap - 1])
        high = points[gap] if gap < len(points) else None
        for step in kind.steps:
            if high is None or low + step < high:
                return kind.feel(low + step)
        return kind.feel((low + high) / 2)

    def words(self, mask: int) -> str:
        """What these atoms mean, as a condition; "" when it is every value."""
        if mask == self.full:
            return ""
        tests = [test for segment in self._segments.values() for test in self._tests(segment, mask)]
        if mask & self._null:
            tests.append("null")
        if len(tests) == 1:
            return _said(self.name, tests[0])
        shown = tests[:MOST_NAMED]
        if len(tests) > len(shown):
            shown.append(f"{len(tests) - len(shown)} more")
        return f"{self.name} in ({', '.join(shown)})"

    def _tests(self, segment: _Segment, mask: int) -> Iterator[str]:
        if segment.is_line:
            yield from self._ranges(segment, mask)
            return
        inside = mask & segment.all
        values = [feel_of(Constant(segment.kind, at)) for at in segment.points]
        chosen = [value for point, value in enumerate(values) if inside >> segment.atom(point) & 1]
        if segment.kind == "string" and inside >> (segment.base + len(values)) & 1:
            left = [value for value in values if value not in chosen]
            shown = left[:MOST_NAMED] + [f"{len(left) - MOST_NAMED} more"] * (
                len(left) > MOST_NAMED
            )
            yield f"not({', '.join(shown)})" if left else "any text"
        else:
            yield from chosen

    def _ranges(self, segment: _Segment, mask: int) -> Iterator[str]:
        """Stretches without a hole, as ranges; a gap without values interrupts nothing."""
        inside = (mask | ~segment.inhabited) & segment.all
        at = 0
        while at < segment.length:
            end = at
            while end < segment.length and inside >> (segment.base + end) & 1:
                end += 1
            if (mask >> (segment.base + at)) & ((1 << (end - at)) - 1):
                yield self._range(segment, at, end - 1)
            at = end + 1

    def _range(self, segment: _Segment, first: int, last: int) -> str:
        def text(atom: int) -> str:
            return feel_of(Constant(segment.kind, segment.points[atom]))

        if first == last and first % 2:
            return text(first // 2)
        opens, closes = first > 0, last < segment.length - 1
        low = text((first - 1) // 2) if opens else ""
        high = text(last // 2) if closes else ""
        if opens and closes:
            return f"{'[' if first % 2 else '('}{low}..{high}{']' if last % 2 else ')'}"
        if opens:
            return f"{'>=' if first % 2 else '>'} {low}"
        return f"{'<=' if last % 2 else '<'} {high}" if closes else "any value"


def _other_than(points: tuple[Any, ...]) -> str:
    """A text that is none of these."""
    other, number = "something else", 2
    while other in points:
        other, number = f"something else {number}", number + 1
    return other


def _said(name: str, test: str) -> str:
    """One test of a named value as a sentence has it."""
    if test[0] in "<>":
        return f"{name} {test}"
    if test[0] in "[(":
        return f"{name} in {test}"
    if test.startswith("not("):
        inner = test[4:-1]
        return f"{name} other than {inner}"
    return f"{name} = {test}" if not test.startswith("any ") else f"{name} is {test}"
