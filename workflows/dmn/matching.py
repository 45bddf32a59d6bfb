"""Which entries of two lists are the same ones, and which of those were moved."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

Entry = TypeVar("Entry")
Pair = tuple[int | None, int | None]  # place in the old and in the new list


def paired(
    old: Sequence[Entry], new: Sequence[Entry], keys: Sequence[Callable[[Entry], Hashable]]
) -> list[Pair]:
    """Places that belong together by the first key that finds a partner; an empty key finds none.

    New entries in their order, then old ones without a partner.
    """
    partner: dict[int, int] = {}
    left = list(range(len(old)))
    for key in keys:
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for place in left:
            waiting[key(old[place])].append(place)
        for place, entry in enumerate(new):
            found = key(entry)
            if place not in partner and found and waiting[found]:
                partner[place] = waiting[found].popleft()
        used = set(partner.values())
        left = [place for place in left if place not in used]
    return [(partner.get(place), place) for place in range(len(new))] + [(p, None) for p in left]


def grid_order(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs in the new order; what was removed stands behind what stood before it."""
    after: dict[int, list[Pair]] = defaultdict(list)
    kept = {before for before, place in pairs if before is not None and place is not None}
    for before in sorted(before for before, place in pairs if before is not None and place is None):
        neighbour = before - 1
        while neighbour >= 0 and neighbour not in kept:
            neighbour -= 1
        after[neighbour].append((before, None))
    ordered = list(after[-1])
    for pair in pairs:
        if pair[1] is not None:
            ordered.append(pair)
            if pair[0] is not None:
                ordered += after[pair[0]]
    return ordered


def steady_places(pairs: Sequence[Pair]) -> set[int]:
    """Old places of the longest run that kept its order; the other kept entries were moved."""
    olds = [before for before, place in pairs if before is not None and place is not None]
    ends: list[int] = []  # smallest end of an increasing run of each length
    ranks: list[int] = []
    for place in olds:
        rank = bisect_left(ends, place)
        ends[rank : rank + 1] = [place]
        ranks.append(rank)
    steady: set[int] = set()
    wanted = len(ends) - 1
    for place, rank in zip(reversed(olds), reversed(ranks), strict=True):
        if rank == wanted:
            steady.add(place)
            wanted -= 1
    return steady
