"""The parts of a signature: what is held, who may sign, over what, and how it is written down."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from queues import items, leases
from queues.models import Exclusion, Lease, Person, User, WorkItem
from queues.refusals import LeaseLost
from reviews import four_eyes, parties, permissions, seats, settlement, signatures
from reviews.answers import EDIT, Answer
from reviews.models import Decision, Effect, Review, ReviewItem
from workflows import journal, runtime
from workflows.models import ProcessInstance
from workflows.refusals import NotAllowed, NotValid, OutOfDate


class MayNotSign(NotAllowed):
    """Four eyes: somebody else has to."""


class ChangedSinceShown(OutOfDate):
    """What is in force is not what was on the page."""


class AlreadyDecided(OutOfDate):
    """There is a decision already."""


@dataclass(slots=True)
class Held:
    """An item with its review and process, all locked, as they are now."""

    instance: ProcessInstance
    review: Review
    item: WorkItem
    seat: ReviewItem


def hold(item_id: UUID) -> Held:
    found = ReviewItem.objects.filter(item=item_id).values_list("review_id", "item__instance_id")
    ids = found.first()
    if ids is None:
        raise NotValid("There is no such item to decide.")
    review_id, instance_id = ids
    instance = runtime.hold(instance_id)
    review = settlement.lock(review_id)
    item = items.lock(item_id)
    item.instance = instance  # one object carries the head of the chain
    return Held(instance, review, item, ReviewItem.objects.get(item=item_id))


def sign(
    held: Held, by: User, epoch: int, seen: tuple[int, str], answer: Answer, now: datetime
) -> Decision:
    if earlier := earlier_one(held, by, epoch):
        return again(earlier, answer.outcome, answer.edits)
    check_current(held, by, epoch, seen, now)
    account = User.objects.select_related("person").get(pk=by.pk)
    _check_signer(held, account)
    _check_arbitration(held, answer)
    lease = check_lease(held.item, account, epoch, now)
    decision = Decision.objects.create(
        review=held.review,
        item=held.item,
        epoch=epoch,
        version=held.review.version,
        content_hash=held.review.content_hash,
        person=person_of(account),
        account=account,
        outcome=answer.outcome,
        edits=answer.edits,
        reasons=answer.reasons,
        rationale=answer.rationale,
        decided_at=now,
    )
    due_at = now + timedelta(seconds=account.undo_for)
    effect = Effect.objects.create(decision=decision, due_at=due_at)
    held.item = items.complete(item=held.item, by=account, epoch=epoch, now=now)
    for other in seats.open_items(held.review, held.instance):
        exclude(other, person_of(account), seats.SIGNED)
    _record(held, decision, lease, answer, now)
    if not account.undo_for:
        settlement.take(effect, held.review, held.instance, now=now)
    return decision


def earlier_one(held: Held, by: User, epoch: int) -> Decision | None:
    """What this account decided under this very lease."""
    made = Decision.objects.filter(
        item=held.item, account=by, epoch=epoch, withdrawn_at__isnull=True
    )
    return made.select_related("effect").first()


def again(earlier: Decision, outcome: str, edits: dict[str, Any]) -> Decision:
    """A double click is one decision; another answer under the same lease is refused."""
    if (earlier.outcome, earlier.edits) != (outcome, edits):
        raise AlreadyDecided(
            f"You decided this already: {earlier.outcome}. Undo that first to decide otherwise."
        )
    return earlier


def check_current(held: Held, by: User, epoch: int, seen: tuple[int, str], now: datetime) -> None:
    """Still held by this account, still open, still what was shown."""
    check_lease(held.item, by, epoch, now)
    if held.review.status != Review.Status.OPEN:
        raise ChangedSinceShown("This review is over. Nothing is asked any more.")
    version, content_hash = seen
    subject = signatures.subject_of(held.review)
    if sentence := four_eyes.out_of_date(subject, version=version, content_hash=content_hash):
        raise ChangedSinceShown(sentence)


def check_lease(item: WorkItem, by: User, epoch: int, now: datetime) -> Lease:
    lease = leases.held(item=item, by=by, epoch=epoch)
    if now >= lease.expires_at:
        raise LeaseLost(f"Your reservation of {item} has run out. Claim it again to go on.")
    return lease


def _check_signer(held: Held, account: User) -> None:
    signer = four_eyes.Signer(
        person=account.person_id,
        kind=four_eyes.Kind(account.kind),
        is_active=account.is_active,
        is_entitled=permissions.is_entitled(account, held.item),
    )
    signed = Decision.objects.filter(
        review=held.review, version=held.review.version, withdrawn_at__isnull=True
    ).select_related("item__seat")
    holding = (
        WorkItem.objects.filter(seat__review=held.review, status=WorkItem.Status.RESERVED)
        .exclude(pk=held.item.pk)
        .values_list("holder__person_id", flat=True)
    )
    sentence = four_eyes.refusal(
        signer,
        signatures.subject_of(held.review),
        [signatures.signature(decision) for decision in signed],
        holding=[person for person in holding if person],
    )
    if sentence:
        raise MayNotSign(sentence)
    person = person_of(account)
    if why := parties.excluded(held.review, held.instance).get(person):
        raise MayNotSign(f"{why} Somebody else has to sign.")
    kept = Exclusion.objects.filter(item=held.item, person=person).first()
    if kept:
        raise MayNotSign(f"{kept.reason} Somebody else has to sign.")


def _check_arbitration(held: Held, answer: Answer) -> None:
    """A third person decides between the two answers in dispute, or changes the content."""
    if held.seat.seat != ReviewItem.Seat.ARBITRATION or answer.outcome == EDIT:
        return
    match signatures.verdict(held.review, signatures.in_effect(held.review)):
        case four_eyes.Conflict(outcomes) if answer.outcome not in outcomes:
            raise NotValid(f"The two answers are {' and '.join(outcomes)}. Choose one of them.")


def person_of(account: User) -> Person:
    if account.person is None:
        raise MayNotSign("Only people sign. Service accounts and agents may suggest.")
    return account.person


def exclude(item: WorkItem, person: Person, why: str) -> None:
    Exclusion.objects.get_or_create(item=item, person=person, defaults={"reason": why})


def _record(held: Held, decision: Decision, lease: Lease, answer: Answer, now: datetime) -> None:
    """Everything that the invariant needs later; texts and values stay outside the chain."""
    review = held.review
    journal.record(
        "decision.signed",
        instance=held.instance,
        actor=decision.account.actor,
        now=now,
        subject=f"item:{held.item.pk}",
        review=str(review.pk),
        decision=str(decision.pk),
        item=str(held.item.pk),
        seat=held.seat.seat,
        person=str(decision.person_id),
        outcome=decision.outcome,
        version=decision.version,
        content_hash=decision.content_hash,
        is_active=True,
        is_entitled=True,
        epoch=decision.epoch,
        claimed_at=lease.claimed_at.isoformat(),
        lease_expires_at=lease.expires_at.isoformat(),
        disposition=review.disposition,
        grid_version=review.grid.version if review.grid else None,
        reasons=decision.reasons,
        rationale_hash=answer.rationale_hash,
        edited_fields=sorted(decision.edits),
    )
