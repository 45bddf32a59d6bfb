"""What changed between what is and what is proposed, as data for a page. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import takewhile, zip_longest
from typing import Any, NamedTuple

MOST_WORDS = 1_000  # beyond the common start and end; longer texts are shown as replaced
LONG_TEXT = 80  # characters from which a word diff is easier to read than two values

Path = tuple[str | int, ...]


class Kind(StrEnum):
    """What became of a field."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Absent:
    """Stands for a field that is not there, which is something else than null."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


class Piece(NamedTuple):
    """A run of words that stays, comes or goes."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field of two payloads; `current` or `proposed` is ABSENT where it does not exist."""

    path: Path
    kind: Kind
    current: Any
    proposed: Any

    @property
    def label(self) -> str:
        """The path as people write it: applicant.debts[2].amount."""
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return "".join(parts).removeprefix(".")

    @property
    def words(self) -> list[Piece]:
        """A word diff when both are texts and one is long; empty otherwise."""
        texts = [value for value in (self.current, self.proposed) if isinstance(value, str)]
        if self.kind is Kind.CHANGED and len(texts) == 2 and max(map(len, texts)) > LONG_TEXT:
            return word_diff(*texts)
        return []


def changes(current: Any, proposed: Any) -> list[Change]:
    """The fields that differ, in the order of the current payload, new ones at the end."""
    return [change for change in fields(current, proposed) if change.kind is not Kind.SAME]


def fields(current: Any, proposed: Any, path: Path = ()) -> Iterator[Change]:
    """Every field of two JSON values, the same ones too."""
    if isinstance(current, dict) and isinstance(proposed, dict):
        for key in dict.fromkeys((*current, *proposed)):
            yield from fields(current.get(key, ABSENT), proposed.get(key, ABSENT), (*path, key))
    elif isinstance(current, list) and isinstance(proposed, list):
        for index, pair in enumerate(zip_longest(current, proposed, fillvalue=ABSENT)):
            yield from fields(*pair, (*path, index))
    else:
        yield Change(path, _kind(current, proposed), current, proposed)


def _kind(current: Any, proposed: Any) -> Kind:
    if current is ABSENT:
        return Kind.ADDED
    if proposed is ABSENT:
        return Kind.REMOVED
    return Kind.SAME if _is_same(current, proposed) else Kind.CHANGED


def _is_same(one: Any, other: Any) -> bool:
    """As JSON sees it: 1 and 1.0 are one number, 1 and true are not one value."""
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def word_diff(current: str, proposed: str) -> list[Piece]:
    """Words that stay, go and come; the pieces put together give either text back exactly."""
    old, new = _words(current), _words(proposed)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle = _middle(old[start : len(old) - end], new[start : len(new) - end])
    tail = old[len(old) - end :]
    pieces = [Piece(Kind.SAME, "".join(old[:start])), *middle, Piece(Kind.SAME, "".join(tail))]
    return [piece for piece in pieces if piece.text]


def _words(text: str) -> list[str]:
    return re.findall(r"\S+\s*|\s+", text)


def _common(old: list[str], new: list[str]) -> int:
    pairs = zip(old, new, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _middle(old: list[str], new: list[str]) -> Iterator[Piece]:
    if max(len(old), len(new)) > MOST_WORDS:
        yield Piece(Kind.REMOVED, "".join(old))
        yield Piece(Kind.ADDED, "".join(new))
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Kind.SAME, "".join(old[a:b]))
        else:
            yield Piece(Kind.REMOVED, "".join(old[a:b]))
            yield Piece(Kind.ADDED, "".join(new[c:d]))
