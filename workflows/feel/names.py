"""Names that consist of several words: found by longest match (DMN 1.5, 10.3.1.4).

They are kept as a tree of words, so a look-up costs no more than the words it matches, however
many names are declared.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from workflows.feel.errors import FeelError
from workflows.feel.lexer import (
    KEYWORDS,
    NAME,
    NAME_PART,
    NAME_START,
    NUMBER,
    OTHER,
    QUOTED,
    WHITE_SPACE,
    words,
)

MOST_WORDS = 64  # in one name; signs count as words
MOST_REMEMBERED = 1_000  # names; more come from data, not from a model
WITHIN_NAMES = frozenset(
    [NAME, QUOTED, NUMBER, OTHER, "+", "-", "*", "**", "/", ".", "->", "..", *KEYWORDS]
)
LITERALS = frozenset(["true", "false", "null"])

FUNCTIONS = (
    "date and time",
    "years and months duration",
    "string length",
    "upper case",
    "lower case",
    "substring before",
    "substring after",
    "starts with",
    "ends with",
    "string join",
    "list contains",
    "list replace",
    "insert before",
    "index of",
    "distinct values",
    "day of year",
    "day of week",
    "month of year",
    "week of year",
    "get value",
    "get entries",
    "context put",
    "context merge",
    "round up",
    "round down",
    "round half up",
    "round half down",
    "met by",
    "overlaps before",
    "overlaps after",
    "finished by",
    "started by",
    "get or else",
    "is defined",
    "is empty",
    "is blank",
    "put all",
    "duplicate values",
    "random number",
    "last day of month",
    "to base64",
    "from json",
    "to json",
)
TYPES = ("date and time", "days and time duration", "years and months duration")

_SPACES = re.compile(f"[{WHITE_SPACE}]+")
_PLAIN = re.compile(f"[{NAME_START}][{NAME_PART}]*")


class Node:
    """A word within names; `live` counts the declarations of the name that ends here."""

    __slots__ = ("after", "live", "name")

    def __init__(self) -> None:
        self.after: Names = {}
        self.live = 0
        self.name = ""


Names = dict[str, Node]


def normalised(name: str) -> str:
    """The name without white space around it and with single spaces inside."""
    return _SPACES.sub(" ", name).strip(" ")


def add(names: Names, name: str, parts: Sequence[str]) -> None:
    """Declare a name that consists of these words."""
    node = _node(names, parts)
    node.name = name
    node.live += 1


def drop(names: Names, parts: Sequence[str]) -> None:
    """End the declaration of the name that consists of these words."""
    _node(names, parts).live -= 1


def _node(names: Names, parts: Sequence[str]) -> Node:
    node = Node()
    for part in parts:
        node = names.setdefault(part, Node())
        names = node.after
    return node


def longest(names: Names, texts: Sequence[str], position: int) -> tuple[str, int]:
    """The longest declared name that starts here and the position behind it, or "" and here."""
    name, end = "", position
    while node := names.get(texts[position]):
        position += 1
        if node.live > 0:
            name, end = node.name, position
        names = node.after
    return name, end


def parts_of(name: str) -> tuple[str, ...]:
    """The words of a name that needs declaring; () for one word, or when it cannot be written.

    What starts like a literal or an operator cannot: a variable called `1 + 1` must not change
    what `1 + 1` means.
    """
    if _PLAIN.fullmatch(name) and name not in KEYWORDS:
        return ()
    try:
        found = words(name)
    except FeelError:
        return ()
    parts = tuple(found.texts[:-1])
    if not 0 < len(parts) <= MOST_WORDS or parts in _UNDECLARABLE:
        return ()
    return parts if _is_name(found.kinds[:-1]) else ()


_UNDECLARABLE = {(literal,) for literal in LITERALS}


def _is_name(kinds: Sequence[str]) -> bool:
    first = kinds[0]
    starts = first in (NAME, OTHER) or first in KEYWORDS or (first == NUMBER and NAME in kinds[1:2])
    return starts and WITHIN_NAMES.issuperset(kinds)


def tree_of(names: Iterable[str]) -> Names:
    """The names that consist of several words, as a tree."""
    tree: Names = {}
    for name in names:
        name = normalised(name)  # noqa: PLW2901 - only the normalised form counts
        parts = parts_of(name)
        if parts:
            add(tree, name, parts)
    return tree


def declared(names: Collection[str]) -> Names:
    """The tree of declared names; remembered, since all texts of a model declare the same."""
    if len(names) > MOST_REMEMBERED:
        return tree_of(names)
    return _remembered(tuple(names)) if names else {}


@lru_cache(maxsize=128)
def _remembered(names: tuple[str, ...]) -> Names:
    return tree_of(names)


FUNCTION_NAMES = tree_of(FUNCTIONS)
TYPE_NAMES = tree_of(TYPES)
