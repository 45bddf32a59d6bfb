"""The simulated manager: lets stopped loans through and has failed steps tried again, in time.

Younger ones stay for a visitor to find, and so do the last few.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from queues.models import User
from reviews import decisions
from reviews.models import Review
from workflows import incidents
from workflows.models import Incident
from workflows.refusals import Refusal

log = logging.getLogger("lender")

LOOK_EVERY = timedelta(seconds=45)
OLD_ENOUGH = timedelta(minutes=6)
LEFT_FOR_VISITORS = 2
RATIONALES = (
    "Spoke to the applicant; the collateral covers the amount.",
    "Customer of many years, income confirmed by the employer.",
    "Papers are complete now.",
)


@dataclass
class Supervision:
    """One round now and then."""

    manager: User
    rounds: int = 0

    def go_round(self, now: datetime) -> datetime:
        self.rounds += 1
        for act in (self.let_one_through, self.try_one_again):
            try:
                act(now)
            except Refusal as refusal:
                log.debug("%s: %s", self.manager, refusal)
        return now + LOOK_EVERY

    def let_one_through(self, now: datetime) -> None:
        stopped = Review.objects.filter(status=Review.Status.BLOCKED).order_by("opened_at")
        ids = list(stopped.values_list("pk", "opened_at")[: LEFT_FOR_VISITORS + 1])
        if len(ids) > LEFT_FOR_VISITORS and now - ids[0][1] > OLD_ENOUGH:
            rationale = RATIONALES[self.rounds % len(RATIONALES)]
            decisions.unblock(review_id=ids[0][0], by=self.manager, rationale=rationale, now=now)

    def try_one_again(self, now: datetime) -> None:
        waiting = Incident.objects.filter(status=Incident.Status.OPEN).order_by("opened_at")
        ids = list(waiting.values_list("pk", "opened_at")[: LEFT_FOR_VISITORS + 1])
        if len(ids) > LEFT_FOR_VISITORS and now - ids[0][1] > OLD_ENOUGH:
            incidents.retry(incident_id=ids[0][0], by=self.manager.actor, now=now)
