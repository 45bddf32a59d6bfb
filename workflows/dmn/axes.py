"""One question of a table as a line of atoms: stretches on which every cell agrees with itself.

The constants of a column cut its values into points and gaps. A cell is then a set of atoms, kept
as the bits of a number, and whatever holds for one value of an atom holds for all.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from math import floor
from typing import Any

from workflows.dmn.cell_constants import KINDS, Constant
from workflows.dmn.cells import AllOf, AnyOf, Compare, Condition, Opposite, constants_in


class Segment:
    """The atoms of one kind: on a line gap, point, gap, … gap; else points and the others.

    `base` is the number of the first atom, `all` the bits of all of them, `inhabited` the bits of
    those in which there are values; on a line (`is_line`) values have an order.
    """

    __slots__ = ("all", "base", "inhabited", "is_line", "kind", "length", "points")

    def __init__(self, kind: str, base: int, points: tuple[Any, ...]) -> None:
        self.kind, self.base, self.points = kind, base, points
        self.is_line = kind in KINDS
        self.length = 2 * len(points) + 1 if self.is_line else len(points) + (kind == "string")
        self.all = ((1 << self.length) - 1) << base
        self.inhabited = self._inhabited()

    def atom(self, point: int) -> int:
        """The number of the atom of a point."""
        return self.base + (2 * point + 1 if self.is_line else point)

    def _inhabited(self) -> int:
        if not self.is_line or KINDS[self.kind].is_dense:
            return self.all
        empty = [2 * gap for gap in range(len(self.points) + 1) if not self._has_room(gap)]
        if self.kind == "whole number":
            empty += [2 * place + 1 for place, at in enumerate(self.points) if at % 1]
        return self.all & ~sum(1 << (self.base + atom) for atom in empty)

    def _has_room(self, gap: int) -> bool:
        """Whether a whole value lies between the point before and this one."""
        kind, points = KINDS[self.kind], self.points
        if not points:
            return True
        if gap == 0:
            return kind.least is None or bool(kind.least < points[0])
        if gap == len(points):
            return kind.most is None or bool(points[-1] < kind.most)
        return bool(floor(points[gap - 1]) + 1 < points[gap])


class Axis:
    """What a question can be answered with.

    `segments` are the atoms per kind, `null` the bit of the atom that is null (0 when no cell asks
    for it), `full` everything that may come. `declared` is the kind of its values, "" when any
    may come; `domain` what is allowed.
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
        self.segments = dict(self._lay_out(constants, declared))
        self.null = 0
        ends = [segment.base + segment.length for segment in self.segments.values()]
        self.length = max(ends, default=1)
        if any(constant.kind == "null" for constant in constants):
            self.null = 1 << self.length
            self.length += 1
        self._all = (1 << self.length) - 1
        self.full = self._inhabited()
        if domain is not None:
            self.full &= self.mask(domain)

    def _own(self, constant: Constant) -> Constant:
        if self._whole and constant.kind == "number":
            return Constant("whole number", constant.at)
        return constant

    def _lay_out(self, constants: set[Constant], declared: str) -> Iterator[tuple[str, Segment]]:
        kinds = {found.kind for found in constants} - {"null"}
        if declared:
            kinds &= {declared, f"{declared} with zone"}
            kinds = kinds or {declared}
        base = 0
        for kind in sorted(kinds):
            points = {found.at for found in constants if found.kind == kind}
            segment = Segment(
                kind, base, (False, True) if kind == "boolean" else tuple(sorted(points))
            )
            yield kind, segment
            base += segment.length

    def _inhabited(self) -> int:
        found = sum(segment.inhabited for segment in self.segments.values())
        return (found or (0 if self.segments else 1)) | self.null

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
            same = self.null, self._all & ~self.null
            return same if operator == "=" else same[::-1]
        segment = self.segments.get(constant.kind)
        if segment is None:
            return (0, self.null) if operator == "=" else (self.null, 0)
        atom = segment.atom(bisect_left(segment.points, constant.at))
        if operator in {"=", "!="}:
            same = 1 << atom, (segment.all & ~(1 << atom)) | self.null
            return same if operator == "=" else same[::-1]
        below = segment.all & ((1 << atom + (operator in {"<=", ">"})) - 1)
        above = segment.all & ~below
        return (below, above) if operator[0] == "<" else (above, below)
