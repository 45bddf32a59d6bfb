"""What every test may rely on."""

import os
import shutil

import pytest

from tests.private_servers import PRIVATE, pytest_configure, pytest_unconfigure

__all__ = ["pytest_configure", "pytest_unconfigure"]


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A server that is thrown away takes its databases along, whoever is still connected."""
    return PRIVATE in os.environ


@pytest.fixture(scope="session", autouse=True)
def journal_is_emptied_between_tests() -> None:
    """The journal's triggers refuse TRUNCATE, as they should; the test runner's flush may."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
        flush(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    DatabaseOperations.execute_sql_flush = flush_without_triggers


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is. Missing, it excuses a newcomer, never the check before a change."""
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("Chromium is not installed: apt install chromium.")
    return found or pytest.skip("Chromium is not installed: apt install chromium.")
