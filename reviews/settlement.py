"""What a decision sets off once it can no longer be undone: the next seat, a new version, the end.

Everything here runs with the instance and the review held, in this order, and once: an effect is
taken or undone, never both, and a review that is over stays over.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from queues import items
from reviews import editing, four_eyes, seats, signatures
from reviews.models import Decision, Effect, Review, ReviewItem
from workflows import journal, runtime
from workflows.journal import Fact
from workflows.models import ProcessInstance

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500


def execute_due(now: datetime) -> int:
    """Takes every effect that is due; what somebody else holds right now waits for the next round.

    Any number of sweeps may run side by side. One that fails is left as it was and does not keep
    the others from going on.
    """
    due = Effect.objects.filter(status=Effect.Status.PENDING, due_at__lte=now).order_by("due_at")
    rows = due.values_list("pk", "decision__review_id", "decision__review__instance_id")
    taken = 0
    for effect_id, review_id, instance_id in list(rows[:MOST_AT_ONCE]):
        try:
            taken += _execute_one(effect_id, review_id, instance_id, now)
        except Exception:
            log.exception("The effect %s could not be taken.", effect_id)
    return taken


@transaction.atomic
def _execute_one(effect_id: int, review_id: UUID, instance_id: UUID, now: datetime) -> bool:
    instance = runtime.hold_if_free(instance_id)
    if instance is None:
        return False
    review = lock(review_id)
    effect = Effect.objects.select_for_update(no_key=True).get(pk=effect_id)
    if effect.status != Effect.Status.PENDING or effect.due_at > now:
        return False
    take(effect, review, instance, now=now)
    return True


def lock(review_id: UUID) -> Review:
    """The review as it is now, held; its instance is held already."""
    held = Review.objects.select_for_update(no_key=True, of=("self",))
    return held.select_related("grid", "activity").get(pk=review_id)


def take(effect: Effect, review: Review, instance: ProcessInstance, *, now: datetime) -> None:
    """A signature begins to count, or turns out to be void."""
    decision = effect.decision
    if problem := _void_because(decision, review):
        signatures.void(decision, problem, instance, now=now)
        if review.status == Review.Status.OPEN:
            _settle(review, instance, decision, now=now)
        return
    effect.take(now=now)
    effect.save(update_fields=["status", "ended_at"])
    begin(decision, review, instance, now=now)


def begin(decision: Decision, review: Review, instance: ProcessInstance, *, now: datetime) -> None:
    """What a signature sets off that counts from now on."""
    if decision.outcome == editing.EDIT:
        editing.apply(decision, review, instance, now=now)
    else:
        _settle(review, instance, decision, now=now)


def _void_because(decision: Decision, review: Review) -> str:
    if review.status != Review.Status.OPEN:
        return "The review is over."
    if (decision.version, decision.content_hash) != (review.version, review.content_hash):
        return "The content changed before this took effect."
    if not signatures.is_still_entitled(decision):
        return "Who signed is not entitled any more."
    return ""


def _settle(review: Review, instance: ProcessInstance, latest: Decision, *, now: datetime) -> None:
    signed = _revalidated(review, instance, now=now)
    match signatures.verdict(review, signed):
        case four_eyes.Waiting():
            seats.open_missing(review, instance, now=now)
        case four_eyes.Conflict(outcomes):
            _arbitrate(review, instance, outcomes, now=now)
        case four_eyes.Agreed(outcome):
            _execute(review, instance, outcome, signed, latest, now=now)


def _revalidated(review: Review, instance: ProcessInstance, *, now: datetime) -> list[Decision]:
    """Signatures whose signers may still sign; the others are void, and their seats open again."""
    kept = []
    for decision in signatures.in_effect(review):
        if signatures.is_still_entitled(decision):
            kept.append(decision)
        else:
            signatures.void(decision, "Who signed is not entitled any more.", instance, now=now)
    return kept


def _arbitrate(
    review: Review, instance: ProcessInstance, outcomes: tuple[str, ...], *, now: datetime
) -> None:
    """Two people disagree: a third, who has signed nothing, decides between their answers."""
    if seats.in_force(review).filter(seat=ReviewItem.Seat.ARBITRATION).exists():
        return
    item = seats.open_seat(review, instance, ReviewItem.Seat.ARBITRATION, now=now)
    journal.record(
        "review.disputed",
        instance=instance,
        actor="system",
        now=now,
        subject=f"review:{review.pk}",
        review=str(review.pk),
        outcomes=list(outcomes),
        item=str(item.pk),
    )


def _execute(
    review: Review,
    instance: ProcessInstance,
    outcome: str,
    signed: list[Decision],
    latest: Decision,
    *,
    now: datetime,
) -> None:
    """Enough people agree: it happens, once."""
    review.settle(outcome=outcome, now=now)
    review.execute(now=now)
    review.save(update_fields=["status", "outcome", "settled_at", "executed_at"])
    for item in seats.open_items(review, instance):
        items.drop(item=item, now=now)
    detail = {
        "review": str(review.pk),
        "outcome": outcome,
        "version": review.version,
        **review.nature,
    }
    settled = Fact("review.settled", "system", f"review:{review.pk}", detail)
    move_on(
        review,
        instance,
        signed=signed,
        actor=latest.account.actor,
        now=now,
        facts=[settled, executed(review, signed)],
    )


def executed(review: Review, signed: list[Decision]) -> Fact:
    """What happened, over which content, by whose signatures."""
    return Fact(
        kind="review.executed",
        actor="system",
        subject=f"review:{review.pk}",
        detail={
            "review": str(review.pk),
            "version": review.version,
            "content_hash": review.content_hash,
            "outcome": review.outcome,
            **review.nature,
            "signatures": [
                {"decision": str(decision.pk), "person": str(decision.person_id)}
                for decision in signed
                if decision.outcome == review.outcome
            ],
        },
    )


def move_on(
    review: Review,
    instance: ProcessInstance,
    *,
    signed: list[Decision],
    actor: str,
    now: datetime,
    facts: Iterable[Fact] = (),
) -> None:
    """The process goes on with exactly what was signed, whatever its variables say by now.

    `facts` go into the journal first.
    """
    variables = _filled_in(signed) if review.is_work else _decided(review, signed, now)
    runtime.complete(
        activity=review.activity,
        instance=instance,
        variables=variables,
        actor=actor,
        now=now,
        before=facts,
    )


def _filled_in(signed: list[Decision]) -> dict[str, Any]:
    """What plain work brings: the fields of its form."""
    return dict(signed[-1].answers)


def _decided(review: Review, signed: list[Decision], now: datetime) -> dict[str, Any]:
    """What a question brings: the decision, and the payload as it was signed."""
    result: dict[str, Any] = {
        "outcome": review.outcome,
        "review": str(review.pk),
        "disposition": review.disposition,
        "version": review.version,
        "content_hash": review.content_hash,
        "payload": review.payload,
        "by": [each.account.actor for each in signed if each.outcome == review.outcome]
        or ["system"],
        "decided_at": now.isoformat(),
    }
    variables = {review.result_variable: result}
    if review.payload_variable and review.payload_variable != review.result_variable:
        variables[review.payload_variable] = review.payload
    return variables
