"""Grids and reason codes, as an administrator draws and publishes them."""

import pytest
from django.test import Client
from django.urls import reverse

from reviews import grids
from reviews.models import Grid, ReasonCode
from tests.reviews import builders

pytestmark = pytest.mark.django_db

HEAD = {
    "review_kind": "loan", "name": "Loans", "confidence_edges": "0.7, 0.9",
    "impact_edges": "10000", "impact_classes": "",
}  # fmt: skip
ROWS = [["review", "review", "auto"], ["dual", "dual", "review"]]


@pytest.fixture
def admin():
    client = Client()
    client.force_login(builders.person("dana", is_admin=True))
    return client


def cells(rows: list[list[str]], **said: str) -> dict[str, str]:
    sent = {}
    for row, dispositions in enumerate(rows):
        for column, disposition in enumerate(dispositions):
            sent[f"cell-{row}-{column}"] = disposition
            sent[f"rate-{row}-{column}"] = "5"
    return sent | {name.replace("_", "-"): text for name, text in said.items()}


def publish(admin, **said: str):
    address = reverse("reviews:grid-add")
    return admin.post(address, HEAD | cells(ROWS) | {"do": "publish"} | said)


def test_a_grid_is_published_as_it_was_drawn(admin):
    publish(admin, **{"rate-0-2": "12.5"})

    drawn, rates = grids.rule(grids.latest("loan").pk)
    assert [[str(cell) for cell in row] for row in drawn.rows] == ROWS
    assert drawn.confidence_edges == (0.7, 0.9)
    assert rates[0, 2] == 0.125


def test_the_form_shows_what_is_in_force(admin):
    publish(admin)

    page = admin.get(reverse("reviews:grid-edit", args=["loan"])).content.decode()

    assert page.count("selected>Two reviewers") == 2
    assert page.count("selected>Automatic") == 1
    assert "Confidence below 0.7" in page
    assert "from 10,000" in page


def test_the_next_version_leaves_the_one_before(admin):
    publish(admin)
    sent = HEAD | cells([["dual"] * 3] * 2) | {"do": "publish"}

    admin.post(reverse("reviews:grid-edit", args=["loan"]), sent)

    assert [grid.version for grid in Grid.objects.order_by("version")] == [1, 2]


def test_a_preview_says_how_many_reviews_would_go_another_way(admin):
    builders.queue_of()
    builders.grid("loan")
    builders.question(builders.SINGLE, confidence=0.7)
    builders.question(builders.DUAL, confidence=0.7)
    sent = HEAD | cells(ROWS) | {"do": "preview"}

    page = admin.post(reverse("reviews:grid-edit", args=["loan"]), sent)

    preview = page.context["preview"]
    assert (preview.looked_at, preview.changed) == (2, 0)
    changed = sent | cells([["dual"] * 3, ["dual"] * 3])
    preview = admin.post(reverse("reviews:grid-edit", args=["loan"]), changed).context["preview"]
    assert preview.changes == [("One reviewer", "Two reviewers", 1)]
    assert grids.latest("loan").version == 1


def test_what_looks_like_a_slip_is_published_only_when_it_is_confirmed(admin):
    risky = {"cell-0-0": "auto"}

    asked = publish(admin, **risky)
    confirmed = publish(admin, confirmed="on", **risky)

    assert asked.status_code == 422
    assert "even the lowest confidence is decided automatically" in asked.content.decode()
    assert confirmed.status_code == 302
    assert Grid.objects.count() == 1


def test_new_bands_are_looked_at_before_they_are_published(admin):
    answer = publish(admin, confidence_edges="0.5, 0.7, 0.9")

    assert answer.status_code == 422
    assert "Look at them, then publish." in answer.content.decode()
    assert 'name="cell-0-3"' in answer.content.decode()
    assert not Grid.objects.exists()


def test_classes_take_the_place_of_edges(admin):
    publish(admin, impact_edges="", impact_classes="small, large")

    assert grids.latest("loan").impact_classes == ["small", "large"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"confidence_edges": "0.9, 0.7"}, "edges rise from band to band"),
        ({"confidence_edges": "0.7, 1.5"}, "Confidence edges lie above 0 and up to 1"),
        ({"confidence_edges": "0.7, nan"}, "are numbers from 0 up"),
        ({"confidence_edges": "high"}, "Write numbers with commas"),
        ({"impact_classes": "small, large"}, "not both"),
        ({"cell-0-0": "perhaps"}, "not one of the available choices"),
        ({"rate-0-0": "101"}, "less than or equal to 100"),
        ({"rate-0-0": "nan"}, "Enter a number"),
        ({"name": ""}, "required"),
        ({"review_kind": "no kind"}, "valid “slug”"),
        ({"confidence_edges": ", ".join(f"0.{n}" for n in range(1, 10))}, "at most 8 bands"),
    ],
)
def test_a_grid_that_cannot_be_used_is_refused_with_a_sentence(typed, sentence, admin):
    answer = publish(admin, **typed)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Grid.objects.exists()


def test_a_new_grid_does_not_become_a_version_of_another(admin):
    publish(admin)

    answer = publish(admin)

    assert answer.status_code == 422
    assert Grid.objects.count() == 1


@pytest.mark.parametrize("name", ["grids", "grid-add", "reasons"])
def test_only_administrators_learn_of_these_pages(name, admin):
    reviewer = Client()
    reviewer.force_login(builders.person("alice"))

    assert admin.get(reverse(f"reviews:{name}")).status_code == 200
    assert reviewer.get(reverse(f"reviews:{name}")).status_code == 404


def test_reason_codes_are_added_changed_and_removed(admin):
    sent = {"review_kind": "loan", "label": "Income unclear", "code": "income", "order": "1"}
    admin.post(reverse("reviews:reasons"), sent)
    reason = ReasonCode.objects.get()

    twice = admin.post(reverse("reviews:reasons"), sent)
    edit = reverse("reviews:reason-edit", args=[reason.pk])
    admin.post(edit, {"label": "No proof of income", "outcome": "reject", "order": "2"})
    reason.refresh_from_db()
    admin.post(reverse("reviews:reason-remove", args=[reason.pk]))

    assert twice.status_code == 422
    assert (reason.label, reason.outcome, reason.code) == (
        "No proof of income", "reject", "income"
    )  # fmt: skip
    assert not ReasonCode.objects.exists()


def test_a_grid_without_reasons_is_pointed_out(admin):
    publish(admin)

    assert b"offer no reason codes" in admin.get(reverse("queues:configure")).content
