"""Deciding, editing, taking back, flagging, and letting through what the grid stopped.

One lock order: process instance, review, work item. Nothing read before the locks is trusted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from queues import claims, items, leases
from queues.models import Exclusion, Lease, Person, User, WorkItem
from queues.refusals import LeaseLost
from reviews import (
    answers,
    editing,
    four_eyes,
    parties,
    permissions,
    seats,
    settlement,
    signatures,
)
from reviews.answers import EDIT, Answer
from reviews.models import Decision, Effect, Flag, Review, ReviewItem
from reviews.settlement import execute_due
from workflows import journal, runtime
from workflows.canonical import digest
from workflows.models import ProcessInstance
from workflows.refusals import NotAllowed, NotValid, OutOfDate

__all__ = ["decide", "edit", "execute_due", "flag", "unblock", "undo"]


class MayNotSign(NotAllowed):
    """Four eyes: somebody else has to."""


class ChangedSinceShown(OutOfDate):
    """What is in force is not what was on the page."""


class AlreadyDecided(OutOfDate):
    """There is a decision already."""


class TooLateToUndo(OutOfDate):
    """The decision has taken effect, or is about to."""


@dataclass(slots=True)
class Held:
    """An item with its review and process, all locked, as they are now."""

    instance: ProcessInstance
    review: Review
    item: WorkItem
    seat: ReviewItem


@transaction.atomic
def decide(
    *,
    item_id: UUID,
    by: User,
    epoch: int,
    version: int,
    content_hash: str,
    outcome: str,
    reasons: Sequence[str] = (),
    rationale: str = "",
    now: datetime,
) -> Decision:
    """One person's answer, over exactly what was shown. It takes effect after the undo window.

    Sending the same answer again under the same lease gives the decision that was made.
    """
    held = _hold(item_id)
    if outcome == EDIT:
        raise NotValid("To change values, edit them. To decide, choose an outcome.")
    answer = answers.sound(held.review, outcome=outcome, reasons=reasons, rationale=rationale)
    return _signed(held, by, epoch, (version, content_hash), answer, now)


@transaction.atomic
def edit(
    *,
    item_id: UUID,
    by: User,
    epoch: int,
    version: int,
    content_hash: str,
    edits: Mapping[str, Any],
    reasons: Sequence[str] = (),
    rationale: str = "",
    now: datetime,
) -> Decision:
    """Proposes other values: a new version, which somebody else signs."""
    held = _hold(item_id)
    if earlier := _earlier(held, by, epoch):
        return _again(earlier, EDIT, dict(edits))
    _check_current(held, by, epoch, (version, content_hash), now)
    editing.check(held.review)
    answer = answers.sound(
        held.review, outcome=EDIT, reasons=reasons, rationale=rationale, edits=edits
    )
    return _signed(held, by, epoch, (version, content_hash), answer, now)


@transaction.atomic
def undo(*, decision_id: UUID, by: User, now: datetime) -> Lease:
    """Takes a decision back before it takes effect; this person holds the item again."""
    found = Decision.objects.filter(pk=decision_id).values_list("item_id", flat=True).first()
    if found is None:
        raise NotValid("There is no such decision.")
    held = _hold(found)
    decision = Decision.objects.select_for_update(no_key=True).get(pk=decision_id)
    if decision.account_id != by.pk:
        raise NotAllowed("Only who decided can take it back.")
    if decision.withdrawn_at:
        raise TooLateToUndo("This decision was taken back already, or does not count any more.")
    effect = Effect.objects.select_for_update(no_key=True).get(decision=decision)
    if effect.status != Effect.Status.PENDING or now >= effect.due_at:
        raise TooLateToUndo("The decision has taken effect. Flag it to have it looked at again.")
    effect.undo(now=now)
    effect.save(update_fields=["status", "ended_at"])
    decision.withdrawn_at = now
    decision.save(update_fields=["withdrawn_at"])
    Exclusion.objects.filter(
        item__seat__review=held.review, person=decision.person_id, reason=seats.SIGNED
    ).delete()
    lease = items.reopen(item=held.item, by=by, now=now)
    journal.record(
        "decision.withdrawn",
        instance=held.instance,
        actor=by.actor,
        now=now,
        subject=f"item:{held.item.pk}",
        review=str(held.review.pk),
        decision=str(decision.pk),
        person=str(decision.person_id),
        version=decision.version,
    )
    return lease


@transaction.atomic
def flag(*, item_id: UUID, by: User, epoch: int, text: str, now: datetime) -> Flag:
    """Tells the queue's managers, and passes the item on to somebody else."""
    said = answers.cleaned(text, "The text", limit=answers.LONGEST_RATIONALE)
    if not said:
        raise NotValid("Say in a few words what a manager should look at.")
    _check_lease(_hold(item_id).item, by, epoch, now)
    claims.release(item_id=item_id, by=by, epoch=epoch, now=now)
    held = _hold(item_id)
    flagged = Flag.objects.create(item=held.item, account=by, text=said, at=now)
    _exclude(held.item, _person(by), "You flagged this. Somebody else looks at it now.")
    seats.tell_managers(held.review, f"{by} flagged {held.item}: {said}", item=held.item, now=now)
    journal.record(
        "item.flagged",
        instance=held.instance,
        actor=by.actor,
        now=now,
        subject=f"item:{held.item.pk}",
        review=str(held.review.pk),
        flag=flagged.pk,
    )
    return flagged


@transaction.atomic
def unblock(*, review_id: UUID, by: User, rationale: str, now: datetime) -> Review:
    """Lets through to people what the grid stopped: two of them, never to automatic."""
    instance_id = Review.objects.values_list("instance_id", flat=True).get(pk=review_id)
    instance = runtime.hold(instance_id)
    review = settlement.lock(review_id)
    account = User.objects.get(pk=by.pk)
    if not permissions.may_unblock(account, review):
        raise NotAllowed("Only a manager of the queue without a part in this lets it through.")
    if review.status != Review.Status.BLOCKED:
        raise OutOfDate("This is not stopped any more.")
    why = answers.cleaned(rationale, "The rationale", limit=answers.LONGEST_RATIONALE)
    if not why:
        raise NotValid("Say why this may go on.")
    review.unblock(by=account, rationale=why, now=now)
    review.save(update_fields=["status", "released_by", "released_at", "release_rationale"])
    journal.record(
        "review.unblocked",
        instance=instance,
        actor=account.actor,
        now=now,
        subject=f"review:{review.pk}",
        review=str(review.pk),
        person=str(account.person_id),
        signatures_needed=review.signatures_needed,
        rationale_hash=digest(why),
    )
    seats.open_missing(review, instance, now=now)
    return review


# --- the parts of a signature ---


def _hold(item_id: UUID) -> Held:
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


def _signed(
    held: Held, by: User, epoch: int, seen: tuple[int, str], answer: Answer, now: datetime
) -> Decision:
    if earlier := _earlier(held, by, epoch):
        return _again(earlier, answer.outcome, answer.edits)
    _check_current(held, by, epoch, seen, now)
    account = User.objects.select_related("person").get(pk=by.pk)
    _check_signer(held, account)
    _check_arbitration(held, answer)
    lease = _check_lease(held.item, account, epoch, now)
    decision = Decision.objects.create(
        review=held.review,
        item=held.item,
        epoch=epoch,
        version=held.review.version,
        content_hash=held.review.content_hash,
        person=_person(account),
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
        _exclude(other, _person(account), seats.SIGNED)
    _record(held, decision, lease, answer, now)
    if not account.undo_for:
        settlement.take(effect, held.review, held.instance, now=now)
    return decision


def _earlier(held: Held, by: User, epoch: int) -> Decision | None:
    """What this account decided under this very lease."""
    made = Decision.objects.filter(
        item=held.item, account=by, epoch=epoch, withdrawn_at__isnull=True
    )
    return made.select_related("effect").first()


def _again(earlier: Decision, outcome: str, edits: dict[str, Any]) -> Decision:
    """A double click is one decision; another answer under the same lease is refused."""
    if (earlier.outcome, earlier.edits) != (outcome, edits):
        raise AlreadyDecided(
            f"You decided this already: {earlier.outcome}. Undo that first to decide otherwise."
        )
    return earlier


def _check_current(held: Held, by: User, epoch: int, seen: tuple[int, str], now: datetime) -> None:
    """Still held by this account, still open, still what was shown."""
    _check_lease(held.item, by, epoch, now)
    if held.review.status != Review.Status.OPEN:
        raise ChangedSinceShown("This review is over. Nothing is asked any more.")
    version, content_hash = seen
    subject = signatures.subject_of(held.review)
    if sentence := four_eyes.out_of_date(subject, version=version, content_hash=content_hash):
        raise ChangedSinceShown(sentence)


def _check_lease(item: WorkItem, by: User, epoch: int, now: datetime) -> Lease:
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
    person = _person(account)
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


def _person(account: User) -> Person:
    if account.person is None:
        raise MayNotSign("Only people sign. Service accounts and agents may suggest.")
    return account.person


def _exclude(item: WorkItem, person: Person, why: str) -> None:
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
