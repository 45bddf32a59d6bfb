"""Sets of characters for regular expressions of XML Schema (Part 2, appendix F) and XPath.

A set is a sorted tuple of ranges `(first, last)` of code points that neither touch nor overlap.
"""

import sys
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Final
from unicodedata import category

from workflows.feel.functions.unicode_blocks import BLOCKS

Ranges = tuple[tuple[int, int], ...]

LAST: Final = sys.maxunicode
EVERYTHING: Final[Ranges] = ((0, LAST),)
WHITE_SPACE: Final[Ranges] = ((0x09, 0x0A), (0x0D, 0x0D), (0x20, 0x20))
NAME_START: Final[Ranges] = (  # \i, XML 1.0, production 4
    (0x3A, 0x3A),
    (0x41, 0x5A),
    (0x5F, 0x5F),
    (0x61, 0x7A),
    (0xC0, 0xD6),
    (0xD8, 0xF6),
    (0xF8, 0x2FF),
    (0x370, 0x37D),
    (0x37F, 0x1FFF),
    (0x200C, 0x200D),
    (0x2070, 0x218F),
    (0x2C00, 0x2FEF),
    (0x3001, 0xD7FF),
    (0xF900, 0xFDCF),
    (0xFDF0, 0xFFFD),
    (0x10000, 0xEFFFF),
)
_NAME_MORE: Final[Ranges] = (  # what \c has beyond \i, production 4a
    (0x2D, 0x2E),
    (0x30, 0x39),
    (0xB7, 0xB7),
    (0x300, 0x36F),
    (0x203F, 0x2040),
)
_LAST_WITH_CASE: Final = 0x1E943  # no later character has another case
_CATEGORIES: Final = frozenset(
    major + minor
    for major, minors in {
        "L": "ultmo",
        "M": "nce",
        "N": "dlo",
        "P": "cdseifo",
        "Z": "slp",
        "S": "mcko",
        "C": "cfson",
    }.items()
    for minor in ("", *minors)
)


def united(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """One set of ranges in any order."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def inverted(ranges: Ranges) -> Ranges:
    """All characters outside."""
    outside = []
    start = 0
    for first, last in ranges:
        if first > start:
            outside.append((start, first - 1))
        start = last + 1
    if start <= LAST:
        outside.append((start, LAST))
    return tuple(outside)


def without(ranges: Ranges, taken: Ranges) -> Ranges:
    """The characters of the first set that are not in the second."""
    return inverted(united((*inverted(ranges), *taken)))


NAME_CHARACTERS: Final[Ranges] = united((*NAME_START, *_NAME_MORE))


@lru_cache(maxsize=1)
def _all_categories() -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for name, points in groupby(range(LAST + 1), lambda point: category(chr(point))):
        members = list(points)
        found.setdefault(name, []).append((members[0], members[-1]))
    return found


@lru_cache(maxsize=64)
def category_ranges(name: str) -> Ranges | None:
    """The characters of a Unicode general category ("L", "Lu"); None when there is no such."""
    if name not in _CATEGORIES:
        return None
    return united(
        each
        for found, ranges in _all_categories().items()
        if found.startswith(name)
        for each in ranges
    )


def block_ranges(name: str) -> Ranges | None:
    """The characters of a Unicode block ("BasicLatin"); None when there is no such."""
    return BLOCKS.get(name)


@lru_cache(maxsize=1)
def _case_variants() -> dict[int, tuple[int, ...]]:
    """For every character that has case: all that share its capital or its small letter."""
    alike: dict[tuple[str, str], list[int]] = {}
    for point in range(_LAST_WITH_CASE + 1):
        character = chr(point)
        small, capital = character.lower(), character.upper()
        if small != character or capital != character:
            alike.setdefault(("small", small), []).append(point)
            alike.setdefault(("capital", capital), []).append(point)
    variants: dict[int, set[int]] = {}
    for group in alike.values():
        for point in group:
            variants.setdefault(point, set()).update(group)
    return {point: tuple(sorted(group)) for point, group in variants.items() if len(group) > 1}


def any_case(ranges: Ranges) -> Ranges:
    """With all case variants (XPath Functions and Operators, 7.6.1.1, flag i)."""
    variants = _case_variants()
    more = [(other, other) for point in _cased_in(ranges) for other in variants[point]]
    return united((*ranges, *more))


def _cased_in(ranges: Ranges) -> list[int]:
    """The characters of the set that have case; looks through the smaller of the two."""
    variants = _case_variants()
    if sum(last - first + 1 for first, last in ranges) < len(variants):
        points = (point for first, last in ranges for point in range(first, last + 1))
        return [point for point in points if point in variants]
    return [point for point in variants if contains(ranges, point)]


def contains(ranges: Ranges, point: int) -> bool:
    """Whether a character is in the set."""
    return any(first <= point <= last for first, last in ranges)
