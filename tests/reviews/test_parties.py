"""Who has a part in a review: asked about everybody when a seat opens, about one when signing."""

import pytest

from reviews import parties, signing
from tests.reviews import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loans():
    builders.grid()
    return builders.queue_of(builders.person("alice", email="alice+work@example.org"))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, ""),
        ({"by": "user:alice"}, "You sent this in."),
        ({"by": "api:alice"}, ""),
        ({"requested_by": " user:ALICE "}, "You asked for this."),
        ({"requested_by": "Alice@example.org"}, "You asked for this."),
        ({"requested_by": "alice@example.com"}, ""),
        ({"by": "user:alice", "requested_by": "alice"}, "You asked for this."),
    ],
)
def test_both_ways_of_asking_name_the_same_part(said, why):
    alice = builders.person("second", email="second@example.org", identity=the_person("alice"))
    review = builders.question(**said)
    account, accounts = signing.accounts_of(alice)

    everybody = parties.excluded(review, review.instance)

    assert (account, len(accounts)) == (alice, 2)
    assert everybody.get(alice.person, "") == why
    assert parties.why_excluded(accounts, review, review.instance) == why


def test_a_person_named_by_identity_has_a_part_under_every_account():
    review = builders.question()
    review.requester_person = review.beneficiary_person = the_person("alice")
    second = builders.person("second", identity=the_person("alice"))
    _, accounts = signing.accounts_of(second)

    assert parties.excluded(review, review.instance) == {second.person: "You benefit from this."}
    assert parties.why_excluded(accounts, review, review.instance) == "You benefit from this."


def test_programs_have_no_person_to_look_up():
    score = builders.program("score")

    assert signing.accounts_of(score) == (score, [])


def the_person(name):
    return parties.persons(name)[0]
