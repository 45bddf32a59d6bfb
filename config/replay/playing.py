"""Playing cases through the house at the times that the log says, each as a whole or not at all.

A case is one transaction: beside a running house, whose sweep lives in the present, nobody sees an
item of the past that waits for what the log says next.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context

from django.db import connection, connections, transaction

from config.replay.event_log import Case
from queues import claims, clocks
from queues.models import Breach, User, WorkItem
from reviews import decisions
from reviews.models import Review
from workflows import intake
from workflows.models import ProcessInstance, Receipt

SENDER = "api:replay"
MESSAGE = "permit.received"
ANSWER = "approve"  # a log says when somebody decided, not what


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a replay, counted in the log and in the house."""

    cases: int
    new: int
    both: int  # have a deadline and an end
    late: int  # of those, ended after their deadline, by the log
    breaches: int  # of those, as the house recorded them

    @property
    def agrees(self) -> bool:
        return self.late == self.breaches


def play(cases: Iterable[Case], accounts: Mapping[str, User], *, processes: int = 1) -> Report:
    """Play every case that has not been played; cases come in the order of their starts.

    Cases do not touch each other, so several processes may share them.
    """
    wanted = list(cases)
    known = known_keys(wanted)
    new = [case for case in wanted if case.key not in known]
    shares = [share for share in (new[place::processes] for place in range(processes)) if share]
    if len(shares) > 1:
        _play_side_by_side(shares, accounts)
    else:
        play_all(new, accounts)
    return report(wanted, new=len(new))


def play_all(cases: Iterable[Case], accounts: Mapping[str, User]) -> None:
    for case in cases:
        play_one(case, accounts)


def _play_side_by_side(shares: list[list[Case]], accounts: Mapping[str, User]) -> None:
    """A connection of the database does not survive a fork: each process opens its own."""
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's; the stubs know the base
    with ProcessPoolExecutor(
        len(shares), mp_context=get_context("fork"), initializer=_forget_connections
    ) as pool:
        for share in [pool.submit(play_all, share, accounts) for share in shares]:
            share.result()


def _forget_connections() -> None:
    """Another thread may have opened connections just before the fork: they are not ours."""
    database = connections["default"]
    type(database)._connection_pools.clear()  # type: ignore[attr-defined]  # as above
    database.connection = None


@transaction.atomic
def play_one(case: Case, accounts: Mapping[str, User]) -> ProcessInstance:
    """From the message to the decision, and what the clocks say in between."""
    instance, _ = intake.receive(
        message=MESSAGE,
        variables=variables(case),
        business_key=case.key[:200],
        idempotency_key=case.key,
        sender=SENDER,
        now=case.started_at,
    )
    if case.ended_at is None:
        return instance
    taken_at, who = case.last_touch
    clocks.tick(now=taken_at)
    decide(instance, accounts[who], taken_at=taken_at, decided_at=case.ended_at)
    return instance


def decide(
    instance: ProcessInstance, by: User, *, taken_at: datetime, decided_at: datetime
) -> None:
    item = WorkItem.objects.get(instance=instance)
    lease = claims.claim(item_id=item.pk, by=by, now=taken_at)
    clocks.tick(now=decided_at)
    review = Review.objects.get(instance=instance)
    decisions.decide(
        item_id=item.pk,
        by=by,
        epoch=lease.epoch,
        version=review.version,
        content_hash=review.content_hash,
        outcome=ANSWER,
        now=decided_at,
    )


def variables(case: Case) -> dict[str, str | None]:
    return {
        "case": case.key,
        **case.attributes,
        "deadline": case.deadline.isoformat() if case.deadline else None,
    }


def known_keys(cases: Iterable[Case]) -> set[str]:
    keys = [case.key for case in cases]
    found = Receipt.objects.filter(sender=SENDER, idempotency_key__in=keys)
    return set(found.values_list("idempotency_key", flat=True))


def report(cases: list[Case], *, new: int) -> Report:
    both = [case for case in cases if case.deadline and case.ended_at]
    receipts = Receipt.objects.filter(
        sender=SENDER, idempotency_key__in=[case.key for case in both]
    )
    broken = Breach.objects.filter(clock__instance__in=receipts.values("instance_id"))
    return Report(
        cases=len(cases),
        new=new,
        both=len(both),
        late=sum(case.ended_late for case in both),
        breaches=broken.values("clock__instance_id").distinct().count(),
    )
