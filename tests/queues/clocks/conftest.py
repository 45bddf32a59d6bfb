"""A manager, and a queue that promises something."""

import pytest

# Nothing of Django at the top: this file is read before settings are there.


@pytest.fixture
def manager(db):
    from tests.queues.builders import person

    return person("manager")


@pytest.fixture
def refunds(alice, manager):
    """Claimed within an hour, decided within four, day and night."""
    from tests.queues.builders import policy, queue_of

    return queue_of(alice, manager=manager, policy=policy())
