"""A lender's house: two reviewers, a queue, a grid, and the process of the example."""

import pytest


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wake-ups are for workers; nothing here needs one."""
    from workflows import wakeups

    monkeypatch.setattr(wakeups, "send", lambda *_what: True)


@pytest.fixture
def ada(db: None):
    """The administrator."""
    from tests.reviews import builders

    return builders.person("ada", is_admin=True)


@pytest.fixture
def alice(db: None):
    from tests.reviews import builders

    return builders.person("alice", undo_for=10)


@pytest.fixture
def bob(db: None):
    from tests.reviews import builders

    return builders.person("bob", undo_for=10)


@pytest.fixture
def mallory(db: None):
    """Has an account, and belongs to no queue."""
    from tests.reviews import builders

    return builders.person("mallory")


@pytest.fixture
def webshop(db: None):
    """A program with a token."""
    from tests.api import programs
    from tests.reviews import builders

    return programs.with_token(builders.program("webshop"))


@pytest.fixture
def loans(alice, bob):
    """Alice and Bob decide what is asked."""
    from queues.models import SkipReason
    from reviews.models import ReasonCode
    from tests.reviews import builders

    builders.grid()
    SkipReason.objects.create(code="unsure", label="Not my field")
    ReasonCode.objects.create(review_kind="loan", code="debts", label="Debts", outcome="reject")
    return builders.queue_of(alice, bob)


@pytest.fixture
def loan_process(loans):
    from tests.journeys import house

    house.loan_approval()
