"""Which automatic decisions are checked, and what the checks say about the rest. Pure.

A draw is a hash of the item and the plan: nobody chooses, and anybody can draw again.
"""

import hashlib
import json
import math

Z_95 = 1.959963984540054
PRECISION = 53  # bits of the hash that make the score, so that it is exact as a float


def score(item: str, plan: str) -> float:
    """A number in [0, 1) that item and plan alone determine, evenly spread over items."""
    written = json.dumps([plan, item]).encode()
    leading = int.from_bytes(hashlib.sha256(written).digest()[:8], "big")
    return float((leading >> (64 - PRECISION)) / 2**PRECISION)


def is_drawn(item: str, plan: str, rate: float) -> bool:
    """Does the plan, at this rate from 0 to 1, check this item?

    What a lower rate draws, a higher one draws too.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"{rate} is not a share. Sample at a rate between 0 and 1.")
    return score(item, plan) < rate


def wilson(errors: int, checked: int, z: float = Z_95) -> tuple[float, float]:
    """Wilson's score interval for a share of errors (Wilson 1927); (0, 1) when none is checked."""
    if not 0 <= errors <= checked:
        raise ValueError(f"{errors} errors among {checked} checked cannot be.")
    if checked == 0:
        return 0.0, 1.0
    share = errors / checked
    scale = 1 + z * z / checked
    centre = share + z * z / (2 * checked)
    spread = z * math.sqrt(share * (1 - share) / checked + (z / (2 * checked)) ** 2)
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def is_over_budget(errors: int, checked: int, budget: float) -> bool:
    """Is the true share of errors, with 95 % confidence, above what the cell may have?"""
    return wilson(errors, checked)[0] > budget
