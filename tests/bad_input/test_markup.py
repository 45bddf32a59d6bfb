"""Markup in everything that people and programs write: on every page it is text."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from queues.models import Membership, SkipReason
from reviews.models import ReasonCode
from tests.api.programs import signed_in
from tests.reviews import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loans")]

MARKUP = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "svg": "'><svg onload=alert(1)>",
    "link": "javascript:alert(1)",
    "htmx": '<div hx-get="/approve/1" hx-trigger="load" hx-on:click="alert(1)">',
    "data htmx": "</div></section><div data-hx-post='/sign-out/' data-hx-trigger='load'>",
    "template": "{{7*7}}{% debug %}${7*7}",
    "comment": "--><b>bold</b><!--",
}
# What may only ever stand in a page as text.
FORBIDDEN = re.compile(
    r"<script>alert|<img src=x|<svg onload|<div hx-get=\"/approve|<div data-hx-post|<b>bold"
    r"|href=[\"']?javascript:"
)


@pytest.fixture(params=MARKUP.values(), ids=MARKUP.keys())
def markup(request):
    return request.param


@pytest.fixture
def item(alice, loans, markup):
    """An item with markup in every place that somebody may fill."""
    alice.first_name = markup[:150]
    alice.save()
    loans.name = markup[:100]
    loans.save()
    SkipReason.objects.create(code="markup", label=markup[:100])
    ReasonCode.objects.create(review_kind="loan", code="markup", label=markup[:100])
    said = builders.variables(requested_by=markup)
    said["application"] |= {"applicant": markup, markup: markup, "nested": {markup: [markup]}}
    said["score"] |= {"reasons": [markup, {"sentence": markup, "contribution": 1.5}]}
    started = builders.instance(said, now=timezone.now())
    review = started.reviews.get()
    return builders.open_items(review)[-1]


def assert_is_text(answer, markup):
    page = answer.content.decode()
    assert answer.status_code == 200
    assert not FORBIDDEN.search(page), FORBIDDEN.search(page)
    assert "49" not in page or markup != MARKUP["template"] or "7*7" in page
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", sorted(set(MARKUP) - {"link", "template"}))
def test_what_is_looked_for_would_be_found(name):
    assert FORBIDDEN.search(f"<p>{MARKUP[name]}</p>")


def test_b29_b30_an_item_is_shown_as_text(alice, client, item, markup):
    client.force_login(alice)
    client.post(reverse("reviews:claim", args=[item.pk]))

    for path in (reverse("reviews:work"), reverse("reviews:item", args=[item.pk])):
        assert_is_text(client.get(path), markup)
        assert_is_text(client.get(path, headers={"HX-Request": "true"}), markup)


def test_b29_b30_what_somebody_typed_comes_back_as_text(alice, client, item, markup):
    client.force_login(alice)
    said = {
        "epoch": 7, "version": 1, "content_hash": markup[:64], "outcome": markup,
        "rationale": markup, "queue": markup, "edit:applicant": markup,
    }  # fmt: skip

    for action in ("decide", "edit", "skip", "flag", "release"):
        answer = client.post(reverse(f"reviews:{action}", args=[item.pk]), said)

        assert 400 <= answer.status_code < 500
        assert not FORBIDDEN.search(answer.content.decode())


def test_b29_b30_managers_read_it_as_text(ada, alice, bob, client, loans, item, markup):
    Membership.objects.create(queue=loans, user=ada, can_work=False, can_manage=True)
    shown = builders.show(alice, item.seat.review, now=timezone.now())
    shown.decide("approve", rationale=markup, now=timezone.now())
    client.force_login(ada)

    for path in ("/board/", "/items/?state=any", f"/items/{item.pk}/", "/processes/",
                 f"/processes/{item.instance_id}/", "/configure/"):  # fmt: skip
        assert_is_text(client.get(path), markup)


def test_b29_b30_a_filter_comes_back_as_text(ada, client, item, markup):
    client.force_login(ada)

    for path in ("/items/", "/processes/"):
        answer = client.get(path, {"q": markup[:100]})

        assert not FORBIDDEN.search(answer.content.decode())


def test_b29_the_api_answers_in_json_that_no_browser_renders(alice, item, markup):
    answer = signed_in(alice).get(f"items/{item.pk}")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.json()["review"]["payload"]["applicant"] == markup


def test_b29_no_problem_is_rendered_by_a_browser(alice, markup):
    answer = signed_in(alice).get("items", **{markup: markup})

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
