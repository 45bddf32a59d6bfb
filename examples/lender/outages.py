"""The lender's partners are out of reach now and then: the bank that pays, the credit bureau.

The switch is LENDER_OUTAGES: the share of time that each of them is down, from 0 to 1. Not set, it
is 0, and 0.02 in the demo. A short hiccup is over at the second try; an outage of some length may
use up all tries, and then a person finds an incident.
"""

import hashlib
import os
from datetime import datetime, timedelta

SWITCH = "LENDER_OUTAGES"
IN_THE_DEMO = "0.02"
LASTS = timedelta(seconds=20)
HICCUPS = 0.5  # for each unit of the share of outages, so many first tries fail by themselves
NAMES = {"bank": "The bank", "bureau": "The credit bureau"}


class ServiceDown(Exception):
    """The other side does not answer."""


def check(service: str, *, key: str, attempt: int, at: datetime) -> None:
    """Raises ServiceDown when the service cannot be reached at this moment."""
    share = switched_on()
    if share and (is_down(service, at, share) or has_hiccup(service, key, attempt, share)):
        raise ServiceDown(f"{NAMES[service]} does not answer. Nothing was lost; try again.")


def switched_on() -> float:
    """The share of time that a partner is down; 0 unless somebody has set the switch."""
    try:
        share = float(os.environ.get(SWITCH) or usual())
    except ValueError:
        return 0.0
    return share if 0 <= share <= 1 else 0.0


def usual() -> str:
    return IN_THE_DEMO if os.environ.get("COUNTERSIGN_DEMO") == "1" else "0"


def is_down(service: str, at: datetime, share: float) -> bool:
    """The same answer for everybody who asks within the same short window of time."""
    window = int(at.timestamp() // LASTS.total_seconds())
    return lot(f"{service}:{window}") < share


def has_hiccup(service: str, key: str, attempt: int, share: float) -> bool:
    return attempt == 1 and lot(f"{service}:{key}") < share * HICCUPS


def lot(text: str) -> float:
    """A number from 0 up to 1, the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48
