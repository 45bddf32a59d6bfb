"""Intervals of numbers on a line: which rules hold at each point and between the points."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from workflows.feel import syntax


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`; None is infinity."""

    low: Decimal | None
    high: Decimal | None
    includes_low: bool
    includes_high: bool


def point(value: Decimal) -> Interval:
    """The interval of one number."""
    return Interval(value, value, includes_low=True, includes_high=True)


def intervals_of(tree: syntax.UnaryTests) -> list[Interval] | None:
    """The intervals that unary tests list, None when they are more than constant intervals."""
    found = []
    for test in tree.tests:
        interval = _interval_of(test)
        if interval is None:
            return None
        found.append(interval)
    return found


def _interval_of(test: syntax.Tree) -> Interval | None:
    match test:
        case syntax.OneSided(operator, bound):
            value = _number(bound)
            return None if value is None else _one_sided(operator, value)
        case syntax.RangeLiteral(low, high, includes_low, includes_high):
            start, end = _number(low), _number(high)
            if start is None or end is None or start > end:
                return None
            return Interval(start, end, includes_low, includes_high)
    value = _number(test)
    return None if value is None else point(value)


def _one_sided(operator: str, value: Decimal) -> Interval | None:
    match operator:
        case "<" | "<=":
            return Interval(None, value, includes_low=False, includes_high=operator == "<=")
        case ">" | ">=":
            return Interval(value, None, includes_low=operator == ">=", includes_high=False)
        case "=":
            return point(value)
    return None


def _number(tree: syntax.Tree) -> Decimal | None:
    match tree:
        case syntax.Literal(Decimal() as value):
            return value
        case syntax.Negation(syntax.Literal(Decimal() as value)):
            return -value
    return None


def masks_of(
    spans: Iterable[tuple[int, bool, list[Interval]]], always: int
) -> tuple[list[Decimal], list[int]]:
    """The end points in order, and a mask for each place on the line.

    A span is the mask of its rules, whether it is negated, and its intervals. Place 2n lies before
    point n, place 2n + 1 on it.
    """
    spans = list(spans)
    ends = (end for _, _, all_of in spans for each in all_of for end in (each.low, each.high))
    points = sorted({end for end in ends if end is not None})
    place_of = {point: 2 * position + 1 for position, point in enumerate(points)}
    places = 2 * len(points) + 1
    begins: list[int] = [0] * (places + 1)
    stops: list[int] = [0] * (places + 1)
    for mask, negated, intervals in spans:
        covered = _covered([_places(each, place_of, places) for each in intervals])
        for first, last in _complement(covered, places) if negated else covered:
            begins[first] |= mask
            stops[last + 1] |= mask
    masks, current = [], always
    for place in range(places):
        current = ((current & ~stops[place]) | begins[place]) | always
        masks.append(current)
    return points, masks


def _places(interval: Interval, place_of: dict[Decimal, int], places: int) -> tuple[int, int]:
    """The first and the last place that an interval covers."""
    first = 0 if interval.low is None else place_of[interval.low] + (not interval.includes_low)
    if interval.high is None:
        return first, places - 1
    return first, place_of[interval.high] - (not interval.includes_high)


def _covered(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges that overlap or touch become one; empty ones go."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(each for each in ranges if each[0] <= each[1]):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _complement(ranges: list[tuple[int, int]], places: int) -> list[tuple[int, int]]:
    gaps, begin = [], 0
    for first, last in ranges:
        if begin < first:
            gaps.append((begin, first - 1))
        begin = last + 1
    if begin < places:
        gaps.append((begin, places - 1))
    return gaps
