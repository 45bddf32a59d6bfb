import pytest
from django.db import connection

from reviews import evidence
from reviews.models import Evidence, Review
from tests.reviews import builders
from tests.reviews.builders import DUAL, NOW, SINGLE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loans():
    builders.grid()
    return builders.queue_of(builders.person("alice"), builders.person("bob"))


def alice():
    return builders.User.objects.get(username="alice")


def test_what_was_shown_is_what_was_sealed():
    assert evidence.is_intact(builders.question(SINGLE))


def test_a17_evidence_changed_past_the_triggers_shows():
    review = builders.question(SINGLE)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE reviews_evidence SET content = '{\"amount\": 1}'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    assert not evidence.is_intact(review)


def test_each_part_of_what_is_shown_counts_for_the_hash():
    review = builders.question(SINGLE)
    digests = ["a" * 64, "b" * 64]
    before = evidence.content_hash(review, digests)

    assert evidence.content_hash(review, digests[::-1]) == before
    assert evidence.content_hash(review, digests[:1]) != before
    for field, value in (("suggestion", "reject"), ("version", 2), ("payload", {}), ("impact", 1)):
        other = Review.objects.get(pk=review.pk)
        setattr(other, field, value)
        assert evidence.content_hash(other, digests) != before


def test_a23_the_same_payload_in_another_review_has_another_hash():
    assert builders.question(SINGLE).content_hash != builders.question(SINGLE).content_hash


def test_an_edit_shows_what_changed_beside_the_new_payload():
    review = builders.question(DUAL)
    builders.show(alice(), review).edit(amount=150_000)

    shown = {each.title: each.content for each in Evidence.objects.filter(review=review, version=2)}
    assert shown["Application"]["amount"] == 150_000
    assert shown["Last change"]["fields"] == {"amount": {"from": DUAL, "to": 150_000}}
    assert "Score" in shown
    builders.refresh(review)
    assert evidence.is_intact(review)


def test_evidence_keeps_when_it_was_sealed():
    builders.question(SINGLE)

    assert {each.sealed_at for each in Evidence.objects.all()} == {NOW}
