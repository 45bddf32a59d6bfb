from reviews.models.decisions import Decision, Effect
from reviews.models.grids import Grid, GridCell, ReasonCode
from reviews.models.reviews import Evidence, Review, ReviewItem

__all__ = [
    "Decision",
    "Effect",
    "Evidence",
    "Grid",
    "GridCell",
    "ReasonCode",
    "Review",
    "ReviewItem",
]
