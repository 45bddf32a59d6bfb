"""Regular expressions of XPath 2.0 (Functions and Operators, 7.6.1), translated for RE2.

RE2 needs time proportional to the text, whatever the pattern. Back-references cannot be matched in
such time: patterns with them are tried step by step, each of which is paid for. Everything that is
written for RE2 is written by this module: no part of a pattern is handed on as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

import re2  # type: ignore[import-untyped]

from workflows.feel.errors import Unanswerable
from workflows.feel.functions import character_sets as sets
from workflows.feel.functions.back_references import ByTrying, Machine
from workflows.feel.functions.xpath_classes import Members, Reader, character_class, escape, single
from workflows.feel.run import Run

LONGEST_PATTERN: Final = 1_000  # characters
MOST_REPETITIONS: Final = 1_000  # what RE2 can count to
DEEPEST_GROUPS: Final = 50
_MEMORY: Final = 6 << 20  # bytes for one compiled pattern
_REMEMBERED: Final = 32  # compiled patterns
_QUANTITY: Final = re.compile(r"\{([0-9]{1,9})(?:(,)([0-9]{1,9})?)?\}")
_WHITE_SPACE: Final = " \t\n\r"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; it matches UTF-8."""

    regex: Any
    groups: int
    has_line_starts: bool  # ^ with the flag m

    def matches(self, text: bytes) -> bool:
        """Whether the pattern matches somewhere in the text."""
        if not self.has_line_starts or not text.endswith(b"\n"):
            return self.regex.search(text) is not None
        # Behind a final line break no line starts in XPath, but one does in RE2.
        return any(found.start() < len(text) for found in self.regex.finditer(text))

    def paid_by(self, run: Run) -> "Pattern":
        """The pattern, whose matching this run pays for where it is not linear."""
        if isinstance(self.regex, Machine):
            return replace(self, regex=self.regex.paid_by(run))
        return self

    @property
    def matches_nothing(self) -> bool:
        """Whether it matches the empty string, which `replace` and `split` do not allow."""
        return self.regex.search(b"") is not None


@lru_cache(maxsize=_REMEMBERED)
def compiled(pattern: str, flags: str = "") -> Pattern:
    """The pattern, ready to use; raises Unanswerable when it is not valid or not supported."""
    if len(pattern) > LONGEST_PATTERN:
        raise Unanswerable(f"the pattern is longer than {LONGEST_PATTERN} characters")
    if not set(flags) <= set("smix"):
        raise Unanswerable("`flags` may hold s, m, i and x only")
    source = _without_white_space(pattern) if "x" in flags else pattern
    translation = _Translation(Reader(source), flags, _ForRe2())
    try:
        regex = re2.compile(translation.whole().encode(), _options())
    except re2.error:
        raise Unanswerable("the pattern needs too much memory; repeat less in it") from None
    except _RefersBack:
        return _tried(source, flags)
    return Pattern(regex, translation.groups, translation.has_line_starts)


def _tried(source: str, flags: str) -> Pattern:
    """A pattern with back-references."""
    translation = _Translation(Reader(source), flags, ByTrying(any_case="i" in flags))
    emitter = translation.whole()
    return Pattern(Machine(emitter, translation.groups), translation.groups, has_line_starts=False)


def _options() -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return options


def _without_white_space(pattern: str) -> str:
    """The flag x: white space counts inside of classes only."""
    kept = []
    depth = 0
    escaped = False
    for character in pattern:
        if not depth and character in _WHITE_SPACE:
            continue
        kept.append(character)
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            depth = max(0, depth + (character == "[") - (character == "]"))
    return "".join(kept)


class _RefersBack(Exception):
    """The pattern has a back-reference, so it is nothing for RE2."""


class _ForRe2:
    """Writes the parts of a pattern for RE2."""

    def members(self, members: Members, *, inverted: bool = False) -> str:
        """One character of a class."""
        return members.written(inverted=inverted)

    def anything(self) -> str:
        """Any character."""
        return "(?s:.)"

    def place(self, kind: str) -> str:
        """The start or end of the text, or with the flag m of a line."""
        return _PLACES[kind]

    def back(self, _group: int) -> str:
        """What a group has matched."""
        raise _RefersBack

    def sequence(self, pieces: Sequence[str]) -> str:
        """One after another."""
        return "".join(pieces)

    def either(self, branches: Sequence[str]) -> str:
        """The first that leads to a match."""
        return "|".join(branches)

    def group(self, inner: str, number: int | None) -> str:
        """A group, which captures when it has a number."""
        return f"(?:{inner})" if number is None else f"({inner})"

    def repeated(self, inner: str, least: int, most: int | None, *, lazy: bool) -> str:
        """So many times."""
        bounds = f"{{{least},{'' if most is None else most}}}"
        return f"{inner}{_SIGNS.get((least, most), bounds)}{'?' if lazy else ''}"


_PLACES: Final = {"start": r"\A", "end": r"\z", "line start": "(?m:^)", "line end": "(?m:$)"}
_QUANTIFIERS: Final[dict[str, tuple[int, int | None]]] = {
    "?": (0, 1),
    "*": (0, None),
    "+": (1, None),
}
_SIGNS: Final = {bounds: sign for sign, bounds in _QUANTIFIERS.items()}


@dataclass(slots=True)
class _Translation:
    """Reads a pattern; what is written of it is up to the writer."""

    reader: Reader
    flags: str
    writer: Any  # _ForRe2 or ByTrying: the parts that it gives are its own affair
    groups: int = 0
    closed: set[int] = field(default_factory=set)
    has_line_starts: bool = field(default=False)

    def whole(self) -> Any:
        """The whole pattern, as the writer has it."""
        written = self._alternatives(0)
        if self.reader.peek():
            raise self.reader.fault(") has no (")
        return written

    def _alternatives(self, depth: int) -> Any:
        if depth > DEEPEST_GROUPS:
            raise self.reader.fault(f"groups are nested more than {DEEPEST_GROUPS} deep")
        branches = [self._branch(depth)]
        while self.reader.takes("|"):
            branches.append(self._branch(depth))
        return self.writer.either(branches)

    def _branch(self, depth: int) -> Any:
        pieces = []
        while self.reader.peek() not in ("", "|", ")"):
            pieces.append(self._quantified(self._atom(depth)))
        return self.writer.sequence(pieces)

    def _quantified(self, atom: Any) -> Any:
        sign = self.reader.peek()
        if sign == "{":
            least, most = self._quantity()
        elif sign in _QUANTIFIERS:
            least, most = _QUANTIFIERS[self.reader.take()]
        else:
            return atom
        return self.writer.repeated(atom, least, most, lazy=self.reader.takes("?"))

    def _quantity(self) -> tuple[int, int | None]:
        found = _QUANTITY.match(self.reader.pattern, self.reader.at)
        if not found:
            raise self.reader.fault("{ begins a quantity such as {2,3}")
        least, comma, most = found.groups()
        bounds = [int(bound) for bound in (least, most) if bound]
        if bounds != sorted(bounds):
            raise self.reader.fault("the quantity ends before it begins")
        if bounds[-1] > MOST_REPETITIONS:
            raise self.reader.fault(f"more than {MOST_REPETITIONS} repetitions are not supported")
        self.reader.at = found.end()
        return bounds[0], bounds[-1] if most or not comma else None

    def _atom(self, depth: int) -> Any:
        character = self.reader.take()
        if character == "(":
            return self._group(depth)
        if character == "[":
            members = character_class(self.reader, any_case="i" in self.flags)
            return self.writer.members(members)
        if character == "\\":
            return self._escape()
        if character in ".^$":
            return self._sign(character)
        if character in "?*+{}]":
            self.reader.at -= 1
            raise self.reader.fault(f"{character} needs a backslash here")
        return self._literal(character)

    def _group(self, depth: int) -> Any:
        number = None
        if not self.reader.takes("?:"):
            if self.reader.peek() == "?":
                raise self.reader.fault("(? is not part of XPath's regular expressions")
            self.groups += 1
            number = self.groups
        inner = self._alternatives(depth + 1)
        if not self.reader.takes(")"):
            raise self.reader.fault(") is missing")
        if number is not None:
            self.closed.add(number)
        return self.writer.group(inner, number)

    def _escape(self) -> Any:
        sign = self.reader.peek()
        if sign and sign in "123456789":
            return self._back_reference()
        members, is_named = escape(self.reader)
        if is_named:
            return self.writer.members(members)
        return self._literal(chr(members.ranges[0][0]))

    def _back_reference(self) -> Any:
        """As many digits as still name a group that is complete."""
        number = int(self.reader.take())
        while (digit := self.reader.peek()) and digit in "0123456789":
            if 10 * number + int(digit) not in self.closed:
                break
            number = 10 * number + int(self.reader.take())
        if number not in self.closed:
            raise self.reader.fault(f"\\{number} refers to a group that is not complete before it")
        return self.writer.back(number)

    def _literal(self, character: str) -> Any:
        members = single(character)
        if "i" in self.flags:
            members = Members(sets.any_case(members.ranges))
        return self.writer.members(members)

    def _sign(self, character: str) -> Any:
        if character == ".":
            if "s" in self.flags:
                return self.writer.anything()
            return self.writer.members(single("\n"), inverted=True)
        place = "start" if character == "^" else "end"
        if "m" in self.flags:
            self.has_line_starts |= character == "^"
            place = f"line {place}"
        return self.writer.place(place)
