"""How queues, items, reviews and decisions look to a program: the same as the page shows them."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from queues.models import User, WorkItem
from reviews import desk, showing, worklist
from reviews.models import Decision, Evidence, Review
from workflows.api.fields import Anything, Object


class QueueOut(serializers.Serializer[Any]):
    """What one queue has for you now."""

    slug = serializers.CharField(source="queue.slug")
    name = serializers.CharField(source="queue.name")
    is_open = serializers.BooleanField(source="queue.is_active")
    ready = serializers.IntegerField(help_text="Items that you could be given now.")
    warned = serializers.IntegerField(help_text="Of these, how many come close to their promise.")
    breached = serializers.IntegerField(help_text="Of these, how many are late.")
    oldest_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="The earliest promise.")


class QueuesOut(serializers.Serializer[Any]):
    queues = QueueOut(many=True)
    why_empty = serializers.CharField(help_text="Why nothing is ready for you; else empty.")


class ItemOut(serializers.Serializer[Any]):
    """One piece of work."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    queue = serializers.CharField(source="queue.slug")
    instance = serializers.UUIDField(source="instance_id")
    status = serializers.ChoiceField(choices=WorkItem.Status.choices)
    priority = serializers.IntegerField(help_text="1 is most urgent.")
    holder = serializers.CharField(source="holder.username", default=None, allow_null=True)
    epoch = serializers.IntegerField(help_text="Of the latest lease; send it with what you do.")
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)


class LeaseOut(serializers.Serializer[Any]):
    """Your reservation of an item."""

    item = serializers.UUIDField(source="item_id")
    epoch = serializers.IntegerField(help_text="Send it with everything you do under this lease.")
    claimed_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="Send a heartbeat before.")


class NextOut(serializers.Serializer[Any]):
    item = ItemOut(allow_null=True)
    lease = LeaseOut(allow_null=True)
    why = serializers.CharField(help_text="Why this item, or why there is none for you now.")


class HeldOut(serializers.Serializer[Any]):
    results = ItemOut(many=True)


class EvidenceOut(serializers.Serializer[Any]):
    title = serializers.CharField()
    content = Anything()
    digest = serializers.CharField(help_text="SHA-256 over its canonical JSON (RFC 8785).")


class DecisionOut(serializers.Serializer[Any]):
    """Your answer. It takes effect at `takes_effect_at` unless you undo it before."""

    id = serializers.UUIDField()
    item = serializers.UUIDField(source="item_id")
    outcome = serializers.CharField()
    edits = Object()
    answers = Object(help_text="What was filled into the form.")
    reasons = serializers.ListField(child=serializers.CharField())
    rationale = serializers.CharField()
    version = serializers.IntegerField()
    content_hash = serializers.CharField()
    decided_at = serializers.DateTimeField()
    takes_effect_at = serializers.DateTimeField(source="effect.due_at")


class AnswerOut(serializers.Serializer[Any]):
    """Somebody else's answer, where you may read it."""

    by = serializers.CharField(source="account.username")
    outcome = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    rationale = serializers.CharField()
    decided_at = serializers.DateTimeField()


class ChoiceOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field; DRF takes it off the class


class FieldOut(serializers.Serializer[Any]):
    """One field of a form."""

    name = serializers.CharField(help_text="What `answers` calls it; empty for a note.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field; DRF takes it off the class
    type = serializers.CharField(
        help_text="text, long text, whole number, number, yes or no, date, choice, any, or note, "
        "which asks nothing."
    )
    default = Anything(help_text="What stands in it at first; empty when nothing does.")
    choices = serializers.ListField(child=Anything(), help_text="Pairs of value and words.")
    required = serializers.BooleanField()  # type: ignore[assignment]  # as above
    least = serializers.FloatField(allow_null=True)
    most = serializers.FloatField(allow_null=True)
    shortest = serializers.IntegerField(allow_null=True)
    longest = serializers.IntegerField(allow_null=True)
    fixed = serializers.BooleanField(help_text="Shown, and not to be changed.")
    hint = serializers.CharField()


class ReviewOut(serializers.Serializer[Any]):
    """The question. A decision is bound to `version` and `content_hash`: send them back."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    status = serializers.ChoiceField(choices=Review.Status.choices)
    seat = serializers.CharField(help_text="first, second or arbitration.")
    version = serializers.IntegerField()
    content_hash = serializers.CharField()
    outcomes = serializers.ListField(child=serializers.CharField())
    form = FieldOut(
        many=True, allow_null=True, help_text="Plain work: what is to be filled in. Else null."
    )
    payload = Object()
    original_payload = Object(help_text="As it was before anybody changed it.")
    evidence = EvidenceOut(many=True)
    signatures_needed = serializers.IntegerField()
    suggestion = serializers.CharField(allow_null=True, help_text="null while it is hidden.")
    confidence = serializers.FloatField(allow_null=True)
    factors = serializers.ListField(child=Anything(), help_text="Why it is suggested.")
    reasons = ChoiceOut(many=True, help_text="Reasons offered with an answer.")
    answers = AnswerOut(many=True)
    own_answer = DecisionOut(allow_null=True)


class ItemInFullOut(ItemOut):
    requirement = serializers.CharField()
    is_mine = serializers.BooleanField()
    lease = LeaseOut(allow_null=True)
    why = serializers.CharField(help_text="Why it is asked of people like you.")
    why_not = serializers.CharField(help_text="Why you cannot claim it; empty when you can.")
    skip_reasons = ChoiceOut(many=True)
    review = ReviewOut(allow_null=True)


def in_full(item: WorkItem, user: User, now: datetime) -> dict[str, Any]:
    """What the page of this item lays out for this person, hidden where it hides something."""
    page = desk.laid_out(item, user, now)
    said = ItemOut(item).data
    lease = worklist.lease_of(item) if page["is_mine"] else None
    return {
        **said,
        "requirement": str(item.requirement),
        "is_mine": page["is_mine"],
        "lease": LeaseOut(lease).data if lease else None,
        "why": page["why"],
        "why_not": page["why_not"],
        "skip_reasons": _codes(page.get("skip_reasons", [])),
        "review": _review(page) if "review" in page else None,
    }


def _review(page: dict[str, Any]) -> dict[str, Any]:
    review: Review = page["review"]
    sees = page["sees_suggestion"]
    own: Decision | None = page["own_answer"]
    return {
        "id": str(review.pk),
        "kind": review.kind,
        "status": review.status,
        "seat": page["seat"].seat,
        "version": review.version,
        "content_hash": review.content_hash,
        "outcomes": review.outcomes,
        "form": None if review.form is None else FieldOut(review.form, many=True).data,
        "payload": review.payload,
        "original_payload": review.original_payload,
        "evidence": EvidenceOut(_exhibits(review, sees_suggestion=sees), many=True).data,
        "signatures_needed": review.signatures_needed,
        "suggestion": review.suggestion if sees else None,
        "confidence": review.confidence if sees else None,
        "factors": review.reasons if sees else [],
        "reasons": _codes(page["reasons"]),
        "answers": AnswerOut(page["other_answers"], many=True).data,
        "own_answer": DecisionOut(own).data if own else None,
    }


def _exhibits(review: Review, *, sees_suggestion: bool) -> list[Evidence]:
    """The score speaks of the suggestion, so it is hidden together with it."""
    laid_out = worklist.evidence_of(review)
    return [each for each in laid_out if sees_suggestion or each.title != showing.SCORE]


def _codes(offered: list[Any]) -> list[dict[str, str]]:
    return [{"code": each.code, "label": each.label} for each in offered]
