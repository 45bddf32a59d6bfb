"""Every question that administrators' pages ask about grids and reason codes."""

from collections.abc import Iterator

from django.db.models import Count, QuerySet
from django.urls import reverse

from queues.unusual import Oddity
from reviews import grid as rules
from reviews import grids
from reviews.models import Grid, ReasonCode, Review


def in_force() -> QuerySet[Grid]:
    """The newest version for each kind of review."""
    newest = Grid.objects.order_by("review_kind", "-version").distinct("review_kind")
    return newest.prefetch_related("cells")


def versions(review_kind: str) -> QuerySet[Grid]:
    found = Grid.objects.filter(review_kind=review_kind).order_by("-version")
    return found.annotate(used=Count("reviews"))


def reasons() -> QuerySet[ReasonCode]:
    return ReasonCode.objects.order_by("review_kind", "order", "label")


def kinds() -> list[str]:
    """Kinds of review that grids or reason codes know of."""
    known = set(Grid.objects.values_list("review_kind", flat=True))
    return sorted(known | set(ReasonCode.objects.values_list("review_kind", flat=True)))


def latest_reviews(review_kind: str, *, at_most: int) -> QuerySet[Review]:
    asked = Review.objects.filter(kind=review_kind, form__isnull=True)
    found = asked.order_by("-opened_at")
    return found.only("confidence", "impact", "impact_class", "disposition")[:at_most]


def unusual() -> Iterator[Oddity]:
    """Grids with slips in them, and kinds of review that offer no reason."""
    with_reasons = set(ReasonCode.objects.values_list("review_kind", flat=True))
    for grid in in_force():
        drawn, _ = grids.rule(grid.pk)
        address = reverse("reviews:grid-edit", args=[grid.review_kind])
        for warning in rules.warnings(drawn):
            yield Oddity(f"Grid {grid}: {warning}", address, is_grave=False)
        if grid.review_kind not in with_reasons:
            sentence = f"Reviews of kind {grid.review_kind} offer no reason codes."
            yield Oddity(sentence, reverse("reviews:reasons"), is_grave=False)
