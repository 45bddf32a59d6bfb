from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from workflows.ids import uuid7


class Grid(models.Model):
    """One version of confidence × impact for a kind of review; never changed once published."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review_kind = models.SlugField(max_length=100)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    # Lower edges of the second, third … band; n edges make n + 1 bands.
    confidence_edges = ArrayField(models.FloatField())
    impact_edges = ArrayField(models.FloatField(), default=list, blank=True)
    # In place of impact edges: names from mild to severe.
    impact_classes = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["review_kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["review_kind", "version"], name="grid_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class GridCell(models.Model):
    """What happens to one band of confidence at one band of impact."""

    class Disposition(models.TextChoices):
        AUTO = "auto", "Automatic"
        REVIEW = "review", "One reviewer"
        DUAL = "dual", "Two reviewers"
        BLOCK = "block", "Stop"

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="cells")
    confidence_band = models.PositiveSmallIntegerField()
    impact_band = models.PositiveSmallIntegerField()
    disposition = models.CharField(max_length=6, choices=Disposition)
    sample_rate = models.FloatField(default=0.05)  # share of automatic decisions checked later

    class Meta:
        ordering = ["impact_band", "confidence_band"]
        constraints = [
            models.UniqueConstraint(
                fields=["grid", "confidence_band", "impact_band"], name="cell_once"
            ),
            models.CheckConstraint(
                name="cell_sample_rate_is_a_share",
                condition=Q(sample_rate__gte=0, sample_rate__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_disposition_display()} ({self.confidence_band}, {self.impact_band})"


class ReasonCode(models.Model):
    """A chip that says why, offered with a decision."""

    review_kind = models.SlugField(max_length=100)
    outcome = models.CharField(max_length=60, blank=True)  # empty: offered with any outcome
    code = models.SlugField(max_length=60)
    label = models.CharField(max_length=100)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "label"]
        constraints = [
            models.UniqueConstraint(fields=["review_kind", "code"], name="reason_once"),
        ]

    def __str__(self) -> str:
        return self.label
