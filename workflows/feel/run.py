"""One evaluation: what it may still spend, what time it is, and what it noticed.

The standard answers null where an operation has no answer (DMN 1.5, 10.3.2.13). The null alone
tells nobody why, so each one leaves a sentence in `notes`.
"""

from datetime import datetime
from time import monotonic

from workflows.feel.errors import BudgetExceeded

MOST_STEPS = 1_000_000  # iterations, function calls and elements produced
MOST_NOTES = 100
DEEPEST_CALLS = 200  # functions within functions
LONGEST_SECONDS = 5.0
CHECKED_EVERY = 1_000  # steps between two looks at the clock


class Run:
    """The budget and the clock of one evaluation. Not shared between threads."""

    __slots__ = ("_deadline", "_look_again", "depth", "left", "notes", "now")

    def __init__(
        self,
        *,
        now: datetime,
        steps: int = MOST_STEPS,
        seconds: float = LONGEST_SECONDS,
    ) -> None:
        self.now = now  # with a zone
        self.left = steps
        self.depth = 0
        self.notes: list[str] = []
        self._deadline = monotonic() + seconds
        self._look_again = steps - CHECKED_EVERY

    def spend(self, steps: int = 1) -> None:
        """Pay for work whose amount depends on the values; raises BudgetExceeded."""
        self.left -= steps
        if self.left > self._look_again:
            return
        if self.left < 0:
            raise BudgetExceeded(
                "The evaluation takes too many steps. Make its lists or ranges smaller."
            )
        self._look_again = self.left - CHECKED_EVERY
        if monotonic() > self._deadline:
            raise BudgetExceeded("The evaluation takes too long. Make the expression simpler.")

    def enter(self) -> None:
        """One function call deeper; `leave` when it is over."""
        self.depth += 1
        if self.depth > DEEPEST_CALLS:
            raise BudgetExceeded(
                f"Functions call each other more than {DEEPEST_CALLS} deep. End them sooner."
            )

    def leave(self) -> None:
        """A function call is over."""
        self.depth -= 1

    def note(self, sentence: str) -> None:
        """Remember why something became null."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(sentence)
