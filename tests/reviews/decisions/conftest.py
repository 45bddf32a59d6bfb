"""Carol, who reviews too, Max, who manages, and the queue of loans."""

import pytest

# Nothing of Django at the top: this file is read before settings are there.


@pytest.fixture
def carol(db):
    from tests.reviews import builders

    return builders.person("carol")


@pytest.fixture
def max_(db):
    from tests.reviews import builders

    return builders.person("max")


@pytest.fixture(autouse=True)
def loans(alice, bob, carol, max_):
    from reviews.models import ReasonCode
    from tests.reviews import builders

    builders.grid()
    ReasonCode.objects.create(review_kind="loan", code="income", label="Income is proven")
    ReasonCode.objects.create(review_kind="loan", code="debts", label="Debts", outcome="reject")
    return builders.queue_of(alice, bob, carol, manager=max_)
