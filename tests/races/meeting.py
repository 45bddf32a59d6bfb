"""A race, forced instead of hoped for: one side holds the row, the others come and have to wait."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, transaction

from workflows.refusals import Refusal

PATIENCE = 30.0  # seconds until everybody has to have arrived, on a busy machine too


@contextmanager
def arriving(*others: Callable[[], Any], hold: Callable[[], Any]) -> Iterator[list[Future[Any]]]:
    """Holds what `hold` locks, lets the others run into it, then the block acts, then all go on."""
    with ThreadPoolExecutor(len(others)) as pool:
        with transaction.atomic():
            hold()
            futures = [pool.submit(_alone, other) for other in others]
            _wait_until_waiting(len(others))
            yield futures
        for future in futures:
            future.exception(timeout=PATIENCE)


def results(futures: list[Future[Any]]) -> list[Any]:
    """What each of them was given: a result, or the refusal."""
    return [future.result() for future in futures]


def at_once(action: Callable[[], Any]) -> Any:
    """Somebody else does this now, in a transaction of their own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_alone, action).result(timeout=PATIENCE)


def _alone(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except Refusal as refusal:
        return refusal
    finally:
        connections.close_all()


def _wait_until_waiting(number: int) -> None:
    waiting = 0
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # or it shows the first look again
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            waiting = cursor.fetchone()[0]
        if waiting >= number:
            return
        time.sleep(0.02)
    raise AssertionError(f"{number} were to wait for the lock, {waiting} did.")
