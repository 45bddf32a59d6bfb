"""Gives the test run its servers and settings before Django reads them.

With pytest-xdist the controller starts the servers; its workers find the addresses in their
environment and each makes its own database.
"""

import os
from contextlib import ExitStack

import django
import pytest

from config import servers

SETTINGS = {
    "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-only-for-tests",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "COUNTERSIGN_DEMO": "0",
    "COUNTERSIGN_PLAIN_HTTP": "1",
    "COUNTERSIGN_PLAIN_STATIC": "1",
    "DATABASE_LOCK_TIMEOUT": "5s",
    "LOG_LEVEL": "WARNING",
}
PRIVATE = "COUNTERSIGN_TEST_SERVERS_ARE_PRIVATE"  # workers of a run read it as well
running = ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    os.environ.update(SETTINGS)
    if "DATABASE_URL" not in os.environ:
        os.environ[PRIVATE] = "1"
    try:
        urls = running.enter_context(servers.running(purpose="test"))
    except servers.CannotStart as refusal:
        raise pytest.UsageError(str(refusal)) from refusal
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = urls.database, urls.redis
    django.setup()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    running.close()
