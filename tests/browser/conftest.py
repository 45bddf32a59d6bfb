"""A real browser against the real application: people, a queue, and the sweep played in-process.

Tests ask for `sit(user)` to get a page of somebody who is signed in. Every page notes requests and
scripts that fail; what fails, or is stopped by the content policy, fails the test.

Models are imported as fixtures run: this file is read before Django has its settings.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

PATIENCE = 5_000  # milliseconds until something that should be on the page is missed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    # Playwright's loop runs in this thread, where Django would refuse to touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def sit(browser: Browser, live_server: Any, transactional_db: None) -> Iterator[Callable[..., Any]]:
    """A page of this person, signed in; options go to the browser's context."""
    from tests.browser import seats

    contexts: list[BrowserContext] = []
    taken: list[seats.Seat] = []

    def take(user: Any, **options: Any) -> seats.Seat:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        taken.append(seats.take(context, user, live_server.url))
        return taken[-1]

    yield take
    unexpected = [error for seat in taken for error in seat.errors]
    for context in contexts:
        context.close()
    assert unexpected == []


def _person(name: str, **said: Any) -> Any:
    from django.utils import timezone

    from tests.reviews import builders

    return builders.person(name, welcomed_at=timezone.now(), **said)


@pytest.fixture
def alice(transactional_db: None) -> Any:
    """A reviewer."""
    return _person("alice", undo_for=10, first_name="Alice")


@pytest.fixture
def bob(transactional_db: None) -> Any:
    """Another reviewer of the same queue."""
    return _person("bob", undo_for=10, first_name="Bob")


@pytest.fixture
def max_(transactional_db: None) -> Any:
    """Manages the queue."""
    return _person("max", first_name="Max")


@pytest.fixture
def ada(transactional_db: None) -> Any:
    """An administrator."""
    return _person("ada", first_name="Ada", is_admin=True)


@pytest.fixture
def loans(alice: Any, bob: Any, max_: Any) -> Any:
    """A queue of loans with reasons, worked on by Alice and Bob and managed by Max."""
    from queues.models import SkipReason
    from reviews.models import ReasonCode
    from tests.reviews import builders

    builders.grid()
    for order, (code, label, outcome) in enumerate(
        [("income", "Income is proven", ""), ("debts", "Too many debts", "reject")]
    ):
        ReasonCode.objects.create(
            review_kind="loan", code=code, label=label, outcome=outcome, order=order
        )
    SkipReason.objects.create(code="unsure", label="Not my field")
    SkipReason.objects.create(code="waiting", label="Waiting for a document", order=1)
    return builders.queue_of(alice, bob, manager=max_)
