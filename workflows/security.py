"""What somebody who watches the house wants to see: input that looks like an attempt.

One logger, `countersign.security`, so that it can be sent wherever such lines are watched. Values
are written in ASCII with escapes, so that no input makes a line of its own, and a flood of one
kind is cut off after so many lines a minute.
"""

import json
import logging
import time

from workflows.refusals import NotAllowed, OutOfDate, Refusal

logger = logging.getLogger("countersign.security")

LINES_A_MINUTE = 60  # of one kind and process
LONGEST = 300  # characters of one value
_written: dict[str, tuple[int, int]] = {}  # kind → (minute, lines in it)


def refused(refusal: Refusal, *, by: str, at: str) -> None:
    """Somebody wanted what they may not, or had what is not theirs any more."""
    if isinstance(refusal, NotAllowed | OutOfDate):
        note(refusal.slug, by=by, at=at, what=refusal.sentence)


def note(kind: str, *, by: str = "", at: str = "", what: str = "") -> bool:
    """Write one line, unless this kind has had its share of the minute; whether it was written."""
    minute = int(time.monotonic() // 60)
    last, lines = _written.get(kind, (minute, 0))
    lines = lines + 1 if last == minute else 1
    _written[kind] = (minute, lines)
    if lines > LINES_A_MINUTE:
        return False
    more = " (further lines of this kind are left out for a minute)"
    logger.warning(
        "%s by=%s at=%s %s%s",
        kind, _escaped(by), _escaped(at), _escaped(what), more if lines == LINES_A_MINUTE else "",
    )  # fmt: skip
    return True


def _escaped(value: str) -> str:
    return json.dumps(value[:LONGEST])
