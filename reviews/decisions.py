"""Deciding, editing, taking back, flagging, and letting through what the grid stopped.

One lock order: process instance, review, work item. Nothing read before the locks is trusted.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from queues import claims, items
from queues.models import Exclusion, Lease, User
from reviews import editing, permissions, seats, settlement, signing
from reviews.answers import EDIT, LONGEST_RATIONALE, cleaned, sound
from reviews.models import Decision, Effect, Flag, Review
from reviews.settlement import execute_due
from reviews.signing import NOTHING, AlreadyDecided, ChangedSinceShown, MayNotSign
from workflows import journal, runtime
from workflows.canonical import digest
from workflows.refusals import NotAllowed, NotValid, OutOfDate

__all__ = [
    "AlreadyDecided",
    "ChangedSinceShown",
    "MayNotSign",
    "TooLateToUndo",
    "decide",
    "edit",
    "execute_due",
    "flag",
    "unblock",
    "undo",
]


class TooLateToUndo(OutOfDate):
    """The decision has taken effect, or is about to."""


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
    answers: Mapping[str, Any] = NOTHING,
    now: datetime,
) -> Decision:
    """One person's answer, over exactly what was shown. It takes effect after the undo window.

    `answers` are the values of the fields of a form, by name, where plain work is done.
    Sending the same answer again under the same lease gives the decision that was made.
    """
    held = signing.hold(item_id)
    if outcome == EDIT:
        raise NotValid("To change values, edit them. To decide, choose an outcome.")
    answer = sound(
        held.review, outcome=outcome, reasons=reasons, rationale=rationale, filled=answers
    )
    with journal.gathering(held.instance):
        return signing.sign(held, by, epoch, (version, content_hash), answer, now)


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
    held = signing.hold(item_id)
    if earlier := signing.earlier_one(held, by, epoch):
        return signing.again(earlier, EDIT, dict(edits))
    signing.check_current(held, by, epoch, (version, content_hash), now)
    editing.check(held.review)
    answer = sound(held.review, outcome=EDIT, reasons=reasons, rationale=rationale, edits=edits)
    return signing.sign(held, by, epoch, (version, content_hash), answer, now)


@transaction.atomic
def undo(*, decision_id: UUID, by: User, now: datetime) -> Lease:
    """Takes a decision back before it takes effect; this person holds the item again."""
    found = Decision.objects.filter(pk=decision_id).values_list("item_id", flat=True).first()
    if found is None:
        raise NotValid("There is no such decision.")
    held = signing.hold(found)
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
        **held.review.nature,
    )
    return lease


@transaction.atomic
def flag(*, item_id: UUID, by: User, epoch: int, text: str, now: datetime) -> Flag:
    """Tells the queue's managers, and passes the item on to somebody else."""
    said = cleaned(text, "The text", limit=LONGEST_RATIONALE)
    if not said:
        raise NotValid("Say in a few words what a manager should look at.")
    signing.check_lease(signing.hold(item_id).item, by, epoch, now)
    claims.release(item_id=item_id, by=by, epoch=epoch, now=now)
    held = signing.hold(item_id)
    flagged = Flag.objects.create(item=held.item, account=by, text=said, at=now)
    signing.exclude(
        [held.item], signing.person_of(by), "You flagged this. Somebody else looks at it now."
    )
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
    why = cleaned(rationale, "The rationale", limit=LONGEST_RATIONALE)
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
