"""A condition column of a decision table: which rules accept a value, as a set of bits.

Most cells of real tables are `-` or constants. Those are looked up, whatever the number of rules:
strings, numbers and booleans in a dictionary, intervals of numbers by bisection. Every other cell,
and every other kind of value, is evaluated as it is written, each distinct text once.

Bit n of a mask stands for the rule at position n.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflows.dmn.constants import literal_of
from workflows.dmn.intervals import Interval, intervals_of, masks_of, point
from workflows.feel import Tests, syntax

LARGEST_INDEX = 100_000_000  # bits; beyond it, cells are evaluated one by one
_KINDS = (str, Decimal, bool)


@dataclass(frozen=True, slots=True)
class Entry:
    """A distinct cell of a column: the rules that have it, its tests, and what it looks like."""

    mask: int
    tests: Tests | None  # None: cannot be read, accepts nothing
    tree: syntax.UnaryTests | None
    where: str  # for sentences

    def constants(self) -> list[Any] | None:
        """The values it lists, None when it is more than a list of constants."""
        if self.tree is None or self.tree.is_anything:
            return None
        found = [literal_of(test) for test in self.tree.tests]
        # Whether null equals anything is for FEEL to say.
        if None in found or (None,) in found:
            return None
        return [each[0] for each in found if each is not None]

    def intervals(self) -> list[Interval] | None:
        """The intervals of numbers that it lists, None when it is more than those."""
        if self.tree is None or self.tree.is_anything:
            return None
        return intervals_of(self.tree)


@dataclass(slots=True)
class Lookup:
    """How values of one Python class are looked up.

    `find` gives the rules known to accept a value; `others` have to be evaluated for it.
    """

    find: Callable[[Any], int]
    others: tuple[Entry, ...]


class _Masks(dict[Any, int]):
    """The rules that accept each constant; `others` accept what is no constant of the column."""

    __slots__ = ("others",)

    def __init__(self, others: int) -> None:
        super().__init__()
        self.others = others

    def __missing__(self, value: Any) -> int:
        return self.others


class Column:
    """The cells of one column, ready to be asked."""

    __slots__ = ("_anything", "_entries", "cells_to_evaluate", "is_anything", "lookups", "unknown")

    def __init__(self, entries: Iterable[Entry], rules: int) -> None:
        self._anything = 0
        cells = []
        for entry in entries:
            if entry.tree is not None and entry.tree.is_anything:
                self._anything |= entry.mask
            elif entry.tests is not None:
                cells.append(entry)
        self._entries = tuple(cells)
        self.is_anything = self._anything == (1 << rules) - 1  # every cell accepts everything
        # How many cells cannot be looked up, whatever is asked: the fewer, the sooner.
        self.cells_to_evaluate = sum(
            each.constants() is None and each.intervals() is None for each in cells
        )
        self.lookups = {kind: self._of(kind, rules) for kind in _KINDS}  # by a value's class
        self.unknown = self._evaluated()  # of all other classes

    def _evaluated(self) -> Lookup:
        """Nothing is looked up: every cell has to be evaluated."""
        return Lookup(lambda _value: self._anything, self._entries)

    def _of(self, kind: type, rules: int) -> Lookup:
        """Sort the cells into those that can be looked up for this kind of value and the rest."""
        listed, spanned, others = [], [], []
        for entry in self._entries:
            constants, intervals = entry.constants(), entry.intervals()
            if constants is not None and _is_plain(constants, kind, entry.tree):
                listed.append((entry, [each for each in constants if type(each) is kind]))
            elif intervals is not None and kind is not bool:
                spanned.append((entry, intervals))
            else:
                others.append(entry)
        if kind is not Decimal or not spanned:
            return self._listed(listed, others, rules)
        return self._spanned(listed, spanned, others, rules)

    def _listed(
        self, listed: list[tuple[Entry, list[Any]]], others: list[Entry], rules: int
    ) -> Lookup:
        """Constants in a dictionary."""
        if any(_negates(entry) for entry, _ in listed):
            return self._negated(listed, others, rules)
        masks = _Masks(self._anything)
        for entry, constants in listed:
            for constant in set(constants):
                masks[constant] |= entry.mask
        return Lookup(masks.__getitem__, tuple(others))

    def _negated(
        self, listed: list[tuple[Entry, list[Any]]], others: list[Entry], rules: int
    ) -> Lookup:
        """Constants in a dictionary; a negated list accepts what it does not name."""
        keys = {constant for _, constants in listed for constant in constants}
        if len(keys) * rules > LARGEST_INDEX:
            return self._evaluated()
        unseen = self._anything
        for entry, _ in listed:
            unseen |= entry.mask if _negates(entry) else 0
        masks = _Masks(unseen)
        masks.update(dict.fromkeys(keys, unseen))
        for entry, constants in listed:
            for constant in set(constants):
                if _negates(entry):
                    masks[constant] ^= entry.mask
                else:
                    masks[constant] |= entry.mask
        return Lookup(masks.__getitem__, tuple(others))

    def _spanned(
        self,
        listed: list[tuple[Entry, list[Any]]],
        spanned: list[tuple[Entry, list[Interval]]],
        others: list[Entry],
        rules: int,
    ) -> Lookup:
        """Intervals by bisection; constants are intervals from themselves to themselves."""
        spans = [
            (entry.mask, _negates(entry), [point(each) for each in constants])
            for entry, constants in listed
        ]
        spans += [(entry.mask, _negates(entry), intervals) for entry, intervals in spanned]
        ends = sum(2 * len(intervals) for _, _, intervals in spans)
        if (2 * ends + 1) * rules > LARGEST_INDEX:
            return self._evaluated()
        points, masks = masks_of(spans, self._anything)
        last = len(points)

        def find(value: Any) -> int:
            place = bisect_left(points, value)
            exact = place < last and points[place] == value
            return masks[2 * place + exact]

        return Lookup(find, tuple(others))


def _negates(entry: Entry) -> bool:
    return entry.tree is not None and entry.tree.negated


def _is_plain(constants: list[Any], kind: type, tree: syntax.UnaryTests | None) -> bool:
    """Whether a list of constants can be looked up for values of this kind.

    Against another kind a constant is neither equal nor unequal (null), so the list cannot be
    negated. A boolean constant may stand for itself whatever is tested: FEEL decides.
    """
    kinds = {type(each) for each in constants}
    if bool in kinds and kinds != {kind}:
        return False
    return kinds == {kind} or (tree is not None and not tree.negated)
