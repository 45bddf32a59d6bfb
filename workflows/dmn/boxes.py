"""Rules as boxes in the space of all inputs: which overlap, what none covers, what others cover.

Every rule is one set of atoms per axis (`axes`), every set the bits of a number; and for every
atom the rules that accept it are the bits of another. Meeting and covering are then `and` and
`or` of numbers. What is left is a search, remembered by the rules still in question, that stops
when its budget is spent.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from time import monotonic

Box = tuple[int, ...]  # atoms per axis

MOST_STEPS = 300_000
LONGEST_SECONDS = 1.0
MOST_FOUND = 100  # overlaps and gaps each
BLOCK = (1 << 64) - 1  # atoms looked at together
CHECKED_EVERY = 500  # steps between two looks at the clock


class Budget:
    """What a search may still spend; `is_spent` says that it stopped early."""

    def __init__(self, steps: int = MOST_STEPS, seconds: float = LONGEST_SECONDS) -> None:
        self._left = steps
        self._look_again = steps - CHECKED_EVERY
        self._deadline = monotonic() + seconds
        self.is_spent = False

    def spend(self, steps: int = 1) -> bool:
        """Whether the work may go on."""
        self._left -= steps
        if self._left <= self._look_again:
            self._look_again = self._left - CHECKED_EVERY
            self.is_spent |= self._left < 0 or monotonic() > self._deadline
        return not self.is_spent


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, from the lowest."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class Level:
    """One axis with the set that every rule accepts on it."""

    def __init__(self, full: int, accepted: Sequence[int]) -> None:
        self.full, self.accepted = full, accepted
        self.rules_at = _rules_per_atom(full, accepted)
        self.classes: dict[int, int] = {}  # rules -> the atoms that exactly these accept
        for atom in bits(full):
            rules = self.rules_at[atom]
            self.classes[rules] = self.classes.get(rules, 0) | 1 << atom
        self.indifferent = sum(1 << rule for rule, own in enumerate(accepted) if own == full)
        self._blocks = [_Block(self.rules_at, full, start) for start in _starts(full)]
        self._touching: dict[int, int] = {}
        self._containing: dict[int, int] = {}

    def classes_in(self, mask: int) -> Iterator[tuple[int, int]]:
        """Rules and atoms of each class that the set meets."""
        if mask.bit_count() == 1:
            yield self.rules_at[mask.bit_length() - 1], mask
            return
        for rules, atoms in self.classes.items():
            if atoms & mask:
                yield rules, atoms & mask

    def touching(self, mask: int) -> int:
        """The rules that accept some atom of the set."""
        if mask not in self._touching:
            found = 0
            for block in self._blocks:
                found |= block.any_of(mask)
            self._touching[mask] = found
        return self._touching[mask]

    def containing(self, mask: int) -> int:
        """The rules that accept every atom of the set."""
        if mask not in self._containing:
            found = -1
            for block in self._blocks:
                found &= block.all_of(mask)
            self._containing[mask] = found
        return self._containing[mask]


class _Block:
    """Some atoms side by side: sets that take all of them need not look at each."""

    __slots__ = ("_all", "_any", "_full", "_rules", "_start")

    def __init__(self, rules_at: list[int], full: int, start: int) -> None:
        self._start, self._full = start, full >> start & BLOCK
        self._rules = rules_at[start : start + BLOCK.bit_length()]
        self._any, self._all = 0, -1
        for atom in bits(self._full):
            self._any |= self._rules[atom]
            self._all &= self._rules[atom]

    def any_of(self, mask: int) -> int:
        """The rules that accept some atom of the set in here."""
        mine = mask >> self._start & BLOCK
        if mine == self._full:
            return self._any
        found = 0
        for atom in bits(mine):
            found |= self._rules[atom]
        return found

    def all_of(self, mask: int) -> int:
        """The rules that accept every atom of the set in here."""
        mine = mask >> self._start & BLOCK
        if mine == self._full:
            return self._all
        found = -1
        for atom in bits(mine):
            found &= self._rules[atom]
        return found


def _starts(full: int) -> range:
    return range(0, full.bit_length(), BLOCK.bit_length())


def _rules_per_atom(full: int, accepted: Sequence[int]) -> list[int]:
    """For each atom the rules that accept it: a sweep over where their sets begin and end."""
    length = full.bit_length()
    turns = [0] * (length + 1)
    for rule, own in enumerate(accepted):
        for atom in bits(own ^ (own << 1)):
            turns[atom] ^= 1 << rule
    current, found = 0, []
    for turn in turns:
        current ^= turn
        found.append(current)
    return found


class Grid:
    """All rules over all axes."""

    def __init__(self, fulls: Sequence[int], rules: Sequence[Box]) -> None:
        self.rules = rules
        self.levels = [Level(full, [box[axis] for box in rules]) for axis, full in enumerate(fulls)]
        self.everyone = (1 << len(rules)) - 1
        # What looking at one box costs, in steps: its sets are held against every class.
        self._cost = 1 + sum(len(level.classes) for level in self.levels) // 50

    def meeting(self, rule: int, budget: Budget) -> int:
        """The other rules that have an input in common with this one; none without a budget."""
        found = self.everyone if budget.spend(self._cost) else 0
        for level in self.levels:
            if not found:
                return 0
            found &= level.touching(level.accepted[rule])
        return found & ~(1 << rule)

    def common(self, rules: int) -> Box:
        """The inputs that all of these rules match."""
        box = [level.full for level in self.levels]
        for rule in bits(rules):
            box = [mask & own for mask, own in zip(box, self.rules[rule], strict=True)]
        return tuple(box)

    def crowded_point(self, box: Box, among: int) -> tuple[Box, int]:
        """A point of the box that many of these rules match, and which of them do."""
        point = []
        for level, mask in zip(self.levels, box, strict=True):
            choice = max(
                level.classes_in(mask), key=lambda one: ((one[0] & among).bit_count(), -one[1])
            )
            among &= choice[0]
            point.append(choice[1])
        return tuple(point), among

    def gaps(self, budget: Budget) -> list[Box]:
        """Boxes of inputs that no rule matches, apart from each other; at most MOST_FOUND + 1."""
        order = sorted(
            range(len(self.levels)), key=lambda axis: (-len(self.levels[axis].classes), axis)
        )
        search = _GapSearch([self.levels[axis] for axis in order], budget)
        found = search.from_level(0, self.everyone)
        return [tuple(atoms for _, atoms in sorted(zip(order, box, strict=True))) for box in found]

    def coverers(self, box: Box, by: int, budget: Budget) -> int:
        """Rules among these that together match the whole box; 0 when they do not."""
        if not budget.spend(self._cost):
            return 0
        for level, mask in zip(self.levels, box, strict=True):
            by &= level.touching(mask)
            if not by:
                return 0
        return _CoverSearch(self.levels, box, budget).from_level(0, by)


class _GapSearch:
    """What is left free, axis by axis; where most is told apart first, few rules are left early."""

    def __init__(self, levels: list[Level], budget: Budget) -> None:
        self._levels, self._budget = levels, budget
        self._indifferent = _from_here_on([level.indifferent for level in levels])
        self._remembered: dict[tuple[int, int], tuple[Box, ...]] = {}

    def from_level(self, depth: int, alive: int) -> tuple[Box, ...]:
        """Free boxes over the axes from here on, when only these rules are left."""
        if alive & self._indifferent[depth]:
            return ()
        if not alive:
            return (tuple(level.full for level in self._levels[depth:]),)
        key = (depth, alive)
        if key not in self._remembered:
            self._remembered[key] = self._split(depth, alive)
        return self._remembered[key]

    def _split(self, depth: int, alive: int) -> tuple[Box, ...]:
        merged: dict[tuple[Box, ...], int] = {}
        for rules, atoms in self._levels[depth].classes.items():
            if not self._budget.spend():
                break
            if below := self.from_level(depth + 1, alive & rules):
                merged[below] = merged.get(below, 0) | atoms
        found = ((atoms, *box) for below, atoms in merged.items() for box in below)
        return tuple(islice(found, MOST_FOUND + 1))


class _CoverSearch:
    """Whether rules leave nothing of a box, axis by axis."""

    def __init__(self, levels: list[Level], box: Box, budget: Budget) -> None:
        self._levels, self._box, self._budget = levels, box, budget
        self._containing = _from_here_on(
            [level.containing(mask) for level, mask in zip(levels, box, strict=True)]
        )
        self._remembered: dict[tuple[int, int], int] = {}

    def from_level(self, depth: int, alive: int) -> int:
        """The rules that cover the rest of the box from this axis on, 0 when some of it is left."""
        if whole := alive & self._containing[depth]:
            return whole & -whole
        if not alive or depth == len(self._box):
            return 0
        key = (depth, alive)
        if key not in self._remembered:
            self._remembered[key] = self._split(depth, alive)
        return self._remembered[key]

    def _split(self, depth: int, alive: int) -> int:
        used = 0
        for rules, _ in self._levels[depth].classes_in(self._box[depth]):
            part = self.from_level(depth + 1, alive & rules) if self._budget.spend() else 0
            if not part:
                return 0
            used |= part
        return used


def _from_here_on(masks: Sequence[int]) -> list[int]:
    """For each place what all masks from there on have in common; at the end everything."""
    found = [-1]
    for mask in reversed(masks):
        found.append(found[-1] & mask)
    return found[::-1]
