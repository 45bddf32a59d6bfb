"""Notices a worker that is alive but takes no work, as Celery's can be after a reconnect."""

import logging
import threading

import django
from django.db import Error, connection
from django.utils import timezone

log = logging.getLogger(__name__)

LOOK_EVERY = 15.0  # seconds
GRACE = 90.0  # seconds a new worker has until it must have been seen


class WorkerWatch:
    def __init__(self, name: str) -> None:
        self.name = name
        self.stale = threading.Event()

    def keep_looking(self) -> None:
        """Runs in a thread of its own: a lost database must not hold up the supervisor."""
        pause = threading.Event()
        while not pause.wait(LOOK_EVERY):
            django.setup()  # does nothing the second time
            try:
                self.look()
            except Error as error:
                log.debug("The worker's heartbeat could not be read: %s", error)
            finally:
                connection.close()

    def look(self) -> None:
        from workflows import workers  # once Django is set up

        if self.name in {heartbeat.name for heartbeat in workers.stale(timezone.now())}:
            self.stale.set()
        else:
            self.stale.clear()

    def says_stale(self, *, running_for: float) -> bool:
        """Whether to replace the worker that has been running for so many seconds."""
        if running_for < GRACE or not self.stale.is_set():
            return False
        self.stale.clear()
        return True
