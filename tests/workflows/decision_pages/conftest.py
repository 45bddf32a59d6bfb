"""Dana and Emil, two administrators, in front of their pages."""

import pytest

# Nothing of Django at the top: this file is read before settings are there.


@pytest.fixture
def dana(db):
    from tests.workflows.decision_pages.visiting import signed_in

    return signed_in("dana")


@pytest.fixture
def emil(db):
    from tests.workflows.decision_pages.visiting import signed_in

    return signed_in("emil")
