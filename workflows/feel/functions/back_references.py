"""Patterns with back-references (XPath Functions and Operators, 7.6.1), which RE2 cannot match.

They are matched by trying: a small machine with an explicit stack, whose every step is paid for,
so that a hostile pattern exhausts its run and nothing else. It finds the same matches that RE2
finds: from left to right, alternatives in their order, quantifiers greedy or reluctant.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from workflows.feel.errors import Unanswerable
from workflows.feel.functions import character_sets as sets
from workflows.feel.functions.character_sets import Ranges
from workflows.feel.functions.xpath_classes import Members
from workflows.feel.run import Run

_LONGEST_PROGRAM: Final = 5_000  # instructions
_MOST_SLOTS: Final = 200  # for groups and loops
_MOST_REMEMBERED: Final = 1_000_000  # slots of all alternatives that wait to be tried
_STEPS_AT_ONCE: Final = 50  # of the machine, between two payments
_PRICE: Final = 20  # steps of the run for one of the machine: what is hostile ends in 0.1 s

Captures = tuple[int, ...]  # start and end of each group, -1 for none; then marks of loops
Instruction = tuple[Any, ...]
Emitter = Callable[["Program"], None]

_MEMBER, _SPLIT, _JUMP, _SAVE, _BACK, _PLACE, _PROGRESS, _MATCH = range(8)


class Program:
    """Instructions; loops take a slot behind those of the groups for where they began."""

    def __init__(self, groups: int) -> None:
        self.code: list[Instruction] = []
        self.slots = 2 * (groups + 1)

    def add(self, *instruction: Any) -> int:
        """Append an instruction; its place."""
        if len(self.code) >= _LONGEST_PROGRAM:
            raise Unanswerable("the pattern needs too much memory; repeat less in it")
        self.code.append(instruction)
        return len(self.code) - 1

    def splits(self, *, lazy: bool) -> Callable[[int], None]:
        """Go on here or elsewhere; what is returned sets where."""
        place = self.add(_SPLIT)
        here = place + 1

        def elsewhere(there: int) -> None:
            self.code[place] = (_SPLIT, there, here) if lazy else (_SPLIT, here, there)

        return elsewhere


class ByTrying:
    """Writes the parts of a pattern as instructions."""

    def __init__(self, *, any_case: bool) -> None:
        self.any_case = any_case

    def members(self, members: Members, *, inverted: bool = False) -> Emitter:
        """One character of a class."""
        ranges = members.spelled_out()
        ranges = sets.inverted(ranges) if inverted else ranges
        starts, ends = [first for first, _ in ranges], [last for _, last in ranges]
        return lambda program: _ignore(program.add(_MEMBER, starts, ends))

    def anything(self) -> Emitter:
        """Any character."""
        return self.members(Members(), inverted=True)

    def place(self, kind: str) -> Emitter:
        """The start or end of the text, or with the flag m of a line."""
        return lambda program: _ignore(program.add(_PLACE, _PLACES[kind]))

    def back(self, group: int) -> Emitter:
        """What a group has matched."""
        return lambda program: _ignore(program.add(_BACK, group, self.any_case))

    def sequence(self, pieces: Sequence[Emitter]) -> Emitter:
        """One after another."""

        def emit(program: Program) -> None:
            for piece in pieces:
                piece(program)

        return emit

    def either(self, branches: Sequence[Emitter]) -> Emitter:
        """The first that leads to a match."""

        def emit(program: Program) -> None:
            jumps = []
            for branch in branches[:-1]:
                elsewhere = program.splits(lazy=False)
                branch(program)
                jumps.append(program.add(_JUMP))
                elsewhere(len(program.code))
            branches[-1](program)
            for place in jumps:
                program.code[place] = (_JUMP, len(program.code))

        return emit

    def group(self, inner: Emitter, number: int | None) -> Emitter:
        """A group, which captures when it has a number."""
        if number is None:
            return inner

        def emit(program: Program) -> None:
            program.add(_SAVE, 2 * number)
            inner(program)
            program.add(_SAVE, 2 * number + 1)

        return emit

    def repeated(self, inner: Emitter, least: int, most: int | None, *, lazy: bool) -> Emitter:
        """So many times."""

        def emit(program: Program) -> None:
            for _ in range(least):
                inner(program)
            if most is None:
                _loop(program, inner, lazy=lazy)
                return
            exits = []
            for _ in range(most - least):
                exits.append(program.splits(lazy=lazy))
                inner(program)
            for elsewhere in exits:
                elsewhere(len(program.code))

        return emit


def _loop(program: Program, inner: Emitter, *, lazy: bool) -> None:
    mark = program.slots
    program.slots += 1
    start = len(program.code)
    elsewhere = program.splits(lazy=lazy)
    program.add(_SAVE, mark)
    inner(program)
    program.add(_PROGRESS, mark, start)
    elsewhere(len(program.code))


def _ignore(_place: int) -> None:
    """An emitter gives nothing."""


_PLACES: Final[dict[str, Callable[[str, int], bool]]] = {
    "start": lambda _text, at: at == 0,
    "end": lambda text, at: at == len(text),
    "line start": lambda text, at: at == 0 or (text[at - 1] == "\n" and at < len(text)),
    "line end": lambda text, at: at == len(text) or text[at] == "\n",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One match, as RE2 has it: places and texts in UTF-8."""

    text: str
    captures: Captures
    first_byte: int

    def start(self) -> int:
        """Where it begins, in bytes."""
        return self.first_byte

    def end(self) -> int:
        """Where it ends, in bytes."""
        return self.first_byte + len(self.text[self.captures[0] : self.captures[1]].encode())

    def group(self, number: int) -> bytes | None:
        """What a group matched; None when it took no part."""
        first, last = self.captures[2 * number : 2 * number + 2]
        return None if last < 0 else self.text[first:last].encode()


class Machine:
    """A compiled pattern, used as one of RE2; whoever uses it pays with a run."""

    def __init__(self, emitter: Emitter, groups: int, run: Run | None = None) -> None:
        program = Program(groups)
        emitter(program)
        program.add(_MATCH)
        if program.slots > _MOST_SLOTS:
            raise Unanswerable("the pattern has too many groups and repetitions")
        self._code, self._empty = program.code, (-1,) * program.slots
        self._run = run

    def paid_by(self, run: Run) -> "Machine":
        """The same, paid by this run."""
        machine = Machine.__new__(Machine)
        machine._code, machine._empty, machine._run = self._code, self._empty, run
        return machine

    def search(self, text: bytes) -> Found | None:
        """The first match."""
        return next(self.finditer(text), None)

    def finditer(self, text: bytes) -> Iterator[Found]:
        """All matches from left to right that do not overlap."""
        characters = text.decode()
        at = counted = in_bytes = 0
        while at <= len(characters):
            captures = self._matched(characters, at)
            if captures is None:
                at += 1
                continue
            in_bytes += len(characters[counted:at].encode())
            counted = at
            yield Found(characters, captures, in_bytes)
            at = max(captures[1], at + (captures[1] == captures[0]))

    def _matched(self, text: str, start: int) -> Captures | None:
        """The groups of the match that begins here."""
        waiting: list[tuple[int, int, Captures]] = [(0, start, self._empty)]
        steps = 0
        while waiting:
            place, at, captures = waiting.pop()
            while place >= 0:
                steps += 1
                if steps % _STEPS_AT_ONCE == 0:
                    self._pay(_STEPS_AT_ONCE, len(waiting))
                instruction = self._code[place]
                if instruction[0] == _MATCH:
                    self._pay(steps % _STEPS_AT_ONCE, 0)
                    return (start, at, *captures[2:])
                if instruction[0] == _SPLIT:
                    waiting.append((instruction[2], at, captures))
                    place = instruction[1]
                    continue
                place, at, captures = _step(instruction, place, text, at, captures)
        self._pay(steps % _STEPS_AT_ONCE, 0)
        return None

    def _pay(self, steps: int, alternatives: int) -> None:
        if alternatives * len(self._empty) > _MOST_REMEMBERED:
            raise Unanswerable("the pattern has too many ways to match this text")
        if self._run is not None:
            self._run.spend(1 + steps * _PRICE)


def _step(
    instruction: Instruction, place: int, text: str, at: int, captures: Captures
) -> tuple[int, int, Captures]:
    """Where to go on from an instruction; place -1 when it fails."""
    match instruction:
        case (int(op), starts, ends) if op == _MEMBER:
            return (place + 1, at + 1, captures) if _is_in(text, at, starts, ends) else _FAILED
        case (int(op), slot) if op == _SAVE:
            return place + 1, at, (*captures[:slot], at, *captures[slot + 1 :])
        case (int(op), there) if op == _JUMP:
            return there, at, captures
        case (int(op), is_there) if op == _PLACE:
            return (place + 1, at, captures) if is_there(text, at) else _FAILED
        case (int(op), mark, start) if op == _PROGRESS:
            return (start if at > captures[mark] else place + 1), at, captures
    _, group, any_case = instruction
    return _repeated_text(place, text, at, captures, (group, any_case))


_FAILED: Final[tuple[int, int, Captures]] = (-1, 0, ())


def _is_in(text: str, at: int, starts: list[int], ends: list[int]) -> bool:
    if at >= len(text):
        return False
    point = ord(text[at])
    found = bisect_right(starts, point) - 1
    return found >= 0 and point <= ends[found]


def _repeated_text(
    place: int, text: str, at: int, captures: Captures, back: tuple[int, bool]
) -> tuple[int, int, Captures]:
    """The same text once more; that of a group without a match is empty."""
    group, any_case = back
    first, last = captures[2 * group : 2 * group + 2]
    wanted = text[first:last] if last >= 0 else ""
    found = text[at : at + len(wanted)]
    same = found == wanted or (
        any_case and len(found) == len(wanted) and all(map(_is_same_letter, found, wanted))
    )
    return (place + 1, at + len(wanted), captures) if same else _FAILED


def _is_same_letter(one: str, other: str) -> bool:
    both: Ranges = sets.any_case(((ord(one), ord(one)),))
    return any(first <= ord(other) <= last for first, last in both)
