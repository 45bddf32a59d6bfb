"""A second process that fires timers beside a sweep, when many are due.

Python works on one thing at a time in each process. The rows are the promise: what a helper does
not get done, the next sweep finds again.
"""

import logging
import multiprocessing
import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

from django.db import close_old_connections

Due = tuple[UUID, UUID]  # a timer and its instance
Fire = Callable[[Sequence[Due], datetime], int]

logger = logging.getLogger(__name__)


class Hand:
    """A process of its own, with a database connection of its own, that ends with this one.

    To be made before this process talks to the database or begins a thread: it is forked.
    """

    def __init__(self, fire: Fire) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        fork = multiprocessing.get_context("fork")
        said: Any = (theirs, self._pipe, fire)
        self._process = fork.Process(target=_work, args=said, name="timers", daemon=True)
        self._process.start()
        theirs.close()

    def give(self, due: Sequence[Due], now: datetime) -> None:
        """Let it fire these; `taken` must be asked before it is given more."""
        try:
            self._pipe.send((due, now))
        except OSError:
            logger.warning("The helper for timers has ended; the sweep goes on without it.")

    def taken(self) -> int:
        """How many it has fired, once it is through."""
        try:
            fired: int = self._pipe.recv()
        except (EOFError, OSError):
            return 0
        return fired

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    def end(self) -> None:
        """It finishes what it is at, and ends."""
        self._pipe.close()
        self._process.join()


def _work(pipe: Connection, other_end: Connection, fire: Fire) -> None:
    other_end.close()  # so that the pipe ends when the sweep does, however it does
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the sweep, which ends this one
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    while True:
        try:
            due, now = pipe.recv()
        except EOFError:
            return
        try:
            fired = fire(due, now)
        except Exception:
            logger.exception("Timers could not be fired; the next sweep tries again.")
            fired = 0
        close_old_connections()
        pipe.send(fired)
