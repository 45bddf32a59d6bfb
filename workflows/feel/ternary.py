"""Logic with three values (DMN 1.5, 10.3.2.12): true, false, and null for all else."""

from typing import Any


def both(left: Any, right: Any) -> bool | None:
    """Three-valued `and`: anything but true and false counts as null."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: Any, right: Any) -> bool | None:
    """Three-valued `or`: anything but true and false counts as null."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def opposite(value: Any) -> bool | None:
    """Three-valued `not`: null for anything but true and false."""
    if value is True:
        return False
    return True if value is False else None
