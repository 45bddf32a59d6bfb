"""One colleague at work: takes the next item, thinks, answers, by the operations of everybody."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.db.models import Count, Min

from examples.lender import applicants, colleagues
from examples.lender.colleagues import Act, Colleague, Plan
from examples.lender.scoring import NotScorable
from queues import claims
from queues.models import Lease, Membership, Queue, SkipReason, User, WorkItem
from reviews import decisions
from reviews.answers import EDIT
from reviews.models import ReasonCode, Review
from workflows.refusals import Refusal

log = logging.getLogger("lender")

BEAT_EVERY = timedelta(seconds=50)  # well within the shortest lease
LEFT_FOR_VISITORS = {"personal-north": 2, "personal-south": 2}  # ready items; elsewhere one
LEFT_FOR = timedelta(seconds=90)  # before colleagues take these too


@dataclass
class Desk:
    """Where one colleague stands. Each call does one thing and says when to look again."""

    who: Colleague
    user: User
    chance: Random
    speed: float = 1.0
    seed: int = 0
    calm: float = 1.0  # how many times longer than usual between two looks at the queues
    lease: Lease | None = None
    plan: Plan | None = None
    done_at: datetime | None = None

    def go_on(self, now: datetime) -> datetime:
        """Take something, think on, or answer. Returns the moment of the next look."""
        try:
            return self._go_on(now)
        except Refusal as refusal:
            log.debug("%s: %s", self.user, refusal)
            return self._put_away(now)

    def pick_up(self, now: datetime) -> None:
        """Go on with what this colleague held when work stopped."""
        held = Lease.objects.select_related("item__queue").filter(
            holder=self.user, ended_at__isnull=True, expires_at__gt=now
        )
        if lease := held.first():
            self._consider(lease, now)

    def _go_on(self, now: datetime) -> datetime:
        if self.lease is None or self.plan is None or self.done_at is None:
            return self._take(now)
        if now < self.done_at:
            claims.heartbeat(
                item_id=self.lease.item_id, by=self.user, epoch=self.lease.epoch, now=now
            )
            return min(self.done_at, now + BEAT_EVERY)
        self._answer(self.lease, self.plan, now)
        return self._rest(now)

    def _take(self, now: datetime) -> datetime:
        waiting = waiting_for(self.user)
        for line in waiting:
            if not line.is_to_be_worked_on(now):
                continue
            if lease := claims.claim_next(by=self.user, now=now, queue=line.queue):
                haste = colleagues.haste(sum(each.count for each in waiting))
                return self._consider(lease, now, haste)
        return self._rest(now)

    def _consider(self, lease: Lease, now: datetime, haste: float = 1.0) -> datetime:
        self.lease, self.plan = lease, self._make_plan(lease)
        self.done_at = now + self.plan.after * haste / self.speed
        return min(self.done_at, now + BEAT_EVERY)

    def _rest(self, now: datetime) -> datetime:
        self.lease = self.plan = None
        return now + colleagues.rest(self.chance) * self.calm / self.speed

    def _put_away(self, now: datetime) -> datetime:
        """Whatever went wrong with this one, it goes back, if it is still held."""
        if self.lease is not None:
            try:
                claims.release(
                    item_id=self.lease.item_id, by=self.user, epoch=self.lease.epoch, now=now
                )
            except Refusal as refusal:
                log.debug("%s: %s", self.user, refusal)
        return self._rest(now)

    def _make_plan(self, lease: Lease) -> Plan:
        review = review_of(lease)
        try:
            case = applicants.truth(review.payload, seed=self.seed)
            amount = float(review.payload["amount"])
        except (NotScorable, KeyError, TypeError, ValueError):
            usual = review.suggestion or review.outcomes[0]
            return Plan(Act.DECIDE, colleagues.thought(self.who, self.chance), outcome=usual)
        plan = colleagues.plan(self.who, case, amount=amount, chance=self.chance)
        if plan.act is Act.EDIT and review.version > 1:
            return Plan(Act.DECIDE, plan.after, outcome="approve")
        return plan

    def _answer(self, lease: Lease, plan: Plan, now: datetime) -> None:
        match plan.act:
            case Act.SKIP:
                reason = self.chance.choice(list(SkipReason.objects.values_list("code", flat=True)))
                claims.skip(
                    item_id=lease.item_id, by=self.user, epoch=lease.epoch, reason=reason, now=now
                )
            case Act.RELEASE:
                claims.release(item_id=lease.item_id, by=self.user, epoch=lease.epoch, now=now)
            case _:
                self._decide(lease, plan, now)

    def _decide(self, lease: Lease, plan: Plan, now: datetime) -> None:
        review = review_of(lease)
        if plan.act is Act.EDIT:
            sign = partial(decisions.edit, edits=plan.edits)
        else:
            sign = partial(decisions.decide, outcome=plan.outcome)
        sign(
            item_id=lease.item_id,
            by=self.user,
            epoch=lease.epoch,
            version=review.version,
            content_hash=review.content_hash,
            reasons=self._reasons(review, plan.outcome or EDIT),
            now=now,
        )

    def _reasons(self, review: Review, outcome: str) -> list[str]:
        offered = ReasonCode.objects.filter(review_kind=review.kind, outcome=outcome)
        codes = list(offered.values_list("code", flat=True))
        return self.chance.sample(codes, k=min(len(codes), self.chance.choice((0, 1, 1, 2))))


def review_of(lease: Lease) -> Review:
    return Review.objects.get(seats__item=lease.item_id)


@dataclass(frozen=True, slots=True)
class Line:
    """What waits in one queue."""

    queue: Queue
    count: int
    first: int  # sort key of what comes next
    oldest_at: datetime

    def is_to_be_worked_on(self, now: datetime) -> bool:
        """A few young items are left for a visitor to find."""
        left = LEFT_FOR_VISITORS.get(self.queue.slug, 1)
        return self.count > left or now - self.oldest_at > LEFT_FOR


def waiting_for(user: User) -> list[Line]:
    """The queues of a colleague in which something waits, the most urgent first."""
    mine = Membership.objects.filter(user=user, can_work=True).values("queue_id")
    ready = WorkItem.objects.filter(status=WorkItem.Status.READY, queue_id__in=mine)
    rows = list(
        ready.values_list("queue_id").annotate(Count("pk"), Min("sort_key"), Min("ready_at"))
    )
    queues = Queue.objects.in_bulk([row[0] for row in rows])
    lines = [Line(queues[queue_id], *rest) for queue_id, *rest in rows]
    return sorted(lines, key=lambda line: line.first)
