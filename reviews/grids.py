"""Publishing grids of confidence × impact, and reading the one in force."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from reviews import grid as rules
from reviews.models import Grid, GridCell
from workflows import journal
from workflows.refusals import NotValid

USUAL_SAMPLE = 0.05


@transaction.atomic
def publish(
    *,
    review_kind: str,
    name: str,
    confidence_edges: Sequence[float],
    rows: Sequence[Sequence[str]],
    impact_edges: Sequence[float] = (),
    impact_classes: Sequence[str] = (),
    sample_rates: Sequence[Sequence[float]] | None = None,
    by: str,
    now: datetime,
) -> Grid:
    """A new version for this kind of review. Reviews that are open keep the one they began with.

    `rows[impact band][confidence band]` are dispositions, `sample_rates` shares laid out alike.
    """
    drawn = rules.Grid(
        confidence_edges=tuple(confidence_edges),
        impact_edges=tuple(impact_edges),
        impact_classes=tuple(impact_classes),
        rows=tuple(tuple(_disposition(cell) for cell in row) for row in rows),
    )
    rates = sample_rates or [[USUAL_SAMPLE] * len(row) for row in drawn.rows]
    _check_rates(drawn, rates)
    grid = _next(_kind(review_kind), name, drawn, by=by, now=now)
    GridCell.objects.bulk_create(_cells(grid, drawn, rates))
    _note(grid, drawn, rates)
    return grid


def _next(review_kind: str, name: str, drawn: rules.Grid, *, by: str, now: datetime) -> Grid:
    return Grid.objects.create(
        review_kind=review_kind,
        version=_next_version(review_kind),
        name=name[:100] or review_kind,
        confidence_edges=list(drawn.confidence_edges),
        impact_edges=list(drawn.impact_edges),
        impact_classes=list(drawn.impact_classes),
        published_at=now,
        published_by=by,
    )


def _note(grid: Grid, drawn: rules.Grid, rates: Sequence[Sequence[float]]) -> None:
    journal.record_outside(
        "grid.published",
        subject=f"grid:{grid.review_kind}",
        actor=grid.published_by,
        now=grid.published_at,
        version=grid.version,
        confidence_edges=grid.confidence_edges,
        impact_edges=grid.impact_edges,
        impact_classes=grid.impact_classes,
        rows=[[str(cell) for cell in row] for row in drawn.rows],
        sample_rates=[list(row) for row in rates],
    )


def latest(review_kind: str) -> Grid | None:
    """The version in force."""
    return Grid.objects.filter(review_kind=review_kind).order_by("-version").first()


@lru_cache(maxsize=256)
def rule(grid_id: UUID) -> tuple[rules.Grid, dict[tuple[int, int], float]]:
    """A published grid as a rule, and the sample rate of each cell. Grids never change."""
    grid = Grid.objects.prefetch_related("cells").get(pk=grid_id)
    cells = {(cell.impact_band, cell.confidence_band): cell for cell in grid.cells.all()}
    heights = range(1 + max((impact for impact, _ in cells), default=-1))
    widths = range(len(grid.confidence_edges) + 1)
    drawn = rules.Grid(
        confidence_edges=tuple(grid.confidence_edges),
        impact_edges=tuple(grid.impact_edges),
        impact_classes=tuple(grid.impact_classes),
        rows=tuple(
            tuple(rules.Disposition(cells[row, column].disposition) for column in widths)
            for row in heights
        ),
    )
    return drawn, {place: cell.sample_rate for place, cell in cells.items()}


def _kind(text: str) -> str:
    if not text or len(text) > 100 or not text.replace("_", "").replace("-", "").isalnum():
        raise NotValid("A kind of review is a word of letters, digits, dashes and underscores.")
    return text


def _disposition(text: str) -> rules.Disposition:
    try:
        return rules.Disposition(text)
    except ValueError:
        known = ", ".join(rules.Disposition)
        raise rules.InvalidGrid(f"A cell is one of {known}, not {text!r}.") from None


def _check_rates(drawn: rules.Grid, rates: Sequence[Sequence[float]]) -> None:
    if [len(row) for row in rates] != [len(row) for row in drawn.rows]:
        raise rules.InvalidGrid("Give one sample rate for each cell.")
    if any(not 0 <= rate <= 1 for row in rates for rate in row):
        raise rules.InvalidGrid("A sample rate is a share between 0 and 1, such as 0.05.")


def _next_version(review_kind: str) -> int:
    """Two who publish at once come one after the other, not into each other's way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [review_kind])
    last = Grid.objects.filter(review_kind=review_kind).aggregate(last=Max("version"))["last"]
    return (last or 0) + 1


def _cells(grid: Grid, drawn: rules.Grid, rates: Sequence[Sequence[float]]) -> list[GridCell]:
    return [
        GridCell(
            grid=grid,
            impact_band=impact,
            confidence_band=confidence,
            disposition=cell.value,
            sample_rate=rates[impact][confidence],
        )
        for impact, row in enumerate(drawn.rows)
        for confidence, cell in enumerate(row)
    ]
