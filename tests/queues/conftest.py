"""Alice and Bob, and the queue that they share."""

import pytest

# Nothing of Django at the top: this file is read before settings are there.


@pytest.fixture
def alice(db):
    from tests.queues.builders import person

    return person("alice")


@pytest.fixture
def bob(db):
    from tests.queues.builders import person

    return person("bob")


@pytest.fixture
def refunds(alice, bob):
    from tests.queues.builders import queue_of

    return queue_of(alice, bob)
