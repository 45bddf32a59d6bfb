"""Alice and Bob, who review."""

import pytest

# Nothing of Django at the top: this file is read before settings are there.


@pytest.fixture
def alice(db):
    from tests.reviews import builders

    return builders.person("alice")


@pytest.fixture
def bob(db):
    from tests.reviews import builders

    return builders.person("bob")
