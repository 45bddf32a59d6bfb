"""Alice and Bob, who may take a decision back for a while, and Alice in front of an item."""

import pytest

# Nothing of Django at the top: this file is read before settings are there.


@pytest.fixture
def alice(db):
    from tests.reviews import builders

    return builders.person("alice", undo_for=10)


@pytest.fixture
def bob(db):
    from tests.reviews import builders

    return builders.person("bob", undo_for=10)


@pytest.fixture
def mallory(db):
    """Signed in, but a member of no queue."""
    from tests.reviews import builders

    return builders.person("mallory")


@pytest.fixture(autouse=True)
def loans(alice, bob):
    from queues.models import SkipReason
    from reviews.models import ReasonCode
    from tests.reviews import builders

    builders.grid()
    SkipReason.objects.create(code="unsure", label="Not my field")
    ReasonCode.objects.create(review_kind="loan", code="debts", label="Debts", outcome="reject")
    return builders.queue_of(alice, bob)


@pytest.fixture
def at_desk(client, alice):
    from tests.reviews.item_page.sitting import Sitting, waiting

    return Sitting(client, alice, waiting())
