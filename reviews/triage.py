"""A person's step was reached: does it need a person, and how many?

Whatever is missing, cannot be placed or raises goes to people, with the reason on it (`grid`).
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from queues import items
from reviews import (
    evidence,
    grid,
    grids,
    parties,
    plain_work,
    questions,
    sampling,
    seats,
    settlement,
    signatures,
)
from reviews.models import Effect, Review
from reviews.questions import Question
from workflows import journal, postponing, standing
from workflows.bpmn.model import Node
from workflows.canonical import digest
from workflows.journal import Fact
from workflows.models import Activity, ProcessInstance

NO_CELL = grid.Assessment(grid.Disposition.REVIEW, None, "")


def opened(instance: ProcessInstance, activity: Activity, node: Node, now: datetime) -> None:
    """Within the transaction that holds the instance: ask nobody, one, two, or stop."""
    if plain_work.is_asked(node):
        _open_work(instance, activity, node, now)
        return
    question = questions.read(node, instance, standing.seen_by(activity, instance))
    review = _review(question, instance, activity, now)
    assessment = assess(review, question)
    review.disposition = assessment.disposition.value
    review.disposition_reason = _clipped(assessment.reason, question.problems)
    review.signatures_needed = SIGNATURES[assessment.disposition]
    review.routing_facts = _facts(review, question)
    sealed = evidence.seal(review, exhibits(review, question), now=now)
    match assessment.disposition:
        case grid.Disposition.AUTO:
            _decide_automatically(review, instance, sealed, assessment, now)
        case grid.Disposition.BLOCK:
            _block(review, instance, sealed, now)
        case _:
            _ask(review, sealed, instance, now)


def _ask(review: Review, sealed: list[Any], instance: ProcessInstance, now: datetime) -> None:
    """Somebody is asked. The seats come first: in whose queue they are stands in the review."""
    journal.record_all([_opened(review, sealed)], instance=instance, now=now)
    seats.open_missing(review, instance, now=now)
    _save(review, sealed)


def _open_work(instance: ProcessInstance, activity: Activity, node: Node, now: datetime) -> None:
    """One person does it; nothing is weighed."""
    review, shown = plain_work.read(node, instance, activity, now)
    sealed = evidence.seal(review, shown, now=now)
    _ask(review, sealed, instance, now)


SIGNATURES = {
    grid.Disposition.AUTO: 0,
    grid.Disposition.REVIEW: 1,
    grid.Disposition.DUAL: 2,
    grid.Disposition.BLOCK: 2,  # needed once somebody lets it through
}


def assess(review: Review, question: Question) -> grid.Assessment:
    """What the grid says; automatic only where every part of the question could be read."""
    if review.grid is None:
        sentence = f"There is no grid for {review.kind} yet, so people decide."
        return replace(NO_CELL, reason=sentence)
    rule, _ = grids.rule(review.grid.pk)
    shown = digest(review.payload)
    facts: dict[str, Any] = {
        "impact": question.impact,
        "payload_hash": shown,
        "suggestion_hash": shown if question.scored is None else question.scored,
    }
    assessment = grid.assess(rule, confidence=question.confidence, **facts)
    if assessment.disposition is grid.Disposition.AUTO and question.problems:
        unsure = grid.assess(rule, confidence=None, **facts)
        return replace(unsure, reason="Something is missing, so people decide.")
    return assessment


def cancelled(instance: ProcessInstance, activity: Activity, now: datetime) -> None:
    """The process took another way: nothing is asked any more, and nothing pending takes effect."""
    review = Review.objects.select_for_update(no_key=True).filter(activity=activity).first()
    if review is None or review.status in (Review.Status.EXECUTED, Review.Status.WITHDRAWN):
        return
    review.withdraw()
    review.save(update_fields=["status"])
    open_items = seats.open_items(review, instance)
    for item in open_items:
        items.drop(item=item, now=now)
    for effect in Effect.objects.filter(
        decision__review=review, status=Effect.Status.PENDING
    ).select_related("decision"):
        signatures.void(effect.decision, "The process took another way.", instance, now=now)
    journal.record(
        "review.withdrawn",
        instance=instance,
        actor="system",
        now=now,
        subject=f"review:{review.pk}",
        review=str(review.pk),
        **review.nature,
        dropped=[str(item.pk) for item in open_items],
    )


def exhibits(review: Review, question: Question) -> list[evidence.Exhibit]:
    """What is laid out beside the question."""
    shown: list[evidence.Exhibit] = [(question.payload_title, review.payload)]
    if question.subject not in (None, review.payload):
        shown.append(("Subject", question.subject))
    shown.append(
        (
            "Score",
            {
                "suggestion": review.suggestion,
                "confidence": question.confidence,
                "impact": question.impact,
                "reasons": review.reasons,
            },
        )
    )
    return shown


def _review(
    question: Question, instance: ProcessInstance, activity: Activity, now: datetime
) -> Review:
    in_force = grids.latest(question.kind)
    requester = question.requester or instance.started_by
    asking, gaining = parties.persons(requester), parties.persons(question.beneficiary)
    return Review(
        instance=instance,
        activity=activity,
        kind=question.kind,
        title=question.title,
        outcomes=list(question.outcomes),
        editable=None if question.editable is None else list(question.editable),
        result_variable=question.result,
        payload_variable=question.payload_variable,
        payload=question.payload,
        original_payload=question.payload,
        requester=requester,
        requester_person=asking[0] if asking else None,
        beneficiary_person=gaining[0] if gaining else None,
        suggestion=question.suggestion,
        confidence=number(question.confidence),
        impact=number(question.impact),
        impact_class=question.impact[:60] if isinstance(question.impact, str) else "",
        reasons=question.reasons,
        grid=in_force,
        mode=question.mode,
        promised_by=question.deadline,
        opened_at=now,
    )


def number(value: object) -> float | None:
    """For the record, when it is a number that a column can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _facts(review: Review, question: Question) -> dict[str, Any]:
    """What routing rules may ask about."""
    return {
        "kind": review.kind,
        "disposition": review.disposition,
        "confidence": question.confidence,
        "impact": question.impact,
        "suggestion": review.suggestion,
        "region": question.region,
        "payload": review.payload,
    }


def _clipped(reason: str, problems: tuple[str, ...]) -> str:
    said = " ".join([reason, *(f"{problem}." for problem in problems)])
    return said if len(said) <= 300 else f"{said[:299]}…"


def _save(review: Review, sealed: list[Any]) -> None:
    postponing.insert([review], sealed)


def _opened(review: Review, sealed: list[Any]) -> Fact:
    """Everything that the invariant of four eyes needs, without personal data."""
    return Fact(
        kind="review.opened",
        actor="system",
        subject=f"review:{review.pk}",
        detail={
            "review": str(review.pk),
            **review.nature,
            "review_kind": review.kind,
            "version": review.version,
            "content_hash": review.content_hash,
            "evidence": [each.digest for each in sealed],
            "disposition": review.disposition,
            "disposition_reason": review.disposition_reason,
            "signatures_needed": review.signatures_needed,
            "mode": review.mode,
            "grid": str(review.grid_id) if review.grid_id else None,
            "grid_version": review.grid.version if review.grid else None,
            "confidence": review.confidence,
            "impact": review.impact_class or review.impact,
            "suggestion": review.suggestion,
            "requester_person": _id(review.requester_person_id),
            "beneficiary_person": _id(review.beneficiary_person_id),
        },
    )


def _id(value: object) -> str | None:
    return str(value) if value else None


def _decide_automatically(
    review: Review,
    instance: ProcessInstance,
    sealed: list[Any],
    assessment: grid.Assessment,
    now: datetime,
) -> None:
    """Decided by the system; a share is drawn for a check that anybody can draw again."""
    if review.grid is None or assessment.cell is None:
        raise ValueError("Only a cell of a grid decides automatically.")
    _, rates = grids.rule(review.grid.pk)
    rate = rates[assessment.cell.impact_band, assessment.cell.confidence_band]
    plan = f"{review.kind} v{review.grid.version}"
    review.is_sampled = sampling.is_drawn(str(review.pk), plan, rate)
    review.settle(outcome=review.suggestion, now=now)
    review.execute(now=now)
    _save(review, sealed)
    decided = {
        "review": str(review.pk),
        "version": review.version,
        "content_hash": review.content_hash,
        "outcome": review.outcome,
        "grid_version": review.grid.version,
        "cell": list(assessment.cell),
        "sample_plan": plan,
        "sample_rate": rate,
        "is_sampled": review.is_sampled,
    }
    executed = settlement.executed(review, [])
    automatic = Fact("decision.automatic", "system", f"review:{review.pk}", decided)
    journal.record_all([_opened(review, sealed), automatic, executed], instance=instance, now=now)
    settlement.move_on(review, instance, signed=[], actor="system", now=now)


def _block(review: Review, instance: ProcessInstance, sealed: list[Any], now: datetime) -> None:
    """Nobody decides before somebody entitled lets it through."""
    review.queue = seats.route(review, now=now).queue
    review.block()
    _save(review, sealed)
    subject = f"review:{review.pk}"
    blocked = Fact("review.blocked", "system", subject, {"reason": review.disposition_reason})
    journal.record_all([_opened(review, sealed), blocked], instance=instance, now=now)
    seats.tell_managers(review, f"Stopped: {review.title}. {review.disposition_reason}", now=now)
