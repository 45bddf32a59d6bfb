"""Regular expressions of XPath 2.0 (Functions and Operators, 7.6.1), translated for RE2.

RE2 needs time proportional to the text, whatever the pattern. Back-references cannot be matched in
such time, so they are refused. Everything that is written for RE2 is written by this module: no
part of a pattern is handed on as it is.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import re2  # type: ignore[import-untyped]

from workflows.feel.errors import Unanswerable
from workflows.feel.functions import character_sets as sets
from workflows.feel.functions.xpath_classes import Members, Reader, character_class, escape, single

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
    translation = _Translation(Reader(source), flags)
    written = translation.whole()
    try:
        regex = re2.compile(written.encode(), _options())
    except re2.error:
        raise Unanswerable("the pattern needs too much memory; repeat less in it") from None
    return Pattern(regex, translation.groups, translation.has_line_starts)


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


@dataclass(slots=True)
class _Translation:
    reader: Reader
    flags: str
    groups: int = 0
    has_line_starts: bool = field(default=False)

    def whole(self) -> str:
        """The whole pattern, written for RE2."""
        written = self._alternatives(0)
        if self.reader.peek():
            raise self.reader.fault(") has no (")
        return written

    def _alternatives(self, depth: int) -> str:
        if depth > DEEPEST_GROUPS:
            raise self.reader.fault(f"groups are nested more than {DEEPEST_GROUPS} deep")
        branches = [self._branch(depth)]
        while self.reader.takes("|"):
            branches.append(self._branch(depth))
        return "|".join(branches)

    def _branch(self, depth: int) -> str:
        pieces = []
        while self.reader.peek() not in ("", "|", ")"):
            pieces.append(self._atom(depth) + self._quantifier())
        return "".join(pieces)

    def _quantifier(self) -> str:
        sign = self.reader.peek()
        if sign == "{":
            written = self._quantity()
        elif sign and sign in "?*+":
            written = self.reader.take()
        else:
            return ""
        return written + ("?" if self.reader.takes("?") else "")

    def _quantity(self) -> str:
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
        return f"{{{int(least)}{comma or ''}{int(most) if most else ''}}}"

    def _atom(self, depth: int) -> str:
        character = self.reader.take()
        if character == "(":
            return self._group(depth)
        if character == "[":
            return character_class(self.reader, any_case="i" in self.flags).written()
        if character == "\\":
            return self._escape()
        if character in ".^$":
            return self._sign(character)
        if character in "?*+{}]":
            self.reader.at -= 1
            raise self.reader.fault(f"{character} needs a backslash here")
        return self._literal(character)

    def _group(self, depth: int) -> str:
        if self.reader.takes("?:"):
            opening = "(?:"
        elif self.reader.peek() == "?":
            raise self.reader.fault("(? is not part of XPath's regular expressions")
        else:
            self.groups += 1
            opening = "("
        inner = self._alternatives(depth + 1)
        if not self.reader.takes(")"):
            raise self.reader.fault(") is missing")
        return f"{opening}{inner})"

    def _escape(self) -> str:
        sign = self.reader.peek()
        if sign and sign in "123456789":
            raise Unanswerable(
                f"the back-reference \\{sign} is not supported, because such patterns cannot be "
                "matched in linear time"
            )
        members, is_named = escape(self.reader)
        return members.written() if is_named else self._literal(chr(members.ranges[0][0]))

    def _literal(self, character: str) -> str:
        members = single(character)
        if "i" in self.flags:
            members = Members(sets.any_case(members.ranges))
        return members.written()

    def _sign(self, character: str) -> str:
        lines = "m" in self.flags
        if character == ".":
            return single("\n").written(inverted=True) if "s" not in self.flags else "(?s:.)"
        if character == "^":
            self.has_line_starts |= lines
            return "(?m:^)" if lines else r"\A"
        return "(?m:$)" if lines else r"\z"
