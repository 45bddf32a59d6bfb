import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from reviews import grid as rules
from reviews import grids
from reviews.models import Grid, GridCell
from tests.reviews import builders
from tests.reviews.builders import NOW
from workflows.models import JournalEntry
from workflows.refusals import NotValid

pytestmark = pytest.mark.django_db


def test_publishing_makes_a_new_version_and_leaves_the_old_one():
    first = builders.grid()
    second = builders.grid(rows=[["dual", "dual", "dual"]])

    assert (first.version, second.version) == (1, 2)
    assert grids.latest("loan") == second
    assert first.cells.count() == 12


def test_each_kind_of_review_has_versions_of_its_own():
    builders.grid("loan")

    assert builders.grid("permit").version == 1


def test_publishing_is_written_down():
    builders.grid()

    entry = JournalEntry.objects.get(kind="grid.published")
    assert (entry.actor, entry.subject) == ("user:ada", "grid:loan")
    assert entry.detail["rows"] == builders.ROWS


def test_a_published_grid_reads_back_as_the_rule_it_was():
    rule, rates = grids.rule(builders.grid().pk)

    assert [[str(cell) for cell in row] for row in rule.rows] == builders.ROWS
    assert rates[0, 2] == grids.USUAL_SAMPLE
    placed = rules.assess(
        rule, confidence=0.95, impact=500, payload_hash=None, suggestion_hash=None
    )
    assert placed.disposition is rules.Disposition.AUTO


def test_a_grid_may_have_classes_of_impact():
    grid = grids.publish(
        review_kind="permit",
        name="Permits",
        confidence_edges=[0.8],
        impact_classes=["small", "large"],
        rows=[["review", "auto"], ["dual", "dual"]],
        by="user:ada",
        now=NOW,
    )

    rule, _ = grids.rule(grid.pk)
    assert rule.impact_classes == ("small", "large")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"rows": [["review", "review"]]}, "rows of 3 cells"),
        ({"rows": [["review", "review", "maybe"]]}, "not 'maybe'"),
        ({"sample_rates": [[2, 0, 0]], "rows": [["auto"] * 3]}, "share between 0 and 1"),
        ({"sample_rates": [[0.1]], "rows": [["auto"] * 3]}, "one sample rate for each cell"),
        ({"kind": "no such kind!"}, "is a word"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_published(said, sentence):
    with pytest.raises(NotValid, match=sentence):
        builders.grid(**said)

    assert not Grid.objects.exists()


@pytest.mark.parametrize("model", [Grid, GridCell])
def test_the_database_keeps_a_published_grid_as_it_is(model):
    builders.grid()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.all().update(id=F("id"))
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.all()._raw_delete("default")
