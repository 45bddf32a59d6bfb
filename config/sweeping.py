"""Everything that looks for due work: each `fn(now=…) -> int`, committing row by row."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

SWEEPS: tuple[str, ...] = (
    "workflows.timers.fire_due",
    "workflows.start_timers.fire_due",
    "workflows.calls.settle_due",
    "workflows.jobs.expire_leases",
    "workflows.jobs.dispatch_due",
    "workflows.correlation.deliver_due",
    "workflows.senders.expire_due",
    "workflows.answering.tell_due",
    "workflows.migration_batches.sweep_due",
    "workflows.publishing.fan_out_due",
    "workflows.publishing.wake_deliverers",
    "workflows.observing.look",
    "reviews.settlement.execute_due",
    "queues.claims.expire_due",
    "queues.claims.wake_due",
    "queues.clocks.tick",
    "workflows.workers.send_beat",
)


def sweep_once(sweeps: Iterable[str] = SWEEPS, *, now: datetime) -> dict[str, int]:
    """Run each sweep; returns how many rows each one moved. One that raises stops no other.

    Raises OperationalError or InterfaceError when the database itself cannot be reached.
    """
    moved = {}
    for name in sweeps:
        sweep: Callable[..., int] = import_string(name)
        try:
            moved[name] = sweep(now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("%s failed; the next sweep tries again.", name)
    return moved
