"""What a grid would have done with the latest reviews."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reviews import grid as rules
from reviews.models import GridCell, Review

AT_MOST = 500
NAMES = dict(GridCell.Disposition.choices)


@dataclass(frozen=True, slots=True)
class Preview:
    """How many reviews were looked at, and from what to what how many would change."""

    looked_at: int
    changes: list[tuple[str, str, int]]

    @property
    def changed(self) -> int:
        return sum(many for _, _, many in self.changes)


def of(drawn: rules.Grid, reviews: Iterable[Review]) -> Preview:
    """Placed by the confidence and impact that are on record; what could not be read stays so."""
    counted = Counter((review.disposition, _under(drawn, review)) for review in reviews)
    changes = [
        (NAMES[before], NAMES[after], many)
        for (before, after), many in counted.most_common()
        if before != after
    ]
    return Preview(sum(counted.values()), changes)


def _under(drawn: rules.Grid, review: Review) -> str:
    impact = review.impact_class or review.impact
    placed = rules.assess(
        drawn, confidence=review.confidence, impact=impact, payload_hash="", suggestion_hash=""
    )
    return placed.disposition.value
