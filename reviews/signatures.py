"""Signatures as they count: which are in effect, which are void, and what they come to."""

from datetime import datetime

from reviews import four_eyes, permissions
from reviews.answers import EDIT
from reviews.models import Decision, Effect, Review, ReviewItem
from workflows import journal
from workflows.models import ProcessInstance


def in_effect(review: Review) -> list[Decision]:
    """The signatures of the current version that count, the oldest first."""
    signed = Decision.objects.filter(
        review=review,
        version=review.version,
        withdrawn_at__isnull=True,
        effect__status=Effect.Status.DONE,
    ).exclude(outcome=EDIT)
    return list(
        signed.select_related("account", "person", "item__requirement", "item__seat").order_by("id")
    )


def verdict(review: Review, signed: list[Decision]) -> four_eyes.Verdict:
    return four_eyes.verdict(
        [signature(decision) for decision in signed],
        subject=subject_of(review),
        needed=review.signatures_needed,
        mode=four_eyes.Mode(review.mode),
    )


def signature(decision: Decision) -> four_eyes.Signature:
    return four_eyes.Signature(
        person=decision.person_id,
        outcome=decision.outcome,
        version=decision.version,
        content_hash=decision.content_hash,
        is_withdrawn=decision.withdrawn_at is not None,
        is_arbitration=decision.item.seat.seat == ReviewItem.Seat.ARBITRATION,
    )


def subject_of(review: Review) -> four_eyes.Subject:
    return four_eyes.Subject(
        version=review.version,
        content_hash=review.content_hash,
        requester=review.requester_person_id,
        last_editor=review.last_editor_id,
        beneficiary=review.beneficiary_person_id,
    )


def is_still_entitled(decision: Decision) -> bool:
    """Active and entitled up to this moment, whatever was true when it was signed."""
    account = decision.account
    return (
        account.is_active
        and account.is_person
        and account.person_id == decision.person_id
        and permissions.is_entitled(account, decision.item)
    )


def void(decision: Decision, why: str, instance: ProcessInstance, *, now: datetime) -> None:
    """This signature does not count any more; its seat can be taken again."""
    Effect.objects.filter(decision=decision, status=Effect.Status.PENDING).update(
        status=Effect.Status.UNDONE, ended_at=now
    )
    decision.withdrawn_at = now
    decision.save(update_fields=["withdrawn_at"])
    ReviewItem.objects.filter(item=decision.item_id).update(is_void=True)
    journal.record(
        "decision.voided",
        instance=instance,
        actor="system",
        now=now,
        subject=f"item:{decision.item_id}",
        review=str(decision.review_id),
        decision=str(decision.pk),
        person=str(decision.person_id),
        version=decision.version,
        reason=why,
        **decision.review.nature,
    )
