"""Character classes of XPath regular expressions, written for RE2.

XML Schema Part 2, appendix F.1, has what RE2 lacks: subtraction (`[a-z-[aeiou]]`), `\\i` and `\\c`,
blocks. A class becomes named categories where RE2 knows them, and code point ranges otherwise.
"""

from dataclasses import dataclass
from typing import Final

from workflows.feel.errors import Unanswerable
from workflows.feel.functions import character_sets as sets
from workflows.feel.functions.character_sets import Ranges

SINGLE_ESCAPES: Final = {
    "n": "\n", "r": "\r", "t": "\t", **{sign: sign for sign in "\\|.?*+(){}-[]^$"}
}  # fmt: skip
_NOT_IN_RE2: Final = frozenset({"C", "Cn", "Cs"})
_WORD: Final = ("L", "M", "N", "S")  # \w is everything but P, Z and C


@dataclass(frozen=True, slots=True)
class Members:
    """What a class contains: ranges, and categories that RE2 knows by name."""

    ranges: Ranges = ()
    categories: tuple[str, ...] = ()

    def __or__(self, other: "Members") -> "Members":
        """What is in either."""
        return Members(
            sets.united((*self.ranges, *other.ranges)), self.categories + other.categories
        )

    def spelled_out(self) -> Ranges:
        """All members as ranges."""
        named = (sets.category_ranges(name) or () for name in self.categories)
        return sets.united((*self.ranges, *(each for ranges in named for each in ranges)))

    def inverted(self) -> "Members":
        """Everything else."""
        return Members(sets.inverted(self.spelled_out()))

    def without(self, other: "Members") -> "Members":
        """What is not in the other."""
        return Members(sets.without(self.spelled_out(), other.spelled_out()))

    def written(self, *, inverted: bool = False) -> str:
        """As a class of RE2."""
        inner = "".join(rf"\p{{{name}}}" for name in self.categories) + "".join(
            rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in self.ranges
        )
        if not inner:
            return _written_everything(everything=inverted)
        return f"[^{inner}]" if inverted else f"[{inner}]"


def _written_everything(*, everything: bool) -> str:
    return r"[\x{0}-\x{10FFFF}]" if everything else r"[^\x{0}-\x{10FFFF}]"


def single(character: str) -> Members:
    """One character."""
    return Members(((ord(character), ord(character)),))


@dataclass(slots=True)
class Reader:
    """Reads a pattern from left to right."""

    pattern: str
    at: int = 0

    def peek(self) -> str:
        """The next character, or "" at the end."""
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        """The next character; raises Unanswerable at the end."""
        character = self.peek()
        if not character:
            raise self.fault("it ends too early")
        self.at += 1
        return character

    def takes(self, text: str) -> bool:
        """Take this text if it comes next."""
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def fault(self, reason: str) -> Unanswerable:
        """Why this is not a pattern, to be raised."""
        return Unanswerable(f"the pattern is not valid at position {self.at + 1}: {reason}")


def escape(reader: Reader) -> tuple[Members, bool]:
    """What an escape after its backslash stands for; and whether it names more than one."""
    sign = reader.take()
    if sign in SINGLE_ESCAPES:
        return single(SINGLE_ESCAPES[sign]), False
    if sign in "pP":
        members = _category_or_block(reader)
    elif sign.lower() in _MULTIPLE:
        members = _MULTIPLE[sign.lower()]
    else:
        reader.at -= 1
        raise reader.fault(f"\\{sign} means nothing")
    return (members.inverted() if sign.isupper() else members), True


_MULTIPLE: Final = {
    "d": Members(categories=("Nd",)),
    "s": Members(sets.WHITE_SPACE),
    "w": Members(categories=_WORD),
    "i": Members(sets.NAME_START),
    "c": Members(sets.NAME_CHARACTERS),
}


def _category_or_block(reader: Reader) -> Members:
    if not reader.takes("{"):
        raise reader.fault("\\p needs a name in braces")
    end = reader.pattern.find("}", reader.at)
    name = reader.pattern[reader.at : end] if end >= 0 else ""
    ranges = sets.block_ranges(name[2:]) if name.startswith("Is") else sets.category_ranges(name)
    if ranges is None:
        raise reader.fault(f"there is no category or block {name[:40]!r}")
    reader.at = end + 1
    if name.startswith("Is") or name in _NOT_IN_RE2:
        return Members(ranges)
    return Members(categories=(name,))


def character_class(reader: Reader, *, any_case: bool, depth: int = 0) -> Members:
    """A class after its opening bracket, up to and with the closing one."""
    if depth > 20:
        raise reader.fault("classes are nested too deep")
    negative = reader.takes("^")
    members = _group(reader, any_case=any_case)
    if negative:
        members = members.inverted()
    if reader.takes("-["):
        members = members.without(character_class(reader, any_case=any_case, depth=depth + 1))
    if not reader.takes("]"):
        raise reader.fault("] is missing")
    return members


def _group(reader: Reader, *, any_case: bool) -> Members:
    """The members of a class, before a subtraction or the end."""
    literal: list[tuple[int, int]] = []
    named = Members()
    start = reader.at
    while not reader.pattern.startswith(("]", "-["), reader.at) or reader.at == start:
        members, is_named = _member(reader, is_first=reader.at == start)
        if is_named:
            named |= members
        else:
            literal.append(_range_from(reader, members.ranges[0][0]))
    ranges = sets.united(literal)
    return Members(sets.any_case(ranges) if any_case else ranges) | named


def _member(reader: Reader, *, is_first: bool) -> tuple[Members, bool]:
    character = reader.take()
    if character == "\\":
        return escape(reader)
    if character in "[]":
        reader.at -= 1
        raise reader.fault(f"{character} in a class needs a backslash")
    if character == "-" and not is_first and reader.peek() not in ("]", "-"):
        reader.at -= 1
        raise reader.fault("- in a class needs a backslash, or a place at its start or end")
    return single(character), False


def _range_from(reader: Reader, first: int) -> tuple[int, int]:
    """The range that begins with this character, or the character alone."""
    following = reader.pattern[reader.at + 1 : reader.at + 2]
    if reader.peek() != "-" or following in ("]", "["):
        return first, first
    reader.at += 1
    members, is_named = _member(reader, is_first=False)
    last = members.ranges[0][0] if not is_named else -1
    if last < first:
        raise reader.fault("a range must go from a character to a later one")
    return first, last
