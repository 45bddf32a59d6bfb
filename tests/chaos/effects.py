"""A payment that can be held between being made and being recorded: the worst moment to die in."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from examples import ledger, loan_approval
from workflows import job_handlers
from workflows.job_handlers import Work

HELD_FOR = 20.0  # seconds at most; a test that dies must not leave a worker waiting


@job_handlers.handler("chaos.pay_out")
def pay_out(work: Work) -> Mapping[str, Any]:
    """Notes each attempt, pays once for the key, and waits while there is a file named `hold`."""
    place = ledger.place().parent
    note(place / "attempts", work.idempotency_key)
    paid = loan_approval.pay_out(work)
    wait_while(place / "hold")
    return paid


def note(path: Path, line: str) -> None:
    """One write of one short line, so that no two of them mix and none is half there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def wait_while(hold: Path) -> None:
    deadline = time.monotonic() + HELD_FOR
    while hold.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
