"""Sweeping: one row, one transaction. A row that fails stops no other."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import InterfaceError, OperationalError

PER_SWEEP = 500  # rows; the next sweep finds the rest

log = logging.getLogger(__name__)


def each(ids: Iterable[UUID], act: Callable[[UUID, datetime], bool], now: datetime) -> int:
    """How many rows something was done to. Errors of the database as a whole are raised."""
    done = 0
    for row_id in ids:
        try:
            done += act(row_id, now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("%s of %s failed; the next sweep tries again.", act.__name__, row_id)
    return done
