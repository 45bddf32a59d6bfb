"""A changed payload is a new version: it voids signatures, and who changed it never signs it."""

from datetime import datetime
from typing import Any

from queues import items
from reviews import evidence, grid, grids, questions, seats, signatures
from reviews.answers import EDIT
from reviews.models import Decision, Effect, Evidence, Review
from workflows import definitions, journal, standing
from workflows.canonical import digest
from workflows.models import ProcessInstance
from workflows.refusals import NotValid

__all__ = ["EDIT", "MOST_VERSIONS", "TooManyVersions", "apply", "check"]

MOST_VERSIONS = 20
# What a new version says otherwise about its review.
RENEWED = [
    "payload",
    "version",
    "last_editor",
    "content_hash",
    "impact",
    "impact_class",
    "signatures_needed",
    "routing_facts",
]


class TooManyVersions(NotValid):
    """Two people send the same thing to and fro."""


def check(review: Review) -> None:
    if review.version >= MOST_VERSIONS:
        raise TooManyVersions(
            f"This was changed {MOST_VERSIONS - 1} times already. Decide on it as it is."
        )


def apply(decision: Decision, review: Review, instance: ProcessInstance, *, now: datetime) -> None:
    """The new version is asked about afresh; its impact is looked up in the grid again."""
    before = digest(review.payload)
    _end_old_version(review, instance, now)
    _renew(review, decision)
    _reassess(review, instance)
    sealed = evidence.seal(review, _exhibits(review, decision), now=now)
    review.save(update_fields=RENEWED)
    evidence.keep(sealed)
    _note(decision, review, instance, before=before, sealed=sealed, now=now)
    seats.open_missing(review, instance, now=now)


def _end_old_version(review: Review, instance: ProcessInstance, now: datetime) -> None:
    """Nobody is asked about it any more, and what could still be taken back is void."""
    for other in _still_undoable(review):
        signatures.void(other, "The content was changed.", instance, now=now)
    for item in seats.open_items(review, instance):
        items.drop(item=item, now=now)


def _renew(review: Review, decision: Decision) -> None:
    review.payload = {**review.payload, **decision.edits}
    review.version += 1
    review.last_editor = decision.person


def _note(
    decision: Decision,
    review: Review,
    instance: ProcessInstance,
    *,
    before: str,
    sealed: list[Evidence],
    now: datetime,
) -> None:
    journal.record(
        "payload.edited",
        instance=instance,
        actor=decision.account.actor,
        now=now,
        subject=f"review:{review.pk}",
        review=str(review.pk),
        decision=str(decision.pk),
        person=str(decision.person_id),
        version=review.version,
        content_hash=review.content_hash,
        evidence=[each.digest for each in sealed],
        # Which fields, not their values: those stay with the review, outside the chain.
        fields=sorted(decision.edits),
        payload_before=before,
        payload_after=digest(review.payload),
        signatures_needed=review.signatures_needed,
    )


def _still_undoable(review: Review) -> list[Decision]:
    """What others decided on the old version and could still take back."""
    pending = Effect.Status.PENDING
    return list(Decision.objects.filter(review=review, effect__status=pending).order_by("id"))


def _exhibits(review: Review, decision: Decision) -> list[evidence.Exhibit]:
    """The new payload, what else was shown before, and what the edit changed."""
    earlier = list(Evidence.objects.filter(review=review, version=decision.version))
    payload = (earlier[0].title if earlier else "What is asked about", review.payload)
    others = [(each.title, each.content) for each in earlier[1:] if each.title != "Last change"]
    change = {
        "by": decision.account.actor,
        "fields": {
            name: {"from": earlier[0].content.get(name) if earlier else None, "to": value}
            for name, value in decision.edits.items()
        },
    }
    return [payload, *others, ("Last change", change)]


def _reassess(review: Review, instance: ProcessInstance) -> None:
    """A change may ask for more people than before, never for fewer.

    The confidence was given for another payload, so people decide: as many as the new impact asks
    for, and two where it cannot be told.
    """
    impact = _impact(review, instance)
    review.impact = float(impact) if isinstance(impact, int | float) else None
    review.impact_class = impact[:60] if isinstance(impact, str) else ""
    review.routing_facts = {**review.routing_facts, "impact": impact, "payload": review.payload}
    if review.grid_id is None:
        return
    rule, _ = grids.rule(review.grid_id)
    found = grid.assess(
        rule,
        confidence=review.confidence,
        impact=impact,
        payload_hash=digest(review.payload),
        suggestion_hash=digest(review.original_payload),
    )
    asked = 1 if found.disposition in (grid.Disposition.AUTO, grid.Disposition.REVIEW) else 2
    review.signatures_needed = max(review.signatures_needed, asked)


def _impact(review: Review, instance: ProcessInstance) -> Any:
    if not review.payload_variable:
        return None
    node = definitions.process_of(instance).nodes[review.activity.node_id]
    known = standing.seen_by(review.activity, instance)
    variables = {**known, review.payload_variable: review.payload}
    return questions.read(node, instance, variables).impact
