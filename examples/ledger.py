"""What left the house in an example, for everybody to count: payments, reservations, letters.

Handlers of examples call nobody. They enter an effect here, once for each idempotency key, however
often they are asked for it: as a partner would that is handed the key.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from workflows.job_handlers import Work

Entry = dict[str, Any]


def place() -> Path:
    """The file that effects are entered in, one JSON object a line."""
    return Path(os.environ.get("COUNTERSIGN_LEDGER") or settings.VAR_DIR / "ledger.jsonl")


def enter(
    kind: str,
    work: Work,
    *,
    amount: float,
    part: str = "",
    refuse: Callable[[Sequence[Entry]], None] | None = None,
    **facts: Any,
) -> Entry:
    """Enter an effect once for its key; gives what was entered, now or by an earlier attempt.

    What undoes an effect is entered with the amount below zero, so that sums tell what is left.
    `part` tells several effects of one job apart. `refuse` looks at all that is entered, while
    nobody else can enter anything, and raises when this effect must not be any more.
    """
    key = f"{work.idempotency_key}{part and '/'}{part}"
    path = place()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        known = list(_whole(file))
        if found := next((each for each in known if each["key"] == key), None):
            return found
        if refuse:
            refuse(known)
        entry = {
            "key": key,
            "kind": kind,
            "amount": amount,
            **facts,
            "entered_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        file.write(f"{json.dumps(entry)}\n")
        file.flush()
        os.fsync(file.fileno())
    return entry


def entries() -> list[Entry]:
    """Everything that was entered, the oldest first."""
    path = place()
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        return list(_whole(file))


def _whole(file: Any) -> Iterator[Entry]:
    """A line cut short by a crash is no entry."""
    for line in file:
        if line.endswith("\n"):
            yield json.loads(line)
