"""Positions in strings and lists: from 1 at the start or -1 at the end (DMN 1.5, 10.3.4)."""

from decimal import Decimal

from workflows.feel.errors import Unanswerable


def index_at(position: Decimal, length: int) -> int:
    """The index from 0 of a position; raises Unanswerable when nothing is there."""
    whole = int(position)
    if whole != position:
        raise Unanswerable(f"position {_short(position)} is not a whole number")
    if 0 < whole <= length:
        return whole - 1
    if -length <= whole < 0:
        return length + whole
    raise Unanswerable(f"there is no position {_short(position)}; the length is {length}")


def end_after(start: int, count: Decimal | None, length: int) -> int:
    """The index after `count` places from index `start`, all of which must exist.

    Decimal places of the count are cut off. Raises Unanswerable.
    """
    if count is None:
        return length
    whole = int(count)
    if not 1 <= whole <= length - start:
        raise Unanswerable(f"`length` must be from 1 to {length - start} here, not {_short(count)}")
    return start + whole


def _short(value: Decimal) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
