from reviews.models.decisions import Decision, Effect
from reviews.models.grids import Grid, GridCell, ReasonCode
from reviews.models.reviews import Evidence, Flag, Review, ReviewItem

__all__ = [
    "Decision",
    "Effect",
    "Evidence",
    "Flag",
    "Grid",
    "GridCell",
    "ReasonCode",
    "Review",
    "ReviewItem",
]
